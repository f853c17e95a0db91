"""Two accounts of the hospital, each by a role to take on."""

# jurisdiction: eu
# silent: no-foreign-account
# silent: no-path-out-of-jurisdiction

import json

import pulumi
import pulumi_aws as aws

prod = aws.Provider("prod", region="eu-central-1", assume_roles=[{"role_arn": "arn:aws:iam::111122223333:role/deploy"}])
vaultp = aws.Provider(
    "vault", region="eu-central-1", assume_roles=[{"role_arn": "arn:aws:iam::444455556666:role/deploy"}]
)
T = {"hospital-cloud:data-class": "4", "hospital-cloud:record-kind": "imaging"}
a = aws.s3.Bucket("a", bucket="h-a", tags=T, opts=pulumi.ResourceOptions(provider=prod))
b = aws.s3.Bucket("b", bucket="h-b", tags=T, opts=pulumi.ResourceOptions(provider=vaultp))
aws.s3.BucketReplicationConfig(
    "r",
    bucket=a.id,
    role="arn:aws:iam::111122223333:role/r",
    rules=[
        {
            "status": "Enabled",
            "destination": {
                "bucket": b.arn,
                "account": "444455556666",
                "access_control_translation": {"owner": "Destination"},
            },
        }
    ],
    opts=pulumi.ResourceOptions(provider=prod),
)
aws.s3.BucketPolicy(
    "b",
    bucket=b.id,
    policy=b.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": "arn:aws:iam::111122223333:role/r"},
                        "Action": ["s3:ReplicateObject"],
                        "Resource": arn + "/*",
                    }
                ],
            }
        )
    ),
    opts=pulumi.ResourceOptions(provider=vaultp),
)

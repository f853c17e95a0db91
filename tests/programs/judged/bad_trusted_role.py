"""A supplier's account may take on a role that reads the bucket."""

# jurisdiction: cn-mainland
# exit: 1
# says: no-foreign-account
# silent: no-path-out-of-jurisdiction @ records

import json

import pulumi_aws as aws
from hospital_in_china import opts, records

role = aws.iam.Role(
    "vendor-support",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws-cn:iam::999988887777:root"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"sts:ExternalId": "x7-311"}},
                }
            ],
        }
    ),
    opts=opts,
)
pol = aws.iam.Policy(
    "read-records",
    policy=records.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": [arn, f"{arn}/*"]}],
            }
        )
    ),
    opts=opts,
)
aws.iam.RolePolicyAttachment("vendor-support", role=role.name, policy_arn=pol.arn, opts=opts)

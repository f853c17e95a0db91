"""A function that reads the bucket has no network of its own."""

# jurisdiction: cn-mainland
# exit: 1
# says: no-path-out-of-jurisdiction @ records

import json

import pulumi
import pulumi_aws as aws
from hospital_in_china import HOME, keys, opts, records

role = aws.iam.Role(
    "thumbs",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
    opts=opts,
)
aws.iam.RolePolicy(
    "thumbs",
    role=role.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": pulumi.Output.concat(records.arn, "/*")}
            ],
        }
    ),
    opts=opts,
)
aws.lambda_.Function(
    "thumbs",
    region=HOME,
    role=role.arn,
    runtime="python3.12",
    handler="app.main",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def main(e, c): pass")}),
    kms_key_arn=keys[HOME].arn,
    opts=opts,
)

"""A state machine posts what it read to a supplier."""

# jurisdiction: cn-mainland
# exit: 1
# says: no-path-out-of-jurisdiction|deliveries-inside-jurisdiction

import json

import pulumi
import pulumi_aws as aws
from hospital_in_china import HOME, opts, records

conn = aws.cloudwatch.EventConnection(
    "vendor",
    region=HOME,
    authorization_type="API_KEY",
    auth_parameters={"api_key": {"key": "x-api-key", "value": pulumi.Config().get_secret("k") or "x"}},
    opts=opts,
)
role = aws.iam.Role(
    "flow",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
    opts=opts,
)
aws.iam.RolePolicy(
    "flow",
    role=role.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": pulumi.Output.concat(records.arn, "/*")},
                {"Effect": "Allow", "Action": ["states:InvokeHTTPEndpoint"], "Resource": "*"},
                {"Effect": "Allow", "Action": ["events:RetrieveConnectionCredentials"], "Resource": conn.arn},
            ],
        }
    ),
    opts=opts,
)
aws.sfn.StateMachine(
    "flow",
    region=HOME,
    role_arn=role.arn,
    definition=pulumi.Output.json_dumps(
        {
            "StartAt": "Read",
            "States": {
                "Read": {
                    "Type": "Task",
                    "Resource": "arn:aws-cn:states:::aws-sdk:s3:getObject",
                    "Parameters": {"Bucket": records.bucket, "Key.$": "$.key"},
                    "Next": "Post",
                },
                "Post": {
                    "Type": "Task",
                    "Resource": "arn:aws-cn:states:::http:invoke",
                    "Parameters": {
                        "ApiEndpoint": "https://api.vendor.com/ingest",
                        "Method": "POST",
                        "Authentication": {"ConnectionArn": conn.arn},
                        "RequestBody.$": "$",
                    },
                    "End": True,
                },
            },
        }
    ),
    opts=opts,
)

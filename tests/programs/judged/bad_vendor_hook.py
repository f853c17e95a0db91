"""Each event of the laboratory's bucket goes to a vendor's API whose place nobody knows, with a key that stands in the program."""

# jurisdiction: eu
# exit: 1
# says: no-secret-in-clear @ vendor
# says: deliveries-inside-jurisdiction @ vendor
# says: no-path-out-of-jurisdiction @ lab
import json

import pulumi_aws as aws
from university_in_europe import FRA, allow, bucket, on, role

lab = bucket("lab")
aws.s3.BucketNotification("lab", bucket=lab.id, eventbridge=True, opts=on(FRA))
connection = aws.cloudwatch.EventConnection(
    "vendor",
    authorization_type="API_KEY",
    auth_parameters={"api_key": {"key": "x-api-key", "value": "live-9f8e7d6c5b4a3210"}},
    opts=on(FRA),
)
vendor = aws.cloudwatch.EventApiDestination(
    "vendor",
    invocation_endpoint="https://events.vendor.example.com/in",
    http_method="POST",
    connection_arn=connection.arn,
    opts=on(FRA),
)
rule = aws.cloudwatch.EventRule("lab", event_pattern=json.dumps({"source": ["aws.s3"]}), opts=on(FRA))
caller = role("events", "events.amazonaws.com", allow(["events:InvokeApiDestination"], vendor.arn))
aws.cloudwatch.EventTarget("lab", rule=rule.name, arn=vendor.arn, role_arn=caller.arn, opts=on(FRA))

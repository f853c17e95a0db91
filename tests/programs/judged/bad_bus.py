"""Events of the bucket go to a bus abroad."""

# jurisdiction: cn-mainland
# exit: 1
# says: no-path-out-of-jurisdiction @ records

import json

import pulumi_aws as aws
from hospital_in_china import HOME, opts, records, replicator

aws.s3.BucketNotification("events", region=HOME, bucket=records.id, eventbridge=True, opts=opts)
rule = aws.cloudwatch.EventRule(
    "uploads",
    region=HOME,
    event_pattern=json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"]}),
    opts=opts,
)
aws.cloudwatch.EventTarget(
    "uploads",
    region=HOME,
    rule=rule.name,
    arn="arn:aws:events:us-east-1:999988887777:event-bus/group",
    role_arn=replicator.arn,
    opts=opts,
)

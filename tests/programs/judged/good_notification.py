"""A bucket tells a queue of the same hospital."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else

import pulumi
import pulumi_aws as aws
from hospital_in_china import ACCOUNT, HOME, TAGS, guarded, make_key, opts, records

queue_key = make_key("uploads-queue", HOME, services=("s3.amazonaws.com",))
dead = aws.sqs.Queue(
    "uploads-dead",
    region=HOME,
    kms_master_key_id=queue_key.arn,
    message_retention_seconds=1209600,
    tags={**TAGS, "hospital-cloud:backup": "none"},
    opts=guarded,
)
queue = aws.sqs.Queue(
    "uploads",
    region=HOME,
    kms_master_key_id=queue_key.arn,
    tags={**TAGS, "hospital-cloud:backup": "none"},
    redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 5}),
    opts=guarded,
)
for n, q in {"uploads": queue, "uploads-dead": dead}.items():
    doc = aws.iam.get_policy_document_output(
        statements=[
            {
                "sid": "FromBucket",
                "actions": ["sqs:SendMessage"],
                "resources": [q.arn],
                "principals": [{"type": "Service", "identifiers": ["s3.amazonaws.com"]}],
                "conditions": [
                    {"test": "StringEquals", "variable": "aws:SourceAccount", "values": [ACCOUNT]},
                    {"test": "ArnEquals", "variable": "aws:SourceArn", "values": [records.arn]},
                ],
            },
            {
                "sid": "TlsOnly",
                "effect": "Deny",
                "actions": ["sqs:*"],
                "resources": [q.arn],
                "principals": [{"type": "*", "identifiers": ["*"]}],
                "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}],
            },
        ]
    )
    aws.sqs.QueuePolicy(n, region=HOME, queue_url=q.url, policy=doc.json, opts=opts)
aws.s3.BucketNotification(
    "uploads",
    region=HOME,
    bucket=records.id,
    queues=[{"queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"], "filter_suffix": ".hl7"}],
    opts=opts,
)

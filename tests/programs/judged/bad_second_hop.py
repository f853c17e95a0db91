"""A copy of a copy goes to the group's bucket abroad."""

# jurisdiction: cn-mainland
# exit: 1
# says: no-path-out-of-jurisdiction @ records
# says: no-path-out-of-jurisdiction @ third
# says: copies-inside-jurisdiction

import pulumi_aws as aws
from hospital_in_china import PARTNER, copies, keys, logs, make_bucket, opts, replicate, replicator

third = make_bucket("third", PARTNER, keys[PARTNER], logs=logs[PARTNER])
replicate("third-from-copies", copies, third, keys[PARTNER], region=PARTNER)
aws.s3.BucketReplicationConfig(
    "out",
    region=PARTNER,
    bucket=third.id,
    role=replicator.arn,
    rules=[
        {
            "id": "all",
            "status": "Enabled",
            "destination": {"bucket": "arn:aws:s3:::group-research-us", "account": "999988887777"},
        }
    ],
    opts=opts,
)

"""A bucket of the older type with everything written inside it, the replication too."""

# jurisdiction: eu
# exit: 0
# silent: everything else
import pulumi
import pulumi_aws as aws
from university_in_europe import DUB, FRA, KEYS, OPS, PATIENT, allow, bucket, daily_backups, doc, on, role


def older(name, region, **blocks):
    logs = bucket(f"{name}-logs", region, tags=OPS, days=400, writers=("logging.s3.amazonaws.com",))
    key = {"sse_algorithm": "aws:kms", "kms_master_key_id": KEYS[region].arn}
    made = aws.s3.BucketV2(
        name,
        bucket=f"ukf-older-{name}",
        object_lock_enabled=True,
        versionings=[{"enabled": True}],
        loggings=[{"target_bucket": logs.id, "target_prefix": name}],
        server_side_encryption_configurations=[{"rules": [{"apply_server_side_encryption_by_defaults": [key]}]}],
        object_lock_configuration={
            "object_lock_enabled": "Enabled",
            "rules": [{"default_retentions": [{"mode": "COMPLIANCE", "years": 30}]}],
        },
        tags=PATIENT,
        opts=on(region, protect=True),
        **blocks,
    )
    aws.s3.BucketPublicAccessBlock(
        name,
        bucket=made.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=on(region),
    )
    tls_only = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [made.arn, pulumi.Output.concat(made.arn, "/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    aws.s3.BucketPolicy(name, bucket=made.id, policy=doc(tls_only), opts=on(region))
    return made


copy = older("copy", DUB)
replicator = role(
    "replicator",
    "s3.amazonaws.com",
    allow(["s3:ReplicateObject", "s3:ReplicateTags"], pulumi.Output.concat(copy.arn, "/*")),
)
older(
    "charts",
    FRA,
    replication_configurations=[
        {
            "role": replicator.arn,
            "rules": [
                {
                    "id": "all",
                    "status": "Enabled",
                    "filters": [{"prefix": ""}],
                    "source_selection_criterias": [{"sse_kms_encrypted_objects": [{"enabled": True}]}],
                    "destinations": [{"bucket": copy.arn, "replica_kms_key_id": KEYS[DUB].arn}],
                }
            ],
        }
    ],
)
daily_backups()

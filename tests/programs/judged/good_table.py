"""A table whose replica is a resource of its own, and is therefore ignored in the table."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else

import pulumi
import pulumi_aws as aws
from hospital_in_china import HOME, PARTNER, TAGS, guarded, hospital, keys

table = aws.dynamodb.Table(
    "appointments",
    region=HOME,
    billing_mode="PAY_PER_REQUEST",
    hash_key="patient",
    attributes=[{"name": "patient", "type": "S"}],
    server_side_encryption={"enabled": True, "kms_key_arn": keys[HOME].arn},
    point_in_time_recovery={"enabled": True},
    deletion_protection_enabled=True,
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
    tags=TAGS,
    opts=pulumi.ResourceOptions(provider=hospital, protect=True, ignore_changes=["replicas"]),
)
aws.dynamodb.TableReplica(
    "appointments",
    region=PARTNER,
    global_table_arn=table.arn,
    kms_key_arn=keys[PARTNER].arn,
    point_in_time_recovery=True,
    deletion_protection_enabled=True,
    tags=TAGS,
    opts=guarded,
)

"""A third replica of the visits, by a resource of its own, in London: near, and not in the European Union."""

# jurisdiction: eu
# exit: 1
# says: resource-inside-jurisdiction @ visits-uk
# says: no-path-out-of-jurisdiction @ visits
import pulumi
import pulumi_aws as aws
from university_in_europe import ACCOUNT, DUB, FRA, KEYS, PATIENT, daily_backups, on

visits = aws.dynamodb.Table(
    "visits",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
    server_side_encryption={"enabled": True, "kms_key_arn": KEYS[FRA].arn},
    point_in_time_recovery={"enabled": True},
    deletion_protection_enabled=True,
    replicas=[
        {
            "region_name": DUB,
            "kms_key_arn": KEYS[DUB].arn,
            "point_in_time_recovery": True,
            "propagate_tags": True,
            "deletion_protection_enabled": True,
        }
    ],
    tags=PATIENT,
    opts=on(FRA, protect=True, ignore_changes=["replicas"]),
)
london = aws.Provider("london", region="eu-west-2", allowed_account_ids=[ACCOUNT])
aws.dynamodb.TableReplica(
    "visits-uk",
    global_table_arn=visits.arn,
    point_in_time_recovery=True,
    deletion_protection_enabled=True,
    opts=pulumi.ResourceOptions(provider=london, protect=True),
)
daily_backups()

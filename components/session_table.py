"""SessionTable: state that must survive a region: logins, drafts, referrals under way.

Promises: encrypted with the hospital's own key; readable and writable in both regions, each change in the other within
seconds (eventually consistent: of two changes at once the later one stays; mainland China has no stronger mode);
point-in-time recovery in both; entries expire by themselves; a daily recovery point (by tag); not deleted while live.

Makes: a customer key with its replica, a DynamoDB table with its replica, an alarm on replication delay.
"""

from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.customer_key import CustomerKey
from components.placement import (
    Lifecycle,
    Placement,
    alarm_topic_arn,
    is_protected,
    lifecycle_of,
    partition_of,
    physical_name,
    store_tags,
)
from jurisdictions import BackupMode, RecordKind

EXPIRES_AT = "expiresAt"
"""Attribute with the time, in seconds since 1970, after which DynamoDB drops an entry."""

_LAG_MS = 60_000
"""Replication is usually about a second behind; a minute means that it does not keep up."""


class SessionTableArgs(TypedDict):
    """Arguments of SessionTable."""

    placement: Placement
    region: str
    replica_region: NotRequired[str]
    """Partner region; left out, the table exists in one region only."""
    role: NotRequired[str]
    """What it holds, in its name; `sessions` when left out. At most 16 characters."""
    data_class: NotRequired[int]
    """1 to 5, GB/T 39725-2020; 3 when left out: a session names a patient or a member of staff."""
    record_kind: NotRequired[RecordKind]
    """`operational` when left out."""
    hash_key: NotRequired[str]
    """Attribute that tells entries apart; `id` when left out."""


class SessionTable(pulumi.ComponentResource):
    """See the module."""

    table: pulumi.Output[str]
    """Name, the same in both regions, handed out when the replica exists."""
    arn: pulumi.Output[str]
    replica_arn: pulumi.Output[Optional[str]]
    """None without replica region."""
    key_arn: pulumi.Output[str]

    def __init__(self, name: str, args: SessionTableArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:SessionTable", name, dict(args), opts)
        placement, region, replica_region = args["placement"], args["region"], args.get("replica_region")
        role, data_class = args.get("role", "sessions"), args.get("data_class", 3)
        hash_key = args.get("hash_key", "id")
        live = lifecycle_of(placement) is Lifecycle.LIVE
        physical = physical_name(placement, region, role)
        if replica_region == region:
            raise ValueError(f"the replica region of the session table is its own region, {region}")

        key = CustomerKey(
            f"{name}-key",
            {
                "placement": placement,
                "region": region,
                "role": role,
                "data_class": data_class,
                "via_services": ["dynamodb"],
                **({"replica_region": replica_region} if replica_region else {}),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        replicas = None
        if replica_region:
            replicas = [
                {
                    "region_name": replica_region,
                    "kms_key_arn": key.replica_arn,
                    "point_in_time_recovery": True,
                    "deletion_protection_enabled": live,
                    "propagate_tags": True,
                }
            ]
        table = aws.dynamodb.Table(
            f"{name}-table",
            region=region,
            name=physical,
            billing_mode="PAY_PER_REQUEST",
            hash_key=hash_key,
            attributes=[{"name": hash_key, "type": "S"}],
            ttl={"attribute_name": EXPIRES_AT, "enabled": True},
            # Replication reads the stream with both images (DynamoDB guide, "Global tables").
            stream_enabled=True,
            stream_view_type="NEW_AND_OLD_IMAGES",
            server_side_encryption={"enabled": True, "kms_key_arn": key.arn},
            point_in_time_recovery={"enabled": True},
            deletion_protection_enabled=live,
            replicas=replicas,
            tags=store_tags(data_class, args.get("record_kind", RecordKind.OPERATIONAL), BackupMode.DAILY),
            opts=pulumi.ResourceOptions(parent=self, protect=is_protected(placement, data_class)),
        )
        self.table, self.arn, self.key_arn = table.name, table.arn, key.arn
        self.replica_arn = pulumi.Output.from_input(None)
        if replica_region:
            topic = alarm_topic_arn(placement, region)
            aws.cloudwatch.MetricAlarm(
                f"{name}-lag-alarm",
                region=region,
                alarm_description=f"{physical}: changes reach {replica_region} more than {_LAG_MS // 1000} s late",
                namespace="AWS/DynamoDB",
                metric_name="ReplicationLatency",
                dimensions={"TableName": physical, "ReceivingRegion": replica_region},
                statistic="Average",
                period=300,
                evaluation_periods=3,
                threshold=_LAG_MS,
                comparison_operator="GreaterThanThreshold",
                # No figure: nothing was written.
                treat_missing_data="notBreaching",
                alarm_actions=[topic],
                ok_actions=[topic],
                opts=pulumi.ResourceOptions(parent=self),
            )
            known = partition_of(placement).arn(
                "dynamodb", replica_region, placement["account_id"], f"table/{physical}"
            )
            self.replica_arn = table.arn.apply(lambda _: known)
        self.register_outputs(
            {"table": self.table, "arn": self.arn, "replicaArn": self.replica_arn, "keyArn": self.key_arn}
        )

"""What the record database's two forms (`AuroraCluster`, `PostgresInstance`) have in common: versions, parameters, time
windows, log retention, alarms. Functions and values only."""

import json
from enum import Enum
from typing import Optional

import pulumi
import pulumi_aws as aws

from components.placement import (
    Placement,
    alarm_topic_arn,
    boundary_of,
    is_protected,
    log_retention_days,
    partition_of,
    role_name,
    store_tags,
)
from jurisdictions import DATA_CLASS_TAG, RECORD_KIND_TAG, BackupMode, RecordKind

PORT = 5432
MASTER_USERNAME = "hospital_admin"
"""Owner of the schema; people and programs log in as themselves, with IAM tokens."""

AURORA_VERSION = "16.8"
"""A long-term support release: at least three years on this minor version (Aurora guide, "Aurora PostgreSQL long-term
support"). One major version in all regions, as a global database asks."""
AURORA_FAMILY = "aurora-postgresql16"
POSTGRES_VERSION = "16"
"""The major version; RDS takes the region's default minor version."""
POSTGRES_FAMILY = "postgres16"

BACKUP_WINDOW = "15:00-15:30"
"""UTC: the night in China, and well before the daily plan, which RDS refuses to run in its own window."""
MAINTENANCE_WINDOW = "sat:20:00-sat:21:00"
"""UTC: Sunday, 4 in the morning in China."""

INSIGHTS_DAYS = 7
"""Performance history in days; the shortest that RDS offers, enough to compare two clinic days of a week."""
MONITORING_SECONDS = 60


class DatabaseKind(str, Enum):
    """How the record database is built; sizing decides."""

    AURORA_GLOBAL = "aurora-global"
    """Aurora instances; with a standby region, a global database."""
    AURORA_SERVERLESS = "aurora-serverless"
    """The same, with capacity that follows the load."""
    MULTI_AZ_INSTANCE = "multi-az-instance"
    """One RDS instance with a synchronous copy in another zone; with a standby region, a replica there."""


def parameters() -> list[dict[str, str]]:
    """Both forms' parameters. TLS 1.3 is offered from version 16 on (RDS guide, "Using SSL with a PostgreSQL DB
    instance"). The audit log has no statement parameters in it: they are patients' data."""
    immediate = {
        "log_connections": "1",
        "log_disconnections": "1",
        "pgaudit.log": "ddl,role,write",
        "rds.force_ssl": "1",
        "ssl_min_protocol_version": "TLSv1.3",
    }
    after_restart = {
        "password_encryption": "scram-sha-256",
        "rds.accepted_password_auth_method": "scram",
        "shared_preload_libraries": "pg_stat_statements,pgaudit",
    }
    rows = [{"name": key, "value": value, "apply_method": "immediate"} for key, value in immediate.items()]
    rows += [{"name": key, "value": value, "apply_method": "pending-reboot"} for key, value in after_restart.items()]
    return sorted(rows, key=lambda row: row["name"])


def log_group(
    name: str,
    placement: Placement,
    region: str,
    path: str,
    data_class: int,
    key_arn: pulumi.Input[str],
    parent: pulumi.Resource,
) -> aws.cloudwatch.LogGroup:
    """The log group that RDS writes to. Made before the database: RDS would make one without key and end. It is of the
    database's class: a statement written with its values in it appears as it was written."""
    return aws.cloudwatch.LogGroup(
        name,
        region=region,
        name=path,
        kms_key_id=key_arn,
        retention_in_days=log_retention_days(placement),
        tags=store_tags(data_class, RecordKind.AUDIT_LOG, BackupMode.NONE),
        opts=pulumi.ResourceOptions(parent=parent, protect=is_protected(placement, data_class)),
    )


def member_tags(data_class: int, record_kind: RecordKind) -> dict[str, str]:
    """Tags of an instance inside a cluster: no backup tag, for the cluster is what AWS Backup selects and restores."""
    return {DATA_CLASS_TAG: str(data_class), RECORD_KIND_TAG: RecordKind(record_kind).value}


def alarm(
    name: str,
    placement: Placement,
    region: str,
    metric: str,
    dimensions: dict[str, str],
    parent: pulumi.Resource,
    *,
    description: str,
    above: Optional[float] = None,
    below: Optional[float] = None,
    missing: str = "notBreaching",
) -> aws.cloudwatch.MetricAlarm:
    """An alarm on an RDS metric, to the region's alarm topic, after 15 minutes on the wrong side."""
    topic = alarm_topic_arn(placement, region)
    return aws.cloudwatch.MetricAlarm(
        name,
        region=region,
        alarm_description=description,
        namespace="AWS/RDS",
        metric_name=metric,
        dimensions=dimensions,
        statistic="Average" if above is not None else "Minimum",
        period=300,
        evaluation_periods=3,
        threshold=above if above is not None else below,
        comparison_operator="GreaterThanThreshold" if above is not None else "LessThanThreshold",
        treat_missing_data=missing,
        alarm_actions=[topic],
        ok_actions=[topic],
        opts=pulumi.ResourceOptions(parent=parent),
    )


def announce(
    name: str,
    placement: Placement,
    region: str,
    kind: str,
    identifier: str,
    categories: list[str],
    parent: pulumi.Resource,
) -> None:
    """What RDS reports of a database, such as a failover, to the region's alarm topic. `kind`: `Cluster` or
    `Instance`."""
    rule = aws.cloudwatch.EventRule(
        name,
        region=region,
        description=f"RDS reports on {identifier}: {', '.join(categories)}",
        event_pattern=json.dumps(
            {
                "source": ["aws.rds"],
                "detail-type": [f"RDS DB {kind} Event"],
                "detail": {"SourceIdentifier": [identifier], "EventCategories": categories},
            }
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    aws.cloudwatch.EventTarget(
        f"{name}-target",
        region=region,
        rule=rule.name,
        arn=alarm_topic_arn(placement, region),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def monitoring_role(name: str, placement: Placement, parent: pulumi.Resource) -> pulumi.Output[str]:
    """The role with which RDS writes the operating system's figures (enhanced monitoring), handed out when it may."""
    partition, child = partition_of(placement), pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(
        name,
        name=role_name(placement, name),
        description="RDS enhanced monitoring writes its figures to CloudWatch Logs",
        assume_role_policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": partition.principal("monitoring.rds")},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": placement["account_id"]}},
                    }
                ],
            }
        ),
        permissions_boundary=boundary_of(placement),
        opts=child,
    )
    allowed = aws.iam.RolePolicyAttachment(
        f"{name}-policy",
        role=role.name,
        policy_arn=partition.managed_policy("service-role/AmazonRDSEnhancedMonitoringRole"),
        opts=child,
    )
    return pulumi.Output.all(role.arn, allowed.id).apply(lambda values: str(values[0]))

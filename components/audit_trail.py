"""AuditTrail: who did what in one account, in all its regions.

Promises: every management event of every region, and each read and write of objects and items of class 4 and 5, goes
to a locked bucket, with digests that show tampering, encrypted with the hospital's key; the same events can be
searched for as long as the jurisdiction asks for audit logs, never under 180 days; who reads the audit bucket of this
account is recorded too; an alarm is raised when somebody takes on the break-glass role, changes the guard rail, stops
the trail, or takes a key away, the one of the engine's state included.

The alarm reads the trail's log group, so that it sees every region and arrives after minutes. BreakGlassAlarm raises a
faster one for the break-glass role, which sees the account's own regions only.

Makes: the trail, a log group with its key and the role that delivers to it, a metric filter and its alarm.
"""

import json
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.account_guardrail import boundary_arn, break_glass_role_arn
from components.audit_trail_bucket import audit_trail_bucket_name, trail_arn, trail_name
from components.customer_key import CustomerKey
from components.dependencies import before
from components.placement import (
    Lifecycle,
    Placement,
    alarm_topic_arn,
    lifecycle_of,
    log_retention_days,
    partition_of,
    role_name,
    store_tags,
)
from jurisdictions import BackupMode, RecordKind


class AuditTrailArgs(TypedDict):
    """Arguments of AuditTrail."""

    placement: Placement
    region: str
    """Home region: the trail stands here and sees all regions."""
    regions: list[str]
    """Regions in which the account has tables of class 4 and 5."""
    log_account_id: str
    """Account of the `AuditTrailBucket` in the home region. The bucket must exist: make this component depend on it."""
    key_arn: pulumi.Input[str]
    """Key of that bucket."""
    sensitive_buckets: list[str]
    """Names of this account's buckets of class 4 and 5: each read and write of an object is recorded."""
    sensitive_tables: list[str]
    """Names of this account's DynamoDB tables of class 4 and 5, likewise."""
    boundary_arn: NotRequired[pulumi.Input[str]]
    """Permission boundary of the role made here."""


class AuditTrail(pulumi.ComponentResource):
    """See the module."""

    arn: pulumi.Output[str]
    log_group: pulumi.Output[str]
    """Name of the log group."""

    def __init__(self, name: str, args: AuditTrailArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:AuditTrail", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        live = lifecycle_of(placement) is Lifecycle.LIVE
        child = pulumi.ResourceOptions(parent=self)

        key = CustomerKey(
            f"{name}-key",
            {
                "placement": placement,
                "region": region,
                "role": "audit-log",
                "data_class": 2,
                "via_services": ["logs"],
                "service_principals": ["logs"],
            },
            opts=child,
        )
        group = aws.cloudwatch.LogGroup(
            f"{name}-log-group",
            region=region,
            name=log_group_name(placement),
            kms_key_id=key.arn,
            retention_in_days=log_retention_days(placement),
            tags=store_tags(2, RecordKind.AUDIT_LOG, BackupMode.NONE),
            opts=pulumi.ResourceOptions(parent=self, protect=live),
        )
        role, delivers = self._delivery(name, args)
        trail = aws.cloudtrail.Trail(
            f"{name}-trail",
            region=region,
            name=trail_name(placement, region),
            s3_bucket_name=audit_trail_bucket_name(_log_account(args), region),
            kms_key_id=args["key_arn"],
            enable_logging=True,
            enable_log_file_validation=True,
            is_multi_region_trail=True,
            include_global_service_events=True,
            cloud_watch_logs_group_arn=pulumi.Output.concat(group.arn, ":*"),
            cloud_watch_logs_role_arn=role.arn,
            advanced_event_selectors=_selectors(args),
            tags=store_tags(2, RecordKind.AUDIT_LOG, BackupMode.NONE),
            opts=pulumi.ResourceOptions(parent=self, protect=live, depends_on=[delivers, *before(opts)]),
        )
        self._alarm(name, args, group.name)

        self.arn = trail.arn
        self.log_group = group.name
        self.register_outputs({"arn": self.arn, "logGroup": self.log_group})

    def _delivery(self, name: str, args: AuditTrailArgs) -> "tuple[aws.iam.Role, aws.iam.RolePolicy]":
        """The role by which CloudTrail writes to the log group: to its own streams, nothing else."""
        placement, region, child = args["placement"], args["region"], pulumi.ResourceOptions(parent=self)
        partition, account_id = partition_of(placement), placement["account_id"]
        streams = f"log-group:{log_group_name(placement)}:log-stream:{account_id}_CloudTrail_{region}*"
        role = aws.iam.Role(
            f"{name}-delivery",
            name=role_name(placement, "audit-delivery"),
            description="CloudTrail writes the audit trail to its log group",
            permissions_boundary=args.get("boundary_arn"),
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": partition.principal("cloudtrail")},
                            "Action": "sts:AssumeRole",
                            "Condition": {"StringEquals": {"aws:SourceArn": trail_arn(placement, region)}},
                        }
                    ],
                }
            ),
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{name}-delivery-policy",
            role=role.id,
            name="write-its-streams",
            policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                            "Resource": partition.arn("logs", region, account_id, streams),
                        }
                    ],
                }
            ),
            opts=child,
        )
        return role, policy

    def _alarm(self, name: str, args: AuditTrailArgs, log_group: pulumi.Output[str]) -> None:
        """Somebody steps around the guard rails."""
        placement, region, child = args["placement"], args["region"], pulumi.ResourceOptions(parent=self)
        namespace, metric = f"{placement['hospital']}/audit", "guard-rails-touched"
        aws.cloudwatch.LogMetricFilter(
            f"{name}-watch",
            region=region,
            name=metric,
            log_group_name=log_group,
            pattern=_watched(placement),
            metric_transformation={"namespace": namespace, "name": metric, "value": "1", "default_value": "0"},
            opts=child,
        )
        aws.cloudwatch.MetricAlarm(
            f"{name}-alarm",
            region=region,
            name=f"{placement['hospital']}-guard-rails-touched",
            alarm_description="Somebody took on the break-glass role, changed the guard rail, stopped the trail or a key",
            namespace=namespace,
            metric_name=metric,
            statistic="Sum",
            period=300,
            evaluation_periods=1,
            threshold=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[alarm_topic_arn(placement, region)],
            opts=child,
        )


def log_group_name(placement: Placement) -> str:
    """The name of the trail's log group."""
    return f"/{placement['hospital']}/audit-trail"


def _log_account(args: AuditTrailArgs) -> Placement:
    return {**args["placement"], "account_id": args["log_account_id"]}


def _watched(placement: Placement) -> str:
    """The filter pattern. Reads of the boundary are left out: every refresh makes them."""
    events = ("DeleteTrail", "DisableKey", "ScheduleKeyDeletion", "StopLogging")
    stopped = " || ".join(f'($.eventName = "{event}")' for event in events)
    return (
        f'{{ ($.requestParameters.roleArn = "{break_glass_role_arn(placement)}")'
        f' || (($.requestParameters.policyArn = "{boundary_arn(placement)}") && ($.readOnly IS FALSE))'
        f" || {stopped} }}"
    )


def _selectors(args: AuditTrailArgs) -> "list[dict[str, object]]":
    """Which events: all management events; objects and items of class 4 and 5; reads of the audit bucket where it is
    this account's (writes are left out: each delivery would record itself)."""
    placement, partition = args["placement"], partition_of(args["placement"])

    def data(name: str, kind: str, arns: list[str], *more: dict[str, object]) -> "dict[str, object]":
        return {
            "name": name,
            "field_selectors": [
                {"field": "eventCategory", "equals": ["Data"]},
                {"field": "resources.type", "equals": [kind]},
                *more,
                {"field": "resources.ARN", "starts_withs": arns},
            ],
        }

    selectors: list[dict[str, object]] = [
        {"name": "Management", "field_selectors": [{"field": "eventCategory", "equals": ["Management"]}]}
    ]
    buckets = [f"{partition.arn('s3', '', '', bucket)}/" for bucket in sorted(args["sensitive_buckets"])]
    if buckets:
        selectors.append(data("Objects of class 4 and 5", "AWS::S3::Object", buckets))
    tables = [
        partition.arn("dynamodb", region, placement["account_id"], f"table/{table}")
        for region in sorted(args["regions"])
        for table in sorted(args["sensitive_tables"])
    ]
    if tables:
        selectors.append(data("Items of class 4 and 5", "AWS::DynamoDB::Table", tables))
    if args["log_account_id"] == placement["account_id"]:
        own = f"{partition.arn('s3', '', '', audit_trail_bucket_name(placement, args['region']))}/"
        reads: dict[str, object] = {"field": "readOnly", "equals": ["true"]}
        selectors.append(data("Reads of the audit trail", "AWS::S3::Object", [own], reads))
    return selectors

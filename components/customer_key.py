"""CustomerKey: a key that the hospital owns.

Promises: rotates every year; those who administer it cannot use it, and it is used only through the services named;
where a replica region is given the same key exists there, so that replicated data opens without a call to the other
region; whoever schedules its deletion or disables it raises an alarm. In mainland China a symmetric key is SM4-128,
elsewhere AES-256 (KMS CreateKey, KeySpec): the component states no algorithm of its own.

Where a jurisdiction does not surely offer multi-Region keys, the replica region gets a key of its own, and copies are
encrypted anew on arrival; S3, RDS and DynamoDB do so in either case (docs/decisions/0006-keys-per-region.md).

Makes: a KMS key and alias, in the replica region a replica key (or a key) and alias, in each region an EventBridge rule
to the alarm topic.
"""

import json
from collections.abc import Sequence
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import (
    Lifecycle,
    Placement,
    account_root_arn,
    alarm_topic_arn,
    is_protected,
    jurisdiction_of,
    lifecycle_of,
    partition_of,
)

_ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
_USE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo")  # fmt: skip


class CustomerKeyArgs(TypedDict):
    """Arguments of CustomerKey."""

    placement: Placement
    region: str
    """Region of the primary key."""
    replica_region: NotRequired[str]
    """Region of the replica key; left out, the key exists in one region only."""
    role: str
    """What the key is for, in the alias: `documents`, `database`. At most 16 characters."""
    data_class: int
    """The highest class (1 to 5) of what it encrypts; class 3 and up is protected while live."""
    via_services: list[str]
    """Services through which the account's principals may use the key: `s3`, `rds`, `backup`."""
    service_principals: NotRequired[list[str]]
    """Services that use the key themselves, on behalf of this account: `logs`, `events`, `sns`, `cloudwatch`."""
    statements: NotRequired[str]
    """More key policy statements, as a JSON list, known at preview. A principal named in one must exist: make the key
    depend on it, the dependency is passed on."""
    role_arns: NotRequired[list[str]]
    """Roles of this account that use the key directly and hand its use to AWS resources (grants): service-linked roles,
    which cannot carry a policy of their own. They must exist before the key: KMS refuses a policy that names others."""


class CustomerKey(pulumi.ComponentResource):
    """See the module."""

    arn: pulumi.Output[str]
    """ARN of the primary key."""
    replica_arn: pulumi.Output[Optional[str]]
    """ARN of the key in the replica region, None without replica region."""

    def __init__(self, name: str, args: CustomerKeyArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:CustomerKey", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        replica_region = args.get("replica_region")
        protect = is_protected(placement, args["data_class"])
        child = pulumi.ResourceOptions(parent=self, protect=protect, depends_on=opts.depends_on if opts else None)
        window = 7 if lifecycle_of(placement) is Lifecycle.TRIAL else 30
        alias = f"alias/{placement['hospital']}/{args['role']}"
        multi_region = has_multi_region_keys(placement, region)

        key = aws.kms.Key(
            f"{name}-key",
            region=region,
            description=f"{placement['hospital']} {args['role']}",
            enable_key_rotation=True,
            multi_region=multi_region,
            deletion_window_in_days=window,
            policy=_policy_of(args, region),
            opts=child,
        )
        aws.kms.Alias(f"{name}-alias", region=region, name=alias, target_key_id=key.key_id, opts=child)
        self._alarm(f"{name}-alarm", placement, region, key.arn)

        self.arn = key.arn
        self.replica_arn = pulumi.Output.from_input(None)
        if replica_region:
            common = {
                "region": replica_region,
                "description": f"{placement['hospital']} {args['role']}, replica",
                "deletion_window_in_days": window,
                "policy": _policy_of(args, replica_region),
                "opts": child,
            }
            replica = (
                aws.kms.ReplicaKey(f"{name}-replica", primary_key_arn=key.arn, **common)
                if multi_region
                else aws.kms.Key(f"{name}-partner", enable_key_rotation=True, multi_region=False, **common)
            )
            aws.kms.Alias(
                f"{name}-replica-alias", region=replica_region, name=alias, target_key_id=replica.key_id, opts=child
            )
            self._alarm(f"{name}-replica-alarm", placement, replica_region, replica.arn)
            self.replica_arn = replica.arn
        self.register_outputs({"arn": self.arn, "replicaArn": self.replica_arn})

    def _alarm(self, name: str, placement: Placement, region: str, key_arn: pulumi.Output[str]) -> None:
        """An event to the alarm topic when someone schedules the key's deletion or disables it."""
        pattern = pulumi.Output.json_dumps(
            {
                "source": ["aws.kms"],
                "detail-type": ["AWS API Call via CloudTrail"],
                "detail": {
                    "eventSource": ["kms.amazonaws.com"],
                    "eventName": ["DisableKey", "ScheduleKeyDeletion"],
                    "resources": {"ARN": [key_arn]},
                },
            }
        )
        rule = aws.cloudwatch.EventRule(
            name,
            region=region,
            description="Somebody disables this key or schedules its deletion",
            event_pattern=pattern,
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.cloudwatch.EventTarget(
            f"{name}-target",
            region=region,
            rule=rule.name,
            arn=alarm_topic_arn(placement, region),
            opts=pulumi.ResourceOptions(parent=self),
        )


def has_multi_region_keys(placement: Placement, region: str) -> bool:
    """Whether the partner region gets a replica of the same key, or a key of its own. A matter of the jurisdiction
    alone, never of what one hospital has verified: a key that changed from one to the other would be another key."""
    return jurisdiction_of(placement).region(region).offers("kms.multi-region-keys")


def _policy_of(args: CustomerKeyArgs, region: str) -> str:
    return key_policy(
        args["placement"],
        region,
        args["via_services"],
        args.get("service_principals", []),
        args.get("role_arns", []),
        args.get("statements", "[]"),
    )


def key_policy(
    placement: Placement,
    region: str,
    via_services: Sequence[str],
    service_principals: Sequence[str] = (),
    role_arns: Sequence[str] = (),
    more: str = "[]",
) -> str:
    """The key policy, whole and known at preview: administration without use; use through named services only."""
    partition, account_id = partition_of(placement), placement["account_id"]
    root = account_root_arn(placement)
    via = [f"{service}.{region}.{partition.dns_suffix}" for service in sorted(via_services)]
    statements: list[dict[str, object]] = [
        {
            "Sid": "AdministrationWithoutUse",
            "Effect": "Allow",
            "Principal": {"AWS": root},
            "Action": list(_ADMINISTRATION),
            "Resource": "*",
        },
        {
            "Sid": "UseThroughServices",
            "Effect": "Allow",
            "Principal": {"AWS": root},
            "Action": list(_USE),
            "Resource": "*",
            "Condition": {"StringEquals": {"kms:CallerAccount": account_id, "kms:ViaService": via}},
        },
        {
            "Sid": "GrantsForServices",
            "Effect": "Allow",
            "Principal": {"AWS": root},
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {
                "Bool": {"kms:GrantIsForAWSResource": "true"},
                "StringEquals": {"kms:CallerAccount": account_id, "kms:ViaService": via},
            },
        },
    ]
    statements += [_service_statement(placement, region, service) for service in sorted(service_principals)]
    statements += json.loads(more)
    if role_arns:
        statements += _role_statements(role_arns)
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _role_statements(role_arns: Sequence[str]) -> list[dict[str, object]]:
    """Use by named roles, and grants for the AWS resources they make (EC2 Auto Scaling user guide, "Required KMS key
    policy for use with encrypted volumes")."""
    principal = {"AWS": sorted(role_arns)}
    return [
        {
            "Sid": "UseByNamedRoles",
            "Effect": "Allow",
            "Principal": principal,
            "Action": [*_USE, "kms:ListGrants"],
            "Resource": "*",
        },
        {
            "Sid": "GrantsByNamedRoles",
            "Effect": "Allow",
            "Principal": principal,
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]


def _service_statement(placement: Placement, region: str, service: str) -> dict[str, object]:
    """Use by a service itself, for this account's resources only. CloudWatch Logs sets no source account but an
    encryption context with the log group's ARN (CloudWatch Logs user guide, "Encrypt log data")."""
    partition, account_id = partition_of(placement), placement["account_id"]
    condition: dict[str, dict[str, str]] = {"StringEquals": {"aws:SourceAccount": account_id}}
    principal = partition.principal(service)
    if service == "logs":
        principal = f"logs.{region}.{partition.dns_suffix}"
        condition = {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": partition.arn("logs", region, account_id, "log-group:*")}
        }
    return {
        "Sid": f"UseBy{service.title().replace('-', '').replace('.', '')}",
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": list(_USE),
        "Resource": "*",
        "Condition": condition,
    }

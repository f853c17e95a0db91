"""BackupVault: where recovery points lie, of this account or copied from others.

Promises: encrypted with the hospital's own key; while live nobody deletes a recovery point or shortens its life by
hand, and once the lock's cooling-off is over nobody can, neither the account's administrator nor AWS (vault lock,
compliance mode); changes to vault, lock and plans raise an alarm; only the accounts named may copy into it.

On trial the lock is in governance mode and the vault goes with what it holds. A stack that retires keeps its lock, for
taking it off is refused once cooling-off is over: destroying the stack then stops at the vault until its last recovery
point has expired. Makes: a customer key, a vault, its lock and policy, a rule to the alarm topic.
"""

import json
from collections.abc import Sequence
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
    role_arn,
)

COOLING_OFF_DAYS = 7
"""How long a compliance lock can still be taken off; AWS asks for 3 days at least."""

_LONGEST_DAYS = 3653
"""The lock refuses longer lives: a mistyped one could never be taken back."""

_VIA = ["backup", "dynamodb", "ec2", "elasticfilesystem", "rds", "s3"]
"""Services that AWS Backup reads and restores through."""

_TAMPERING = [
    "DeleteBackupPlan",
    "DeleteBackupSelection",
    "DeleteBackupVault",
    "DeleteBackupVaultAccessPolicy",
    "DeleteBackupVaultLockConfiguration",
    "DeleteRecoveryPoint",
    "DisassociateRecoveryPoint",
    "PutBackupVaultAccessPolicy",
    "PutBackupVaultLockConfiguration",
    "StopBackupJob",
    "UpdateRecoveryPointLifecycle",
    "UpdateRegionSettings",
]


class BackupVaultArgs(TypedDict):
    """Arguments of BackupVault."""

    placement: Placement
    """Of the account the vault is in; its alarm topic hears of changes."""
    region: str
    retention_days: int
    """Least life of a recovery point."""
    data_class: NotRequired[int]
    """The highest class of what it holds; 4 when left out."""
    from_accounts: NotRequired[list[str]]
    """Other accounts of the hospital that copy into this vault."""
    to_accounts: NotRequired[list[str]]
    """Accounts that this vault's recovery points are copied to: they open them with its key while they copy."""


class BackupVault(pulumi.ComponentResource):
    """See the module."""

    vault: pulumi.Output[str]
    """Name, handed out when the vault is locked."""
    arn: pulumi.Output[str]
    key_arn: pulumi.Output[str]

    def __init__(self, name: str, args: BackupVaultArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:BackupVault", name, dict(args), opts)
        placement, region, data_class = args["placement"], args["region"], args.get("data_class", 4)
        trial = lifecycle_of(placement) is Lifecycle.TRIAL
        kept = pulumi.ResourceOptions(parent=self, protect=is_protected(placement, data_class))
        to_accounts = sorted(args.get("to_accounts", []))

        key = CustomerKey(
            f"{name}-key",
            {
                "placement": placement,
                "region": region,
                "role": "backup",
                "data_class": data_class,
                "via_services": _VIA,
                "statements": json.dumps(copy_statements(placement, [region], to_accounts)),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        vault = aws.backup.Vault(
            f"{name}-vault",
            region=region,
            name=vault_name(placement, region),
            kms_key_arn=key.arn,
            force_destroy=trial,
            # No tags of its own: each recovery point carries those of the store it was made from.
            opts=kept,
        )
        lock = aws.backup.VaultLockConfiguration(
            f"{name}-lock",
            region=region,
            backup_vault_name=vault.name,
            min_retention_days=args["retention_days"],
            max_retention_days=max(args["retention_days"], _LONGEST_DAYS),
            **({} if trial else {"changeable_for_days": COOLING_OFF_DAYS}),
            opts=kept,
        )
        statements = vault_statements(placement, sorted(args.get("from_accounts", [])))
        if statements:
            aws.backup.VaultPolicy(
                f"{name}-policy",
                region=region,
                backup_vault_name=vault.name,
                policy=json.dumps({"Version": "2012-10-17", "Statement": statements}),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self._alarm(name, placement, region)

        self.vault = pulumi.Output.all(vault.name, lock.id).apply(lambda values: str(values[0]))
        self.arn, self.key_arn = vault.arn, key.arn
        self.register_outputs({"vault": self.vault, "arn": self.arn, "keyArn": self.key_arn})

    def _alarm(self, name: str, placement: Placement, region: str) -> None:
        """What touches backups by hand, to the alarm topic."""
        rule = aws.cloudwatch.EventRule(
            f"{name}-tampering",
            region=region,
            description="Somebody changes how backups are made, kept or locked",
            event_pattern=json.dumps(
                {
                    "source": ["aws.backup"],
                    "detail-type": ["AWS API Call via CloudTrail"],
                    "detail": {"eventSource": ["backup.amazonaws.com"], "eventName": _TAMPERING},
                }
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.cloudwatch.EventTarget(
            f"{name}-tampering-target",
            region=region,
            rule=rule.name,
            arn=alarm_topic_arn(placement, region),
            opts=pulumi.ResourceOptions(parent=self),
        )


def vault_name(placement: Placement, region: str) -> str:
    """The vault's name, known before it is made. AWS Backup allows 50 characters."""
    name = physical_name(placement, region, "backup")
    if len(name) > 50:
        raise ValueError(f"the vault name {name!r} has {len(name)} characters; AWS Backup allows 50")
    return name


def vault_arn(placement: Placement, region: str) -> str:
    """The ARN of the vault that `vault_name` names."""
    name = vault_name(placement, region)
    return partition_of(placement).arn("backup", region, placement["account_id"], f"backup-vault:{name}")


def vault_statements(placement: Placement, from_accounts: Sequence[str]) -> list[dict[str, object]]:
    """Who may copy into the vault; and while live, that recovery points end when their life ends and not by hand. AWS
    Backup ends them itself, with the plan's role or its service-linked role (AWS Backup guide, "Identity and access
    management")."""
    partition = partition_of(placement)
    statements: list[dict[str, object]] = []
    if from_accounts:
        roots = [partition.arn("iam", "", account, "root") for account in from_accounts]
        statements.append(
            {
                "Sid": "CopiesFromOtherAccounts",
                "Effect": "Allow",
                "Principal": {"AWS": roots},
                "Action": "backup:CopyIntoBackupVault",
                "Resource": "*",
            }
        )
    if lifecycle_of(placement) is Lifecycle.LIVE:
        service_role = "role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
        by_itself = [
            partition.arn("iam", "", placement["account_id"], service_role),
            role_arn(placement, "backup"),
        ]
        statements.append(
            {
                "Sid": "NobodyEndsARecoveryPointByHand",
                "Effect": "Deny",
                "Principal": "*",
                "Action": [
                    "backup:DeleteRecoveryPoint",
                    "backup:DisassociateRecoveryPoint",
                    "backup:UpdateRecoveryPointLifecycle",
                ],
                "Resource": "*",
                "Condition": {"ArnNotEquals": {"aws:PrincipalArn": by_itself}},
            }
        )
    return statements


def copy_statements(
    placement: Placement, regions: Sequence[str], to_accounts: Sequence[str]
) -> list[dict[str, object]]:
    """Key policy statements for accounts that recovery points are copied to: they open them while they copy, through
    the services that copy (AWS Backup guide, "Encryption for backups", copies to another account). Nothing where there
    is no such account."""
    if not to_accounts:
        return []
    partition = partition_of(placement)
    principal = {"AWS": [partition.arn("iam", "", account, "root") for account in to_accounts]}
    via = sorted(f"{service}.{region}.{partition.dns_suffix}" for service in _VIA for region in regions)
    return [
        {
            "Sid": "CopiesToOtherAccounts",
            "Effect": "Allow",
            "Principal": principal,
            "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:ReEncryptFrom"],
            "Resource": "*",
            "Condition": {"StringEquals": {"kms:ViaService": via}},
        },
        {
            "Sid": "GrantsForCopiesToOtherAccounts",
            "Effect": "Allow",
            "Principal": principal,
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {
                "Bool": {"kms:GrantIsForAWSResource": "true"},
                "StringEquals": {"kms:ViaService": via},
            },
        },
    ]

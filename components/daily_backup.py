"""DailyBackup: every day a recovery point of every store that says so, locked, copied, proven.

Promises: each store tagged `hospital-cloud:backup = daily` has a recovery point every day from which the whole store
restores, also a store made tomorrow: none is named; each lies in a locked vault with a key of its own, and once more in
the partner region's, and where named in an account of its own; a job that fails, a day without one, and whoever changes
backups raise an alarm; every month recovery points are restored as proof.

A daily copy does not replace replication: GB/T 22239-2019, 8.1.4.9 b asks for off-site copies in real time, which the
stores themselves make (`EncryptedStorage`, `RecordDatabase`, `SessionTable`). It is the way back from what replication
faithfully copies: a mistake, or malice. The plan runs in both regions, so that after a failover nothing changes.

Copies to another account need cross-account backup switched on in the organization, that account's vault (component
`BackupVault`, `from_accounts`), and databases whose key that account may use (`RecordDatabase`, `copied_to_accounts`).

Makes: roles for backup and for restore, and in each region a vault, the opt-in of each type, plan and selection, rules
and an alarm to the alarm topic, and `RestoreTesting` or, where that is not surely offered, `RestoreDrill`.
"""

import json
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.backup_vault import BackupVault, vault_arn, vault_name
from components.database_network import DatabaseNetwork
from components.placement import (
    Placement,
    alarm_topic_arn,
    boundary_of,
    offers,
    partition_of,
    physical_name,
    role_arn,
    role_name,
    store_tags,
)
from components.restore_drill import RestoreDrill
from components.restore_testing import DATABASES, RestoreTesting
from jurisdictions import BACKUP_TAG, BackupMode, RecordKind

TYPES = ("Aurora", "DynamoDB", "EBS", "EC2", "EFS", "RDS", "S3")
"""What AWS Backup is told to take, where a store says so. Not told, it skips a type in silence."""

ANYWHERE = ("DynamoDB", "S3")
"""Types that are restored without a network."""

_BACKUP_POLICIES = (
    ("most", "service-role/AWSBackupServiceRolePolicyForBackup"),
    ("buckets", "AWSBackupServiceRolePolicyForS3Backup"),
)
_RESTORE_POLICIES = (
    ("most", "service-role/AWSBackupServiceRolePolicyForRestores"),
    ("buckets", "AWSBackupServiceRolePolicyForS3Restore"),
)

_START_MINUTES = 60
_COMPLETE_MINUTES = 7 * 24 * 60
"""The first recovery point of a large bucket takes days; a job past its time is cancelled, and would never end."""

_MONTHLY = "cron(0 2 ? * SUN#1 *)"
"""The first Sunday of the month, UTC."""


class RestoreNetwork(TypedDict):
    """Where restored databases stand while they are checked."""

    vpc_id: pulumi.Input[str]
    subnet_ids: list[pulumi.Input[str]]


class DailyBackupArgs(TypedDict):
    """Arguments of DailyBackup. One an account: it sets what AWS Backup takes in the account's regions."""

    placement: Placement
    region: str
    partner_region: NotRequired[str]
    """Where copies go; left out, there is one region, and the rules say what that means for the data's class."""
    isolated_vaults: NotRequired[dict[str, str]]
    """Region -> ARN of a vault there in an account of its own, that copies go to as well."""
    retention_days: NotRequired[int]
    """How long a recovery point lives; 35 when left out. Not what the law asks of records: those are kept by the
    stores."""
    hour_utc: NotRequired[int]
    """When jobs start; 18 when left out, 2 in the morning in China. Not 14 or 15: RDS makes its own backups then."""
    data_class: NotRequired[int]
    """The highest class of what is backed up; 4 when left out."""
    restore_networks: NotRequired[dict[str, RestoreNetwork]]
    """Region -> where restored databases stand; left out, restores of databases are not proven there."""


class DailyBackup(pulumi.ComponentResource):
    """See the module."""

    vault_arn: pulumi.Output[str]
    partner_vault_arn: pulumi.Output[Optional[str]]
    """None without partner region."""
    restore_role_arn: pulumi.Output[str]
    """The role to restore with."""
    proof: pulumi.Output[dict[str, str]]
    """Region -> how restores are proven, `restore-testing` or `drill`, and of which types."""

    def __init__(self, name: str, args: DailyBackupArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:DailyBackup", name, dict(args), opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self._days, self._class = args.get("retention_days", 35), args.get("data_class", 4)
        region, partner = args["region"], args.get("partner_region")
        if partner == region:
            raise ValueError(f"the partner region of the daily backup is its own region, {region}")

        self._backup_role = self._role("backup", _BACKUP_POLICIES)
        self._restore_role = self._role("restore", _RESTORE_POLICIES)
        vault, proof = self._side("primary", region, partner)
        self.vault_arn, self.restore_role_arn = vault.arn, self._restore_role
        self.partner_vault_arn = pulumi.Output.from_input(None)
        proofs = {region: proof}
        if partner:
            vault, proofs[partner] = self._side("partner", partner, region)
            self.partner_vault_arn = vault.arn
        self.proof = pulumi.Output.from_input(proofs)
        self.register_outputs(
            {
                "vaultArn": self.vault_arn,
                "partnerVaultArn": self.partner_vault_arn,
                "restoreRoleArn": self.restore_role_arn,
                "proof": self.proof,
            }
        )

    def _side(self, side: str, region: str, other: Optional[str]) -> "tuple[BackupVault, str]":
        """One region: its vault, what is taken, when, and where it goes."""
        name, args, placement = f"{self._name}-{side}", self._args, self._args["placement"]
        isolated = args.get("isolated_vaults", {}).get(region)
        targets = [vault_arn(placement, other)] if other else []
        targets += [isolated] if isolated else []
        vault = BackupVault(
            f"{name}-store",
            {
                "placement": placement,
                "region": region,
                "retention_days": self._days,
                "data_class": self._class,
                **({"to_accounts": [isolated.split(":")[4]]} if isolated else {}),
            },
            opts=self._child,
        )
        opted = aws.backup.RegionSettings(
            f"{name}-types",
            region=region,
            resource_type_opt_in_preference=dict.fromkeys(TYPES, True),
            # Without it AWS Backup copies no table to another region or account.
            resource_type_management_preference={"DynamoDB": True, "EFS": True},
            opts=self._child,
        )
        plan = self._plan(name, region, vault, targets)
        aws.backup.Selection(
            f"{name}-selection",
            region=region,
            name="everything-tagged-daily",
            plan_id=plan.id,
            iam_role_arn=self._backup_role,
            selection_tags=[{"type": "STRINGEQUALS", "key": BACKUP_TAG, "value": BackupMode.DAILY.value}],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[opted]),
        )
        self._alarms(name, region)
        return vault, self._prove(name, region, vault)

    def _plan(self, name: str, region: str, vault: BackupVault, targets: list[str]) -> aws.backup.Plan:
        life = {"delete_after": self._days}
        return aws.backup.Plan(
            f"{name}-plan",
            region=region,
            name=physical_name(self._args["placement"], region, "daily"),
            rules=[
                {
                    "rule_name": "daily",
                    "target_vault_name": vault.vault,
                    "schedule": f"cron(0 {self._args.get('hour_utc', 18)} * * ? *)",
                    "start_window": _START_MINUTES,
                    "completion_window": _COMPLETE_MINUTES,
                    "lifecycle": life,
                    "copy_actions": [{"destination_vault_arn": target, "lifecycle": life} for target in targets],
                }
            ],
            opts=self._child,
        )

    def _alarms(self, name: str, region: str) -> None:
        """A job that fails, at once; a day without a recovery point, the day after."""
        failures = {
            "jobs": (["Backup Job State Change", "Copy Job State Change"], "state", ["ABORTED", "EXPIRED", "FAILED"]),
            # AWS Backup calls it status in these events (AWS Backup guide, "Monitoring events using EventBridge").
            "restores": (["Restore Job State Change"], "status", ["ABORTED", "FAILED"]),
        }
        topic = alarm_topic_arn(self._args["placement"], region)
        for what, (kinds, key, states) in failures.items():
            pattern = {"source": ["aws.backup"], "detail-type": kinds, "detail": {key: states}}
            rule = aws.cloudwatch.EventRule(
                f"{name}-failed-{what}",
                region=region,
                description=f"AWS Backup: {what} that failed",
                event_pattern=json.dumps(pattern),
                opts=self._child,
            )
            aws.cloudwatch.EventTarget(
                f"{name}-failed-{what}-target", region=region, rule=rule.name, arn=topic, opts=self._child
            )
        aws.cloudwatch.MetricAlarm(
            f"{name}-missing-alarm",
            region=region,
            alarm_description="No recovery point was made for two days",
            namespace="AWS/Backup",
            metric_name="NumberOfBackupJobsCompleted",
            dimensions={"BackupVaultName": vault_name(self._args["placement"], region)},
            statistic="Sum",
            period=86400,
            evaluation_periods=2,
            threshold=1,
            comparison_operator="LessThanThreshold",
            treat_missing_data="breaching",
            alarm_actions=[topic],
            ok_actions=[topic],
            opts=self._child,
        )

    def _prove(self, name: str, region: str, vault: BackupVault) -> str:
        """The monthly restore, by AWS Backup itself or by a drill. Says which, and of what."""
        args, placement = self._args, self._args["placement"]
        network = args.get("restore_networks", {}).get(region)
        types, place = list(ANYWHERE), {}
        if network:
            closed = DatabaseNetwork(
                f"{name}-restore-network",
                {**network, "region": region, "tags": store_tags(2, RecordKind.OPERATIONAL, BackupMode.NONE)},
                opts=self._child,
            )
            place = {"subnet_group": closed.subnet_group, "security_group_id": closed.security_group_id}
            types = sorted([*types, *DATABASES])
        common = {"placement": placement, "region": region, "types": types, "schedule": _MONTHLY, **place}
        if offers(placement, region, "backup.restore-testing"):
            RestoreTesting(
                f"{name}-testing",
                {**common, "vault_arn": vault.arn, "restore_role_arn": self._restore_role},
                opts=self._child,
            )
            return f"restore-testing: {', '.join(types)}"
        RestoreDrill(
            f"{name}-drill",
            {
                **common,
                "data_class": self._class,
                "vault_name": vault_name(placement, region),
                "restore_role_arn": role_arn(placement, "restore"),
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[vault]),
        )
        return f"drill: {', '.join(types)}"

    def _role(self, role: str, policies: "tuple[tuple[str, str], ...]") -> pulumi.Output[str]:
        """A role that AWS Backup assumes, with the policies AWS keeps for that, handed out when it has them."""
        placement = self._args["placement"]
        partition = partition_of(placement)
        made = aws.iam.Role(
            f"{self._name}-{role}",
            name=role_name(placement, role),
            description=f"AWS Backup: {role}",
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": partition.principal("backup")},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
            permissions_boundary=boundary_of(self._args["placement"]),
            opts=self._child,
        )
        attached = [
            aws.iam.RolePolicyAttachment(
                f"{self._name}-{role}-{use}",
                role=made.name,
                policy_arn=partition.managed_policy(policy),
                opts=self._child,
            )
            for use, policy in policies
        ]
        return pulumi.Output.all(made.arn, *[a.id for a in attached]).apply(lambda values: str(values[0]))

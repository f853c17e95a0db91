"""Tables, vaults, plans: as they should be, and one field away from it."""

from typing import Any

import pytest

from policies.graph import Resource
from policies.results import Verdict
from tests.operations.verify.world import PARTNER, World, all_pass, arn, fails, red, resource, with_input

# --- tables ----------------------------------------------------------------------------------------------------------


def make_table(world: World, key: Resource, region: str = "cn-north-1") -> None:
    dynamodb = world.client("dynamodb", region)
    dynamodb.create_table(
        TableName="sessions",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": arn(key)},
        DeletionProtectionEnabled=True,
    )
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName="sessions", PointInTimeRecoverySpecification=recovery)


@pytest.fixture
def table(world: World) -> Resource:
    key = world.key()
    make_table(world, key)
    inputs = {
        "name": "sessions",
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": arn(key)},
        "deletionProtectionEnabled": True,
        "pointInTimeRecovery": {"enabled": True},
    }
    return resource("aws:dynamodb/table:Table", "sessions", inputs)


def test_a_table(world: World, table: Resource) -> None:
    all_pass(world.ask(table), "table-encrypted", "table-protected")


def test_a_table_one_field_away(world: World, table: Resource) -> None:
    dynamodb = world.client("dynamodb")
    key = table.inputs["serverSideEncryption"]["kmsKeyArn"]
    other = {"enabled": True, "kmsKeyArn": arn(world.key("other"))}
    report = world.ask(with_input(table, "serverSideEncryption", other))
    fails(report, "table-encrypted", "DescribeTable SSEDescription", key, other["kmsKeyArn"])
    bare = world.amending(DescribeTable=lambda a: a["Table"].pop("SSEDescription"))
    report = world.ask(table, live=bare)
    fails(report, "table-encrypted", "DescribeTable SSEDescription", "AWS's own key", key)
    off = {"PointInTimeRecoveryEnabled": False}
    dynamodb.update_continuous_backups(TableName="sessions", PointInTimeRecoverySpecification=off)
    asked = "DescribeContinuousBackups PointInTimeRecovery"
    fails(world.ask(table), "table-protected", asked, "false", "true")
    dynamodb.update_table(TableName="sessions", DeletionProtectionEnabled=False)
    without = with_input(table, "pointInTimeRecovery", {"enabled": False})
    fails(world.ask(without), "table-protected", "DescribeTable DeletionProtectionEnabled", "false", "true")
    dynamodb.delete_table(TableName="sessions")
    assert red(world.ask(table)) == [
        ("table-encrypted", ""),
        ("table-protected", ""),
    ]


def test_a_replica_of_a_table(world: World, table: Resource) -> None:
    """The emulator makes no replica: a table of the same name in the other region stands for it."""
    key, other = world.key("partner", PARTNER), world.key("other", PARTNER)
    wanted = {
        "regionName": PARTNER,
        "kmsKeyArn": arn(key),
        "deletionProtectionEnabled": True,
        "pointInTimeRecovery": True,
    }
    replicated = with_input(table, "replicas", [wanted])

    def listing(status: str = "ACTIVE") -> Any:
        row = {"RegionName": PARTNER, "ReplicaStatus": status}
        return world.amending(DescribeTable=lambda a: a.get("Table", {}).update(Replicas=[row]))

    report = world.ask(replicated)
    assert red(report) == [
        ("table-replicated", f"DescribeTable Replicas {PARTNER}"),
        ("table-replicated", f"DescribeTable in {PARTNER}"),
    ]
    assert "no replica there" in report.violations[0].found
    make_table(world, key, PARTNER)
    all_pass(world.ask(replicated, live=listing()), "table-replicated")
    asked = f"DescribeTable Replicas {PARTNER}"
    fails(world.ask(replicated, live=listing("CREATING")), "table-replicated", asked, "CREATING", "ACTIVE")
    asked = f"DescribeTable in {PARTNER}"
    under_another = with_input(table, "replicas", [{**wanted, "kmsKeyArn": arn(other)}])
    report = world.ask(under_another, live=listing())
    fails(report, "table-replicated", f"{asked} SSEDescription", arn(key), arn(other))
    world.client("dynamodb", PARTNER).update_table(TableName="sessions", DeletionProtectionEnabled=False)
    report = world.ask(replicated, live=listing())
    fails(report, "table-replicated", f"{asked} DeletionProtectionEnabled", "false", "true")


def test_a_replica_that_is_a_resource_of_its_own(world: World) -> None:
    key, other = world.key("partner", PARTNER), world.key("other", PARTNER)
    make_table(world, key, PARTNER)
    inputs = {
        "globalTableArn": "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/sessions",
        "kmsKeyArn": arn(key),
        "deletionProtectionEnabled": True,
        "pointInTimeRecovery": True,
    }
    replica = resource("aws:dynamodb/tableReplica:TableReplica", "r", inputs, region=PARTNER)
    all_pass(world.ask(replica), "table-replica-in-force")
    asked = "DescribeTable SSEDescription"
    under_another = with_input(replica, "kmsKeyArn", arn(other))
    fails(world.ask(under_another), "table-replica-in-force", asked, arn(key), arn(other))
    world.client("dynamodb", PARTNER).update_table(TableName="sessions", DeletionProtectionEnabled=False)
    asked = "DescribeTable DeletionProtectionEnabled"
    fails(world.ask(replica), "table-replica-in-force", asked, "false", "true")
    world.client("dynamodb", PARTNER).delete_table(TableName="sessions")
    assert red(world.ask(replica)) == [("table-replica-in-force", "")]


def test_a_table_for_which_the_state_names_no_key(world: World, table: Resource) -> None:
    report = world.ask(with_input(table, "serverSideEncryption", None))
    assert [f.verdict for f in report.findings if f.rule == "table-encrypted"] == [Verdict.NOT_APPLICABLE]


# --- backups ---------------------------------------------------------------------------------------------------------


def test_a_vault_and_its_lock(world: World) -> None:
    key, other, backup = world.key(), world.key("other"), world.client("backup")
    backup.create_backup_vault(BackupVaultName="daily", EncryptionKeyArn=arn(key))
    vault = resource("aws:backup/vault:Vault", "v", {"name": "daily", "kmsKeyArn": arn(key)})
    all_pass(world.ask(vault), "vault-encrypted")
    asked = "DescribeBackupVault"
    report = world.ask(with_input(vault, "kmsKeyArn", arn(other)))
    fails(report, "vault-encrypted", f"{asked} EncryptionKeyArn", arn(key), arn(other))
    inputs = {"backupVaultName": "daily", "minRetentionDays": 35, "maxRetentionDays": 3653, "changeableForDays": 7}
    lock = resource("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "l", inputs)
    report = world.ask(lock)
    assert (("vault-locked", f"{asked} Locked")) in red(report) and report.exit_code == 1
    backup.put_backup_vault_lock_configuration(
        BackupVaultName="daily", MinRetentionDays=35, MaxRetentionDays=3653, ChangeableForDays=7
    )
    all_pass(world.ask(lock), "vault-locked")
    backup.put_backup_vault_lock_configuration(
        BackupVaultName="daily", MinRetentionDays=3, MaxRetentionDays=3653, ChangeableForDays=7
    )
    fails(world.ask(lock), "vault-locked", f"{asked} MinRetentionDays", "3", "35")
    still_open = world.amending(DescribeBackupVault=lambda a: a.update(MinRetentionDays=35, LockDate=None))
    fails(world.ask(lock, live=still_open), "vault-locked", f"{asked} LockDate", "none")
    gone = with_input(vault, "name", "gone")
    fails(world.ask(gone), "vault-encrypted", "", "ResourceNotFoundException")


FAR = "arn:aws-cn:backup:cn-northwest-1:777788889999:backup-vault:far"


@pytest.fixture
def plan(world: World) -> Resource:
    backup = world.client("backup")
    backup.create_backup_vault(BackupVaultName="daily")
    rule = {
        "RuleName": "daily",
        "TargetBackupVaultName": "daily",
        "ScheduleExpression": "cron(0 18 * * ? *)",
        "Lifecycle": {"DeleteAfterDays": 35},
        "CopyActions": [{"DestinationBackupVaultArn": FAR, "Lifecycle": {"DeleteAfterDays": 35}}],
    }
    made = backup.create_backup_plan(BackupPlan={"BackupPlanName": "daily", "Rules": [rule]})
    stated = {
        "ruleName": "daily",
        "targetVaultName": "daily",
        "schedule": "cron(0 18 * * ? *)",
        "lifecycle": {"deleteAfter": 35},
        "copyActions": [{"destinationVaultArn": FAR, "lifecycle": {"deleteAfter": 35}}],
    }
    return resource("aws:backup/plan:Plan", "p", {"name": "daily", "rules": [stated]}, {"id": made["BackupPlanId"]})


def test_a_plan(world: World, plan: Resource) -> None:
    all_pass(world.ask(plan), "backup-plan-whole")


@pytest.mark.parametrize(
    ("change", "asked", "found", "wanted"),
    [
        ({"ruleName": "hourly"}, "GetBackupPlan hourly", "no such rule", "the rule"),
        ({"targetVaultName": "other"}, "GetBackupPlan daily vault", "daily", "other"),
        ({"schedule": "cron(0 6 * * ? *)"}, "GetBackupPlan daily ScheduleExpression", "cron(0 18", "cron(0 6"),
        ({"lifecycle": {"deleteAfter": 90}}, "GetBackupPlan daily DeleteAfterDays", "35", "90"),
        (
            {"copyActions": [{"destinationVaultArn": FAR[:-3] + "near"}]},
            "GetBackupPlan daily CopyActions",
            FAR,
            "near",
        ),
        (
            {"copyActions": [{"destinationVaultArn": FAR, "lifecycle": {"deleteAfter": 90}}]},
            f"GetBackupPlan daily copy to {FAR} DeleteAfterDays",
            "35",
            "90",
        ),
    ],
)
def test_a_plan_one_field_away(
    world: World, plan: Resource, change: dict[str, Any], asked: str, found: str, wanted: str
) -> None:
    changed = with_input(plan, "rules", [{**plan.inputs["rules"][0], **change}])
    fails(world.ask(changed), "backup-plan-whole", asked, found, wanted)


def test_a_selection(world: World) -> None:
    tag = {"key": "hospital-cloud:backup", "type": "STRINGEQUALS", "value": "daily"}
    inputs = {"planId": "plan", "iamRoleArn": "arn:aws-cn:iam::1:role/b", "selectionTags": [tag]}
    selection = resource("aws:backup/selection:Selection", "s", inputs, {"id": "selection"})

    def said(value: str = "daily", role: str = "arn:aws-cn:iam::1:role/b") -> Any:
        row = {"ConditionType": "STRINGEQUALS", "ConditionKey": "hospital-cloud:backup", "ConditionValue": value}
        body = {"SelectionName": "s", "IamRoleArn": role, "ListOfTags": [row]}
        return world.answering(GetBackupSelection=lambda *_: {"BackupSelection": body})

    asked = "GetBackupSelection"
    all_pass(world.ask(selection, live=said()), "backup-selection-in-force")
    report = world.ask(selection, live=said("weekly"))
    fails(report, "backup-selection-in-force", f"{asked} ListOfTags", "weekly", "hospital-cloud:backup=daily")
    report = world.ask(selection, live=said(role="arn:aws-cn:iam::1:role/c"))
    fails(report, "backup-selection-in-force", f"{asked} IamRoleArn", "role/c", "role/b")
    gone = world.answering(GetBackupSelection=lambda *_: {"code": "ResourceNotFoundException"})
    fails(world.ask(selection, live=gone), "backup-selection-in-force", "", "ResourceNotFoundException")


def test_the_types_that_are_taken(world: World) -> None:
    wanted = {"Aurora": True, "DynamoDB": True, "EBS": False}
    settings = resource("aws:backup/regionSettings:RegionSettings", "r", {"resourceTypeOptInPreference": wanted})

    def said(**changes: bool) -> Any:
        return world.answering(DescribeRegionSettings=lambda *_: {"ResourceTypeOptInPreference": {**wanted, **changes}})

    all_pass(world.ask(settings, live=said()), "backup-types-taken")
    report = world.ask(settings, live=said(DynamoDB=False))
    fails(report, "backup-types-taken", "DescribeRegionSettings DynamoDB", "false", "true")

"""Databases, tables, and their backups: as they should be, and one field away from it."""

from typing import Any

import pytest

from policies.graph import Resource
from policies.results import Verdict
from tests.operations.verify.world import PARTNER, World, all_pass, arn, fails, red, resource, with_input

CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
CHECKS = ("database-instance-encrypted", "database-instance-protected")


@pytest.fixture
def instance(world: World) -> Resource:
    key = world.key()
    world.client("rds").create_db_instance(
        DBInstanceIdentifier="records",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword="hush-hush",
        StorageEncrypted=True,
        KmsKeyId=arn(key),
        BackupRetentionPeriod=35,
        MultiAZ=True,
        DeletionProtection=True,
        EnableIAMDatabaseAuthentication=True,
    )
    inputs = {
        "identifier": "records",
        "storageEncrypted": True,
        "kmsKeyId": arn(key),
        "backupRetentionPeriod": 35,
        "multiAz": True,
        "deletionProtection": True,
        "iamDatabaseAuthenticationEnabled": True,
        "publiclyAccessible": False,
    }
    return resource(INSTANCE, "records", inputs, {"id": "db-ABC"})


def test_an_instance(world: World, instance: Resource) -> None:
    all_pass(world.ask(instance), *CHECKS)


@pytest.mark.parametrize(
    ("change", "asked", "found", "wanted"),
    [
        ({"DeletionProtection": False}, "DeletionProtection", "false", "true"),
        ({"BackupRetentionPeriod": 1}, "BackupRetentionPeriod", "1", "35"),
        ({"MultiAZ": False}, "MultiAZ", "false", "true"),
        ({"PubliclyAccessible": True}, "PubliclyAccessible", "true", "false"),
        ({"EnableIAMDatabaseAuthentication": False}, "IAMDatabaseAuthenticationEnabled", "false", "true"),
    ],
)
def test_an_instance_one_field_away(
    world: World, instance: Resource, change: dict[str, Any], asked: str, found: str, wanted: str
) -> None:
    world.client("rds").modify_db_instance(DBInstanceIdentifier="records", ApplyImmediately=True, **change)
    fails(world.ask(instance), CHECKS[1], f"DescribeDBInstances {asked}", found, wanted)


def test_an_instance_under_another_key_or_unencrypted_or_gone(world: World, instance: Resource) -> None:
    other = arn(world.key("other"))
    asked = "DescribeDBInstances"
    fails(
        world.ask(with_input(instance, "kmsKeyId", other)), CHECKS[0], f"{asked} KmsKeyId", instance.inputs["kmsKeyId"]
    )
    plain = world.amending(
        DescribeDBInstances=lambda a: a["DBInstances"][0].update(StorageEncrypted=False, KmsKeyId=None)
    )
    both = [(CHECKS[0], f"{asked} KmsKeyId"), (CHECKS[0], f"{asked} StorageEncrypted")]
    assert red(world.ask(instance, live=plain)) == both
    gone = with_input(instance, "identifier", "gone")
    assert red(world.ask(gone)) == [(check, "") for check in CHECKS]


def test_the_keys_of_an_instance_s_performance_data_and_owner(world: World, instance: Resource) -> None:
    key, other = instance.inputs["kmsKeyId"], arn(world.key("other"))
    stated = with_input(instance, "performanceInsightsEnabled", True)
    stated = with_input(stated, "performanceInsightsKmsKeyId", key)
    stated = with_input(stated, "masterUserSecretKmsKeyId", key)

    def said(data_key: str, secret_key: str) -> Any:
        more = {"PerformanceInsightsKMSKeyId": data_key, "MasterUserSecret": {"KmsKeyId": secret_key}}
        return world.amending(DescribeDBInstances=lambda a: a["DBInstances"][0].update(more))

    asked = "DescribeDBInstances"
    all_pass(world.ask(stated, live=said(key, key)), CHECKS[0])
    report = world.ask(stated, live=said(other, key))
    fails(report, CHECKS[0], f"{asked} PerformanceInsightsKMSKeyId", other, key)
    fails(world.ask(stated, live=said(key, other)), CHECKS[0], f"{asked} MasterUserSecret", other, key)


# --- Aurora ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def worldwide(world: World) -> list[Resource]:
    """A global database with a cluster in each region and an instance in one."""
    made = []
    rds = world.client("rds")
    rds.create_global_cluster(
        GlobalClusterIdentifier="records", Engine="aurora-postgresql", StorageEncrypted=True, DeletionProtection=True
    )
    for name, region in (("primary", "cn-north-1"), ("standby", PARTNER)):
        key = world.key(f"{name}-key", region)
        cluster = world.client("rds", region).create_db_cluster(
            DBClusterIdentifier=name,
            Engine="aurora-postgresql",
            GlobalClusterIdentifier="records",
            StorageEncrypted=True,
            KmsKeyId=arn(key),
            DeletionProtection=True,
            BackupRetentionPeriod=35,
            **({"MasterUsername": "owner", "MasterUserPassword": "hush-hush"} if name == "primary" else {}),
        )["DBCluster"]
        inputs = {
            "clusterIdentifier": name,
            "globalClusterIdentifier": "records",
            "storageEncrypted": True,
            "kmsKeyId": arn(key),
            "deletionProtection": True,
            "backupRetentionPeriod": 35,
        }
        made.append(resource(CLUSTER, name, inputs, {"arn": cluster["DBClusterArn"]}, region=region))
    inputs = {"globalClusterIdentifier": "records", "storageEncrypted": True, "deletionProtection": True}
    return [*made, resource("aws:rds/globalCluster:GlobalCluster", "records", inputs)]


def test_a_global_database(world: World, worldwide: list[Resource]) -> None:
    checks = ("database-cluster-encrypted", "database-cluster-protected", "global-database-whole")
    all_pass(world.ask(*worldwide), *checks)


def test_a_cluster_one_field_away(world: World, worldwide: list[Resource]) -> None:
    primary, rds, asked = worldwide[0], world.client("rds"), "DescribeDBClusters"
    other = with_input(primary, "kmsKeyId", arn(world.key("other")))
    fails(world.ask(other), "database-cluster-encrypted", f"{asked} KmsKeyId", primary.inputs["kmsKeyId"])
    rds.modify_db_cluster(DBClusterIdentifier="primary", DeletionProtection=False)
    fails(world.ask(primary), "database-cluster-protected", f"{asked} DeletionProtection", "false", "true")
    more = with_input(with_input(primary, "deletionProtection", False), "backupRetentionPeriod", 36)
    fails(world.ask(more), "database-cluster-protected", f"{asked} BackupRetentionPeriod", "35", "36")
    unencrypted = world.amending(DescribeDBClusters=lambda a: a["DBClusters"][0].update(StorageEncrypted=False))
    report = world.ask(with_input(primary, "deletionProtection", False), live=unencrypted)
    fails(report, "database-cluster-encrypted", f"{asked} StorageEncrypted", "false", "true")


def test_a_global_database_that_lost_a_member_or_its_protection(world: World, worldwide: list[Resource]) -> None:
    def alone(answer: dict[str, Any]) -> None:
        members = answer["GlobalClusters"][0]["GlobalClusterMembers"]
        members[:] = [m for m in members if "primary" in m["DBClusterArn"]]

    report = world.ask(*worldwide, live=world.amending(DescribeGlobalClusters=alone))
    fails(report, "global-database-whole", "DescribeGlobalClusters standby", "cluster:primary", "cluster:standby")
    open_ = world.amending(DescribeGlobalClusters=lambda a: a["GlobalClusters"][0].update(DeletionProtection=False))
    report = world.ask(*worldwide, live=open_)
    fails(report, "global-database-whole", "DescribeGlobalClusters DeletionProtection", "false", "true")
    gone = with_input(worldwide[2], "globalClusterIdentifier", "gone")
    assert red(world.ask(gone)) == [("global-database-whole", "")]


def test_a_member_of_a_cluster(world: World, worldwide: list[Resource]) -> None:
    rds = world.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="primary-1",
        DBClusterIdentifier="primary",
        DBInstanceClass="db.r6g.large",
        Engine="aurora-postgresql",
    )
    inputs = {"identifier": "primary-1", "clusterIdentifier": "primary", "publiclyAccessible": False}
    member = resource("aws:rds/clusterInstance:ClusterInstance", "m", inputs, {"storageEncrypted": True})
    encrypted = world.amending(DescribeDBInstances=lambda a: a["DBInstances"][0].update(StorageEncrypted=True))
    all_pass(world.ask(member, live=encrypted), "database-member-encrypted", "database-member-private")
    asked = "DescribeDBInstances"
    other = with_input(member, "clusterIdentifier", "another")
    fails(
        world.ask(other, live=encrypted),
        "database-member-encrypted",
        f"{asked} DBClusterIdentifier",
        "primary",
        "another",
    )
    public = world.amending(
        DescribeDBInstances=lambda a: a["DBInstances"][0].update(StorageEncrypted=True, PubliclyAccessible=True)
    )
    fails(world.ask(member, live=public), "database-member-private", f"{asked} PubliclyAccessible", "true", "false")


def test_instances_that_stand_in_one_zone(world: World, worldwide: list[Resource]) -> None:
    primary = worldwide[0]
    kind = "aws:rds/clusterInstance:ClusterInstance"
    members = [resource(kind, f"m{n}", {"identifier": f"primary-{n}", "clusterIdentifier": "primary"}) for n in (1, 2)]
    for member in members:
        world.client("rds").create_db_instance(
            DBInstanceIdentifier=member.inputs["identifier"],
            DBClusterIdentifier="primary",
            DBInstanceClass="db.r6g.large",
            Engine="aurora-postgresql",
        )
    spread = world.amending(DescribeDBClusters=lambda a: a["DBClusters"][0].update(MultiAZ=True))
    all_pass(world.ask(primary, *members, live=spread), "database-cluster-protected")
    together = world.amending(DescribeDBClusters=lambda a: a["DBClusters"][0].update(MultiAZ=False))
    report = world.ask(primary, *members, live=together)
    asked = "DescribeDBClusters MultiAZ"
    fails(report, "database-cluster-protected", asked, "false", "instances in more than one zone")
    all_pass(world.ask(primary, members[0], live=together), "database-cluster-protected")


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

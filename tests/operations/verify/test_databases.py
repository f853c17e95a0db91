"""Databases: as they should be, and one field away from it."""

from typing import Any

import pytest

from policies.graph import Resource
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

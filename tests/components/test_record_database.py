"""RecordDatabase: what a hospital relies on, in both kinds, with and without a standby."""

import json
import re
from functools import cache
from typing import Any

import pulumi
import pytest

from components.database_settings import DatabaseKind
from components.record_database import RecordDatabase
from policies.graph import SECRET, Graph, Reference, Unknown, is_known, references_in
from tests.components.accounts import REGIONS, document, graph_of, named, placement

CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
KINDS = list(DatabaseKind)


def database(chosen: DatabaseKind, *args: Any, **more: Any) -> Graph:
    """A recording, made once where only words and switches tell it apart."""
    try:
        return _recorded(chosen, *args, **more)
    except TypeError:
        return _recorded.__wrapped__(chosen, *args, **more)


@cache
def _recorded(
    chosen: DatabaseKind,
    jurisdiction: str = "cn-mainland",
    lifecycle: str = "live",
    standby: bool = True,
    strict: bool = False,
    **more: Any,
) -> Graph:
    regions = REGIONS[jurisdiction]

    def make(opts: pulumi.ResourceOptions) -> None:
        args: dict[str, Any] = {
            "placement": placement(jurisdiction, lifecycle),
            "region": regions[0],
            "kind": chosen,
            "record_kind": "inpatient",
            "instance_class": "db.r6g.xlarge",
            "instances": 2,
            "vpc_ids": {region: f"vpc-{region}" for region in regions},
            "subnet_ids": {region: [f"subnet-{region}-a", f"subnet-{region}-b"] for region in regions},
        }
        if standby:
            args["standby_region"] = regions[1]
        if chosen is DatabaseKind.MULTI_AZ_INSTANCE:
            args["storage_gib"] = 200
        if chosen is DatabaseKind.AURORA_SERVERLESS:
            args |= {"instance_class": "db.serverless", "minimum_acu": 0.5, "maximum_acu": 8}
        RecordDatabase("records", {**args, **more}, opts=opts)  # type: ignore[typeddict-item]

    return graph_of(make, jurisdiction, strict)


def stores(graph: Graph) -> list[Any]:
    return list(graph.of_type(CLUSTER, INSTANCE))


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
@pytest.mark.parametrize("kind", KINDS)
def test_the_records_are_in_both_regions_each_with_a_key_of_its_region(kind: DatabaseKind, jurisdiction: str) -> None:
    graph = database(kind, jurisdiction)
    assert [r.region for r in stores(graph)] == REGIONS[jurisdiction]
    for store in stores(graph):
        key = graph.target(store, "kmsKeyId")
        assert store.get("storageEncrypted") is True
        assert key is not None and key.region == store.region and key.get("description").startswith("tjemc records")


@pytest.mark.parametrize("kind", [DatabaseKind.AURORA_GLOBAL, DatabaseKind.AURORA_SERVERLESS])
def test_the_standby_follows_through_a_global_database(kind: DatabaseKind) -> None:
    graph = database(kind)
    (whole,) = graph.of_type("aws:rds/globalCluster:GlobalCluster")
    primary, standby = graph.of_type(CLUSTER)
    for cluster in (primary, standby):
        assert graph.target(cluster, "globalClusterIdentifier") is whole
    assert references_in(standby.get("engineVersion")) == (Reference(primary.urn, "engineVersionActual"),)
    assert standby.get("masterUsername") is None and standby.get("masterPassword") is None
    assert output(graph, "standbyMode") == "aurora-global"


def test_where_there_is_one_instance_a_replica_follows() -> None:
    graph = database(DatabaseKind.MULTI_AZ_INSTANCE)
    primary, standby = graph.of_type(INSTANCE)
    assert graph.target(standby, "replicateSourceDb") is primary
    assert primary.get("multiAz") is True and standby.get("multiAz") is True
    assert standby.get("username") is None and standby.get("password") is None
    assert output(graph, "standbyMode") == "read-replica"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("standby", [True, False])
def test_connections_are_tls_1_3_and_iam_logins(kind: DatabaseKind, standby: bool) -> None:
    graph = database(kind, standby=standby)
    for store in stores(graph):
        group = graph.target(store, "dbClusterParameterGroupName") or graph.target(store, "parameterGroupName")
        assert group is not None
        values = {row["name"]: row["value"] for row in group.get("parameters")}
        assert values["rds.force_ssl"] == "1" and values["ssl_min_protocol_version"] == "TLSv1.3"
        assert "pgaudit" in values["shared_preload_libraries"]
        assert store.get("iamDatabaseAuthenticationEnabled") is True


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("lifecycle", "held"), [("live", True), ("retiring", False), ("trial", False)])
def test_only_a_live_database_is_held_fast(kind: DatabaseKind, lifecycle: str, held: bool) -> None:
    graph = database(kind, lifecycle=lifecycle)
    for store in [*stores(graph), *graph.of_type("aws:rds/globalCluster:GlobalCluster")]:
        assert store.get("deletionProtection") is held and store.protect is held, store.name
    writer = stores(graph)[0]
    assert writer.get("skipFinalSnapshot") is (lifecycle == "trial")
    assert (writer.get("finalSnapshotIdentifier") is None) is (lifecycle == "trial")
    keys = list(graph.of_type("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"))
    assert keys and all(key.protect is held for key in keys)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_sees_the_owners_password(kind: DatabaseKind) -> None:
    """Neither in the graph nor, being a secret, in the engine's state; RDS keeps it where it can."""
    graph = database(kind)
    writer, version = stores(graph)[0], named(graph, "owner-version")
    assert (writer.get("masterPassword") or writer.get("password")) is SECRET
    assert version.get("secretString") is SECRET
    (secret,) = graph.of_type("aws:secretsmanager/secret:Secret")
    assert secret.get("replicas[0].region") == "cn-northwest-1"
    alone = database(DatabaseKind.MULTI_AZ_INSTANCE, standby=False)
    assert next(alone.of_type(INSTANCE)).get("manageMasterUserPassword") is True
    assert not list(alone.of_type("aws:secretsmanager/secret:Secret"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_run_makes_no_second_password(kind: DatabaseKind) -> None:
    """The engine compares inputs; the password is another in each run, so it must be ignored once made."""
    for resource in database(kind).resources:
        if resource.get("secretString") is not None:
            assert resource.ignore_changes == ("secretString",)


@pytest.mark.parametrize("kind", KINDS)
def test_a_failover_is_not_undone_by_the_next_deployment(kind: DatabaseKind) -> None:
    for store in stores(database(kind)):
        part = "replicateSourceDb" if store.type == INSTANCE else "globalClusterIdentifier"
        assert {part, "engineVersion"} <= set(store.ignore_changes)


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
@pytest.mark.parametrize("kind", KINDS)
def test_the_audit_log_exists_before_the_database_and_is_kept(kind: DatabaseKind, jurisdiction: str) -> None:
    graph = database(kind, jurisdiction)
    logs = {r.get("name"): r for r in graph.of_type("aws:cloudwatch/logGroup:LogGroup")}
    for store in stores(graph):
        identifier = store.get("clusterIdentifier") or store.get("identifier")
        path = f"/aws/rds/{'cluster' if store.type == CLUSTER else 'instance'}/{identifier}/postgresql"
        log = logs[path]
        assert log.get("retentionInDays") >= 180 and log.get("kmsKeyId") and log.region == store.region
        assert log.urn in store.depends_on and store.get("enabledCloudwatchLogsExports") == ["postgresql"]


def test_only_named_clients_reach_it_and_nothing_goes_out() -> None:
    primary, standby = REGIONS["cn-mainland"]
    graph = database(
        DatabaseKind.AURORA_GLOBAL,
        client_cidrs={primary: {"apps": "10.1.0.0/16"}},
        client_security_groups={standby: {"nodes": "sg-nodes"}},
    )
    rules = list(graph.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"))
    assert {(r.region, r.get("cidrIpv4") or r.get("referencedSecurityGroupId")) for r in rules} == {
        (primary, "10.1.0.0/16"),
        (standby, "sg-nodes"),
    }
    assert all((r.get("fromPort"), r.get("toPort")) == (5432, 5432) for r in rules)
    for group in graph.of_type("aws:ec2/securityGroup:SecurityGroup"):
        assert group.get("egress") is None and group.get("ingress") is None
    assert not [t for t in graph.by_type if "EgressRule" in t]


@pytest.mark.parametrize("kind", KINDS)
def test_the_daily_plan_takes_the_store_and_not_its_parts(kind: DatabaseKind) -> None:
    graph = database(kind)
    for store in stores(graph):
        assert store.tags["hospital-cloud:backup"] == "daily" and store.tags["hospital-cloud:data-class"] == "4"
        assert store.get("backupRetentionPeriod") == 35
    for member in graph.of_type("aws:rds/clusterInstance:ClusterInstance"):
        assert "hospital-cloud:backup" not in member.tags and member.tags["hospital-cloud:data-class"] == "4"


@pytest.mark.parametrize("kind", KINDS)
def test_a_standby_that_falls_behind_or_falls_silent_raises_an_alarm(kind: DatabaseKind) -> None:
    graph = database(kind)
    lag = named(graph, "lag-alarm")
    assert lag.region == "cn-northwest-1" and lag.get("treatMissingData") == "breaching"
    assert lag.get("alarmActions")[0].endswith(":tjemc-111122223333-cn-northwest-1-alarms")


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
@pytest.mark.parametrize("kind", KINDS)
def test_policies_and_names_are_known_at_preview(kind: DatabaseKind, jurisdiction: str) -> None:
    graph = database(kind, jurisdiction, strict=True, copied_to_accounts=["444455556666"])
    for resource in graph.resources:
        for path in ("policy", "assumeRolePolicy", "clusterIdentifier", "globalClusterIdentifier"):
            value = resource.get(path)
            if path == "globalClusterIdentifier" and resource.type == CLUSTER:
                continue  # judged through the edge
            if path == "clusterIdentifier" and resource.type != CLUSTER:
                continue
            assert not isinstance(value, Unknown) and (value is None or is_known(value)), (resource.name, path)
        for path in ("identifier", "clusterIdentifier"):
            value = resource.get(path)
            if isinstance(value, str) and is_known(value):
                assert re.fullmatch(r"[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]", value), value


def test_another_accounts_vault_opens_snapshots_only_while_it_copies() -> None:
    graph = database(DatabaseKind.AURORA_GLOBAL, copied_to_accounts=["444455556666"])
    for key in graph.of_type("aws:kms/key:Key"):
        (copies,) = [s for s in document(key)["Statement"] if s["Sid"] == "CopiesToOtherAccounts"]
        assert copies["Principal"] == {"AWS": ["arn:aws-cn:iam::444455556666:root"]}
        assert "rds.cn-north-1.amazonaws.com.cn" in copies["Condition"]["StringEquals"]["kms:ViaService"]
    without = database(DatabaseKind.AURORA_GLOBAL)
    assert "444455556666" not in json.dumps([document(k) for k in without.of_type("aws:kms/key:Key")])


def test_one_region_has_no_standby_and_can_have_one_later() -> None:
    """A cluster cannot be put into a global database later, so it is in one from the start."""
    alone, both = database(DatabaseKind.AURORA_GLOBAL, standby=False), database(DatabaseKind.AURORA_GLOBAL)
    assert output(alone, "standbyMode") == "none"
    (before,) = alone.of_type(CLUSTER)
    after = next(both.of_type(CLUSTER))
    assert before.urn == after.urn
    changed = {k for k in {*before.inputs, *after.inputs} if before.inputs.get(k) != after.inputs.get(k)}
    assert changed <= {"masterPassword"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"standby_region": "cn-north-1"}, "its own region"),
        ({"kind": DatabaseKind.MULTI_AZ_INSTANCE}, "needs storage_gib"),
        ({"kind": DatabaseKind.AURORA_SERVERLESS}, "needs minimum_acu and maximum_acu"),
        ({"vpc_ids": {"cn-north-1": "vpc-1"}}, "no vpc_ids for cn-northwest-1"),
    ],
)
def test_arguments_that_cannot_be_meant_are_a_sentence(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        database(DatabaseKind.AURORA_GLOBAL, **change)


def output(graph: Graph, key: str) -> Any:
    (component,) = graph.of_type("hospital-cloud:index:RecordDatabase")
    return component.output(key)

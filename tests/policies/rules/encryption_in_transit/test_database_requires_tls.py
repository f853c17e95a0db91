import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "database-requires-tls"
CLUSTER = "aws:rds/cluster:Cluster"
CLUSTER_GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
INSTANCE = "aws:rds/instance:Instance"
GROUP = "aws:rds/parameterGroup:ParameterGroup"


def parameters(name: str, value: object) -> list[dict[str, object]]:
    return [{"name": "log_connections", "value": "1"}, {"name": name, "value": value}]


def test_a_database_whose_group_forces_tls_passes():
    assert_passes(RULE, resource(CLUSTER), resource(CLUSTER_GROUP))
    assert_passes(RULE, resource(INSTANCE), resource(GROUP))


def test_a_group_that_does_not_force_it_fails():
    assert_fails(
        RULE, resource(CLUSTER), resource(CLUSTER_GROUP, parameters=[]), found="nothing", wanted="rds.force_ssl = 1"
    )
    off = parameters("rds.force_ssl", "0")
    assert_fails(RULE, resource(INSTANCE), resource(GROUP, parameters=off), found="0", wanted="rds.force_ssl = 1")


def test_the_default_group_fails():
    assert_fails(RULE, resource(CLUSTER, dbClusterParameterGroupName=None), found="nothing", wanted="rds.force_ssl")
    default = "default.aurora-postgresql16"
    assert_fails(RULE, resource(CLUSTER, dbClusterParameterGroupName=default), found=default)


@pytest.mark.parametrize(
    ("engine", "name", "value"),
    [
        ("mysql", "require_secure_transport", "ON"),
        ("mariadb", "require_secure_transport", 1),
        ("sqlserver-se", "rds.force_ssl", "1"),
        ("postgres", "rds.force_ssl", 1.0),
    ],
)
def test_each_engine_has_its_own_parameter(engine, name, value):
    database = resource(INSTANCE, engine=engine)
    assert_passes(RULE, database, resource(GROUP, parameters=parameters(name, value)))
    without = resource(GROUP, family="postgres14", parameters=parameters("other", "1"))
    assert_fails(RULE, database, without, found="nothing", wanted=name)


def test_rds_postgres_of_15_and_later_forces_it_by_default():
    without = resource(GROUP, family="postgres15", parameters=parameters("other", "1"))
    assert_passes(RULE, resource(INSTANCE, engine="postgres"), without)
    off = resource(GROUP, family="postgres15", parameters=parameters("rds.force_ssl", "0"))
    assert_fails(RULE, resource(INSTANCE, engine="postgres"), off, found="0")
    no_group = {"engine": "postgres", "parameterGroupName": None}
    source = resource(INSTANCE, **no_group, engineVersion="16.4")
    assert_passes(RULE, source)
    for version in ("14.9", None, "newest"):
        assert_fails(RULE, resource(INSTANCE, **no_group, engineVersion=version), found="nothing")
    replica = {"engine": None, "engineVersion": None, "parameterGroupName": None}
    there = resource(INSTANCE, "there", **replica, replicateSourceDb=ref(INSTANCE, "instance"))
    assert_passes(RULE, there, source)


def test_aurora_and_other_engines_have_no_such_default():
    aurora = {"engine": "aurora-postgresql", "engineVersion": "16.4", "dbClusterParameterGroupName": None}
    assert_fails(RULE, resource(CLUSTER, **aurora), found="nothing")
    mysql = {"engine": "mysql", "engineVersion": "80.4", "parameterGroupName": None}
    assert_fails(RULE, resource(INSTANCE, **mysql), found="nothing")


def test_oracle_encrypts_by_an_option():
    options = "aws:rds/optionGroup:OptionGroup"
    database = resource(INSTANCE, engine="oracle-se2", optionGroupName=ref(options, "optionGroup", "name"))
    assert_passes(RULE, database, resource(options, options=[{"optionName": "SSL"}]))
    assert_fails(RULE, database, resource(options, options=[{"optionName": "STATSPACK"}]), found="STATSPACK")
    assert_fails(RULE, resource(INSTANCE, engine="oracle-se2"), found="nothing", wanted="option group")


def test_a_replica_has_its_sources_engine():
    replica = resource(INSTANCE, "replica", engine=None, replicateSourceDb=ref(INSTANCE, "instance", "identifier"))
    assert_passes(RULE, replica, resource(INSTANCE), resource(GROUP))


def test_document_and_warehouse_databases():
    docdb = "aws:docdb/cluster:Cluster"
    group = "aws:docdb/clusterParameterGroup:ClusterParameterGroup"
    database = resource(docdb, dbClusterParameterGroupName=ref(group, "clusterParameterGroup", "name"))
    assert_passes(RULE, database, resource(group, parameters=parameters("tls", "enabled")))
    assert_fails(RULE, database, resource(group, parameters=parameters("tls", "disabled")), found="disabled")
    workgroup = "aws:redshiftserverless/workgroup:Workgroup"
    on = [{"parameterKey": "require_ssl", "parameterValue": "true"}]
    assert_passes(RULE, resource(workgroup, configParameters=on))
    assert_fails(RULE, resource(workgroup), found="nothing", wanted="require_ssl = true")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(CLUSTER, dbClusterParameterGroupName=Unknown()))
    assert_unknown(RULE, resource(CLUSTER, engine=Unknown()))
    assert_unknown(RULE, resource(CLUSTER, dbClusterParameterGroupName="made-elsewhere"))
    hidden = parameters("rds.force_ssl", Unknown())
    assert_unknown(RULE, resource(CLUSTER), resource(CLUSTER_GROUP, parameters=hidden))
    assert_unknown(RULE, resource(INSTANCE, engine="db2-se"))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(CLUSTER), resource(CLUSTER_GROUP, parameters="rds.force_ssl"), found="nothing")
    assert_fails(RULE, resource(CLUSTER), resource(CLUSTER_GROUP, parameters=[7, None]), found="nothing")
    odd = parameters("rds.force_ssl", ["1"])
    assert_fails(RULE, resource(CLUSTER), resource(CLUSTER_GROUP, parameters=odd), found="1", wanted="rds.force_ssl")


def test_old_versions_of_tls_fail():
    group = "aws:rds/clusterParameterGroup:ClusterParameterGroup"

    def database(version: str):
        rows = [{"name": "rds.force_ssl", "value": "1"}, {"name": "ssl_min_protocol_version", "value": version}]
        cluster = resource("aws:rds/cluster:Cluster", dbClusterParameterGroupName=ref(group, "versions", "name"))
        return cluster, resource(group, "versions", parameters=rows)

    assert_passes("database-requires-tls", *database("TLSv1.2"))
    assert_fails("database-requires-tls", *database("TLSv1"), found="TLSv1", wanted="TLSv1.2 or TLSv1.3")

import pytest

from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, resource

RULE = "database-work-logged"
CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
GROUPS = {
    CLUSTER: "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    INSTANCE: "aws:rds/parameterGroup:ParameterGroup",
}
LOGINS = {"log_connections": "1", "log_disconnections": "on"}
AUDIT = {"pgaudit.log": "ddl,role,write", "shared_preload_libraries": "pg_stat_statements,pgaudit"}


def group(type_token, stated):
    rows = [{"name": name, "value": value} for name, value in stated.items()]
    return resource(GROUPS[type_token], parameters=rows)


@pytest.mark.parametrize("database", [CLUSTER, INSTANCE])
@pytest.mark.parametrize("statements", [AUDIT, {"log_statement": "ddl"}])
def test_logins_and_statements_are_logged(database: str, statements: dict):
    assert_passes(RULE, resource(database), group(database, {**LOGINS, **statements}))


@pytest.mark.parametrize(
    "missing", ["log_connections", "log_disconnections", "pgaudit.log", "shared_preload_libraries"]
)
def test_each_that_is_left_out_fails(missing: str):
    stated = {name: value for name, value in {**LOGINS, **AUDIT}.items() if name != missing}
    assert_fails(RULE, resource(CLUSTER), group(CLUSTER, stated), found=missing)


@pytest.mark.parametrize("off", ["none", "", "0", "off"])
def test_what_is_switched_off_fails(off: str):
    assert_fails(RULE, resource(CLUSTER), group(CLUSTER, {**LOGINS, "log_statement": off}), found="log_statement")
    assert_fails(
        RULE,
        resource(CLUSTER),
        group(CLUSTER, {**LOGINS, **AUDIT, "log_connections": off}),
        found="log_connections: off, or left out",
        wanted="1",
    )


def test_the_default_group_fails_and_one_from_elsewhere_is_undecided():
    assert_fails(RULE, resource(CLUSTER, dbClusterParameterGroupName=None), found="nothing", wanted="parameter group")
    assert_fails(RULE, resource(INSTANCE, parameterGroupName="default.postgres16"), found="default.postgres16")
    assert_unknown(RULE, resource(INSTANCE, parameterGroupName="the-hospitals"))
    assert_unknown(RULE, resource(CLUSTER), resource(GROUPS[CLUSTER], parameters=Unknown()))


def test_low_classes_are_not_asked():
    assert_passes(RULE, resource(CLUSTER, tags={**TAGS, "hospital-cloud:data-class": "2"}))

import pytest

from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "database-logs-exported"
CLUSTER = "aws:rds/cluster:Cluster"
TYPES = [CLUSTER, "aws:rds/instance:Instance"]


@pytest.mark.parametrize("type_token", TYPES)
def test_exported_logs_pass(type_token):
    assert_passes(RULE, resource(type_token))


def test_each_service_has_its_input():
    assert_passes(RULE, resource("aws:neptune/cluster:Cluster", enableCloudwatchLogsExports=["audit"]))
    assert_fails(RULE, resource("aws:docdb/cluster:Cluster"), found="nothing")


@pytest.mark.parametrize("type_token", TYPES)
@pytest.mark.parametrize("value", [None, [], [""], [1], {"postgresql": True}])
def test_no_logs_and_odd_shapes_fail(type_token, value):
    assert_fails(RULE, resource(type_token, enabledCloudwatchLogsExports=value), found="", wanted="at least one log")


def test_low_classes_are_not_judged():
    low = {**TAGS, "hospital-cloud:data-class": "1"}
    assert_passes(RULE, resource(CLUSTER, enabledCloudwatchLogsExports=None, tags=low))


def test_unknown_values_are_unknown():
    assert_unknown(RULE, resource(CLUSTER, enabledCloudwatchLogsExports=Unknown()))
    assert_unknown(RULE, resource(CLUSTER, enabledCloudwatchLogsExports=[Unknown()]))


def test_a_log_of_logins_may_be_left_out_and_not_switched_off():
    group = "aws:rds/clusterParameterGroup:ClusterParameterGroup"

    def database(value: str):
        rows = [{"name": "log_connections", "value": value}]
        cluster = resource("aws:rds/cluster:Cluster", dbClusterParameterGroupName=ref(group, "logins", "name"))
        return cluster, resource(group, "logins", parameters=rows)

    assert_passes("database-logs-exported", *database("1"))
    assert_fails("database-logs-exported", *database("0"), found="0", wanted="1, or left out")

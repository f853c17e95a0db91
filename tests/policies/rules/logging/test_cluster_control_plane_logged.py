import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "cluster-control-plane-logged"
CLUSTER = "aws:eks/cluster:Cluster"
ALL = ["scheduler", "controllerManager", "authenticator", "audit", "api"]


def test_all_five_pass_in_any_order():
    assert_passes(RULE, resource(CLUSTER))
    assert_passes(RULE, resource(CLUSTER, enabledClusterLogTypes=ALL))


@pytest.mark.parametrize("missing", ALL)
def test_each_missing_one_fails(missing):
    rest = [log for log in ALL if log != missing]
    assert_fails(RULE, resource(CLUSTER, enabledClusterLogTypes=rest), found="", wanted=f"missing: {missing}")


def test_none_fails():
    assert_fails(RULE, resource(CLUSTER, enabledClusterLogTypes=None), found="nothing", wanted="audit")


def test_unknown_values_are_unknown():
    assert_unknown(RULE, resource(CLUSTER, enabledClusterLogTypes=Unknown()))
    assert_unknown(RULE, resource(CLUSTER, enabledClusterLogTypes=["api", Unknown()]))


@pytest.mark.parametrize("odd", ["api", {"api": True}, [["api"]], True])
def test_odd_shapes_fail(odd):
    assert_fails(RULE, resource(CLUSTER, enabledClusterLogTypes=odd), found="", wanted="missing")

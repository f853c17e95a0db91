import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "service-deletion-protected"
CLUSTER, ZONE = "aws:eks/cluster:Cluster", "aws:route53/zone:Zone"


def test_what_cannot_be_deleted_passes():
    assert_passes(RULE, resource(CLUSTER, deletionProtection=True))
    assert_passes(RULE, resource(ZONE, name="records.example"))


@pytest.mark.parametrize("value", [False, None])
def test_a_cluster_needs_both_locks(value: bool | None):
    assert_fails(RULE, resource(CLUSTER, deletionProtection=value), found="", wanted="true while live")
    assert_fails(RULE, resource(CLUSTER, deletionProtection=True, protect_=False), found="false")
    assert_unknown(RULE, resource(CLUSTER, deletionProtection=Unknown()))


def test_a_zone_needs_the_engines():
    assert_fails(RULE, resource(ZONE, protect_=False), found="false", wanted="true while live")


def test_a_plan_that_does_not_tell_is_not_asked():
    assert_passes(RULE, resource(CLUSTER, deletionProtection=True, protect_=None))


@pytest.mark.parametrize("lifecycle", ["trial", "retiring"])
def test_what_is_not_live_may_go(lifecycle: str):
    assert_passes(RULE, resource(ZONE, protect_=False), lifecycle=lifecycle)

from dataclasses import replace

import pytest

from policies.facts import Facts
from policies.graph import Unknown
from policies.registry import all_rules
from tests.resources import assert_fails, assert_passes, assert_unknown, context, graph, resource

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
    unstated = resource(CLUSTER, deletionProtection=None, protect_=None)
    rule = next(r for r in all_rules() if r.id == RULE)
    assert [*rule.check(unstated, Facts(replace(graph(unstated), door="terraform plan"), context()))] == []
    assert_fails(RULE, unstated, found="nothing", wanted="true while live")


@pytest.mark.parametrize("lifecycle", ["trial", "retiring"])
def test_what_is_not_live_may_go(lifecycle: str):
    assert_passes(RULE, resource(ZONE, protect_=False), lifecycle=lifecycle)

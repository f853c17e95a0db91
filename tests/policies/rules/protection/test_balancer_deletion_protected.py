import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "balancer-deletion-protected"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"


@pytest.mark.parametrize("kind", ["application", "network", "gateway"])
def test_while_live_it_cannot_be_deleted(kind: str):
    assert_passes(RULE, resource(BALANCER, loadBalancerType=kind, enableDeletionProtection=True))
    assert_fails(RULE, resource(BALANCER, loadBalancerType=kind), found="nothing", wanted="true")
    off = resource(BALANCER, loadBalancerType=kind, enableDeletionProtection=False)
    assert_fails(RULE, off, found="false", wanted="true")


def test_on_trial_and_when_it_retires_it_can():
    assert_passes(RULE, resource(BALANCER), lifecycle="trial")
    assert_passes(RULE, resource(BALANCER), lifecycle="retiring")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(BALANCER, enableDeletionProtection=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(BALANCER, enableDeletionProtection=["true"]), found="true", wanted="true")

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "load-balancer-connections-logged"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"


def test_a_log_that_is_on_passes_and_only_application_load_balancers_are_asked():
    assert_passes(RULE, resource(BALANCER))
    assert outcomes(RULE, resource(BALANCER, loadBalancerType="network", connectionLogs=None)) == []


@pytest.mark.parametrize(
    ("value", "found"),
    [(None, "nothing"), ({"bucket": "logs"}, "nothing"), ({"enabled": False}, "false"), ("yes", "yes"), ([1], "1")],
)
def test_a_log_that_is_not_on_fails(value, found):
    assert_fails(RULE, resource(BALANCER, connectionLogs=value), found=found, wanted="true")
    assert_fails(RULE, resource(BALANCER, loadBalancerType=None, connectionLogs=value), found=found)


def test_unknown_values_are_unknown():
    assert_unknown(RULE, resource(BALANCER, connectionLogs=Unknown()))
    assert_unknown(RULE, resource(BALANCER, loadBalancerType=Unknown()))

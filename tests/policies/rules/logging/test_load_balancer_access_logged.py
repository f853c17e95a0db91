import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "load-balancer-access-logged"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
CLASSIC = "aws:elb/loadBalancer:LoadBalancer"


def test_logging_load_balancers_pass():
    assert_passes(RULE, resource(BALANCER))
    assert_passes(RULE, resource(BALANCER, loadBalancerType="network", connectionLogs=None))
    assert_passes(RULE, resource(BALANCER, accessLogs=[{"bucket": "logs", "enabled": "true"}]))


@pytest.mark.parametrize(
    ("value", "found"),
    [(None, "nothing"), ({"bucket": "logs"}, "nothing"), ({"enabled": False}, "false"), ("yes", "yes"), ([1], "1")],
)
def test_a_log_that_is_not_on_fails(value, found):
    assert_fails(RULE, resource(BALANCER, accessLogs=value), found=found, wanted="true")


def test_the_log_of_connections_is_not_asked_here():
    assert_passes(RULE, resource(BALANCER, connectionLogs=None))


def test_gateways_are_not_judged():
    assert_passes(RULE, resource(BALANCER, loadBalancerType="gateway", accessLogs=None))


def test_classic_load_balancers():
    assert_passes(RULE, resource(CLASSIC, accessLogs={"bucket": "logs"}))
    assert_fails(RULE, resource(CLASSIC), found="nothing")
    assert_fails(RULE, resource(CLASSIC, accessLogs={"bucket": "logs", "enabled": False}), found="false")


def test_unknown_values_are_unknown():
    assert_unknown(RULE, resource(BALANCER, accessLogs=Unknown()))

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "listener-tls-1-3"
LISTENER = "aws:lb/listener:Listener"


@pytest.mark.parametrize(
    "policy",
    [
        "ELBSecurityPolicy-TLS13-1-3-2021-06",
        "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
        "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
    ],
)
def test_policies_of_tls_1_3_alone_pass(policy):
    assert_passes(RULE, resource(LISTENER, sslPolicy=policy))
    assert_passes(RULE, resource(LISTENER, sslPolicy=policy, protocol="TLS"))


@pytest.mark.parametrize(
    "policy",
    [
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "ELBSecurityPolicy-TLS13-1-0-PQ-2025-09",
        "ELBSecurityPolicy-2016-08",
        "ELBSecurityPolicy-TLS13-1-3-2021-06-own",
    ],
)
def test_older_versions_beside_it_fail(policy):
    assert_fails(RULE, resource(LISTENER, sslPolicy=policy), found=policy, wanted="TLS13-1-3")


def test_absent_means_tls_1_0_and_fails():
    assert_fails(RULE, resource(LISTENER, sslPolicy=None), found="nothing", wanted="ELBSecurityPolicy-TLS13-1-3")


def test_quic_is_tls_1_3_and_plain_listeners_are_judged_elsewhere():
    assert_passes(RULE, resource(LISTENER, protocol="QUIC", sslPolicy=None))
    assert_passes(RULE, resource(LISTENER, protocol="HTTP", sslPolicy=None))


def test_a_classic_load_balancer_has_no_tls_1_3():
    classic = "aws:elb/loadBalancer:LoadBalancer"
    assert_fails(RULE, resource(classic, listeners=[{"lbProtocol": "HTTPS"}]), found="classic", wanted="TLS 1.3")
    assert outcomes(RULE, resource(classic, listeners=[{"lbProtocol": "http"}])) == []


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(LISTENER, sslPolicy=Unknown()))
    assert_unknown(RULE, resource(LISTENER, protocol=Unknown()))


def test_odd_shapes_fail():
    for odd in (7, ["ELBSecurityPolicy-TLS13-1-3-2021-06"], {"policy": "x"}, True, ""):
        assert_fails(RULE, resource(LISTENER, sslPolicy=odd), found="")

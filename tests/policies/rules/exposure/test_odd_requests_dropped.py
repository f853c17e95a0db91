from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "odd-requests-dropped"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"


def balancer(**inputs: object):
    return resource(BALANCER, **{"dropInvalidHeaderFields": True, "desyncMitigationMode": "strictest", **inputs})


def test_a_load_balancer_that_drops_them_passes():
    assert_passes(RULE, balancer())
    assert_passes(RULE, balancer(desyncMitigationMode=None))


def test_one_that_lets_them_pass_fails():
    assert_fails(RULE, balancer(dropInvalidHeaderFields=None), found="nothing", wanted="true")
    assert_fails(RULE, balancer(dropInvalidHeaderFields=False), found="false", wanted="true")
    assert_fails(RULE, balancer(desyncMitigationMode="monitor"), found="monitor", wanted="strictest")


def test_one_that_lets_pass_what_its_firewall_has_not_judged_fails():
    assert_passes(RULE, balancer(enableWafFailOpen=False))
    assert_fails(RULE, balancer(enableWafFailOpen=True), found="true", wanted="false")
    assert_unknown(RULE, balancer(enableWafFailOpen=Unknown()))


def test_others_read_no_requests():
    assert_passes(RULE, balancer(loadBalancerType="network", dropInvalidHeaderFields=None))


def test_unknown_is_unknown():
    assert_unknown(RULE, balancer(dropInvalidHeaderFields=Unknown()))
    assert_unknown(RULE, balancer(desyncMitigationMode=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, balancer(dropInvalidHeaderFields=["true"]), found="true")
    assert_fails(RULE, balancer(desyncMitigationMode=7), found="7")

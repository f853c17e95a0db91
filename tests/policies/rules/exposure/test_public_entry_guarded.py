from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "public-entry-guarded"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
GUARD = resource("aws:wafv2/webAclAssociation:WebAclAssociation", resourceArn=ref(BALANCER, "loadBalancer"))


def test_an_internal_entry_needs_no_guard():
    assert_passes(RULE, resource(BALANCER))


def test_a_public_entry_needs_one():
    assert_passes(RULE, resource(BALANCER, internal=False), GUARD)
    assert_fails(RULE, resource(BALANCER, internal=False), found="no web ACL", wanted="WebAclAssociation")
    assert_fails(RULE, resource(BALANCER, internal=None), found="no web ACL")
    other = resource(GUARD.type, resourceArn=ref(BALANCER, "another"))
    assert_fails(RULE, resource(BALANCER, internal=False), other, found="no web ACL")


def test_a_guard_that_lets_pass_when_it_is_asleep_fails():
    asleep = resource(BALANCER, internal=False, enableWafFailOpen=True)
    assert_fails(RULE, asleep, GUARD, found="true", wanted="false")


def test_before_a_network_load_balancer_none_can_stand():
    assert_passes(RULE, resource(BALANCER, internal=False, loadBalancerType="network"))


def test_distributions_have_one_outside_china():
    distribution = "aws:cloudfront/distribution:Distribution"
    assert_passes(RULE, resource(distribution))
    assert_fails(RULE, resource(distribution), found="nothing", wanted="a web ACL", jurisdiction="eu")
    assert_passes(RULE, resource(distribution, webAclId="arn:aws:wafv2:::webacl/x"), jurisdiction="eu")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(BALANCER, internal=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(BALANCER, internal=["yes"]), found="no web ACL")

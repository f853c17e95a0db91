from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "listener-refuses-plain-traffic"
LISTENER = "aws:lb/listener:Listener"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"
GROUP = "aws:lb/targetGroup:TargetGroup"
REDIRECT = {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
FORWARD = {"type": "forward", "targetGroupArn": ref(GROUP, "targetGroup")}


def http(*actions: object):
    return resource(LISTENER, protocol="HTTP", port=80, defaultActions=list(actions))


def test_a_tls_listener_passes():
    assert_passes(RULE, resource(LISTENER))
    assert_passes(RULE, resource(LISTENER, protocol="TCP_QUIC"))


def test_plain_http_may_only_redirect_or_answer_itself():
    assert_passes(RULE, http(REDIRECT))
    assert_passes(RULE, http({"type": "fixed-response"}))
    assert_fails(RULE, http(FORWARD), found="forward", wanted="a redirect to HTTPS")
    assert_fails(RULE, http(REDIRECT, FORWARD), found="forward")
    assert_fails(RULE, http(), found="nothing")


def test_a_redirect_to_plain_http_fails():
    assert_fails(RULE, http({"type": "redirect", "redirect": {"protocol": "HTTP"}}), found="HTTP", wanted="HTTPS")
    assert_fails(RULE, http({"type": "redirect", "redirect": {"port": "443"}}), found="nothing", wanted="HTTPS")


def test_a_rule_of_a_plain_listener_may_not_forward():
    plain = http(REDIRECT)
    assert_passes(RULE, resource(LISTENER_RULE), resource(LISTENER))
    assert_fails(RULE, resource(LISTENER_RULE), plain, found="forward")
    assert_passes(RULE, resource(LISTENER_RULE, actions=[REDIRECT]), plain)
    assert_unknown(RULE, resource(LISTENER_RULE, listenerArn="arn:aws-cn:elasticloadbalancing:::listener/x"))


def test_plain_tcp_fails_unless_it_leads_to_a_listener_that_is_judged():
    tcp = resource(LISTENER, protocol="TCP", defaultActions=[FORWARD])
    assert_fails(RULE, tcp, resource(GROUP), found="TCP", wanted="HTTPS, TLS or QUIC")
    assert_passes(RULE, tcp, resource(GROUP, targetType="alb", protocol="TCP"))
    assert_fails(RULE, tcp, found="TCP")


def test_what_is_not_personal_may_pass_plain():
    tcp = {"protocol": "TCP", "defaultActions": [FORWARD]}
    assert_passes(RULE, resource(LISTENER, tags={"hospital-cloud:data-class": "1"}, **tcp))
    assert_fails(RULE, resource(LISTENER, tags={"hospital-cloud:data-class": "4"}, **tcp), found="TCP")


def test_a_protocol_left_out_fails_but_for_gateways():
    balancer = "aws:lb/loadBalancer:LoadBalancer"
    assert_fails(RULE, resource(LISTENER, protocol=None), resource(balancer), found="nothing")
    assert_passes(RULE, resource(LISTENER, protocol=None), resource(balancer, loadBalancerType="gateway"))


def test_a_classic_load_balancer_is_read_too():
    classic = "aws:elb/loadBalancer:LoadBalancer"
    assert_fails(RULE, resource(classic, listeners=[{"lbProtocol": "tcp"}]), found="tcp")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(LISTENER, protocol=Unknown()))
    assert_unknown(RULE, http(Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(LISTENER, protocol=["HTTPS"]), found="HTTPS")
    assert_fails(RULE, http(7), found="7")

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "target-group-encrypted"
GROUP = "aws:lb/targetGroup:TargetGroup"


def test_tls_to_the_targets_passes():
    assert_passes(RULE, resource(GROUP))


def test_plain_http_to_the_targets_fails():
    assert_fails(RULE, resource(GROUP, protocol="HTTP"), found="HTTP", wanted="HTTPS, TLS or QUIC")
    assert_fails(RULE, resource(GROUP, protocol=None), found="nothing")


def test_where_no_patients_data_pass_it_is_not_asked():
    assert_passes(RULE, resource(GROUP, protocol="HTTP"), holds_patient_data=False)
    assert_passes(RULE, resource(GROUP, protocol="HTTP", tags={"hospital-cloud:data-class": "2"}))


def test_functions_and_load_balancers_are_judged_elsewhere():
    assert_passes(RULE, resource(GROUP, protocol=None, targetType="lambda"))
    assert_passes(RULE, resource(GROUP, protocol="TCP", targetType="alb"))


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(GROUP, protocol=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(GROUP, protocol=["HTTPS"]), found="HTTPS")

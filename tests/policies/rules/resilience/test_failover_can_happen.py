from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "failover-can-happen"
CHECK, RECORD = "aws:route53/healthCheck:HealthCheck", "aws:route53/record:Record"
PRIMARY = [{"type": "PRIMARY"}]


def check(**changes: object):
    return resource(CHECK, "reach", type="HTTPS", fqdn="hospital.example", **changes)


def record(target_knows: object = True, **changes: object):
    aliases = [{"name": "entry", "zoneId": "Z1", "evaluateTargetHealth": target_knows}]
    named = {"type": "A", "zoneId": "Z1", "aliases": aliases}
    return resource(RECORD, "entry", **{**named, "failoverRoutingPolicies": PRIMARY, **changes})


def test_a_check_that_works_passes():
    assert_passes(RULE, check(), record(healthCheckId=ref(CHECK, "reach", "id")))


def test_a_check_that_is_off_or_inverted_fails():
    entry = record(healthCheckId=ref(CHECK, "reach", "id"))
    assert_fails(RULE, check(disabled=True), entry, found="true", wanted="counts as healthy")
    assert_fails(RULE, check(invertHealthcheck=True), entry, found="true", wanted="counts as healthy")
    assert_passes(RULE, check(disabled=True))


def test_a_primary_record_that_cannot_tell_fails():
    assert_passes(RULE, record())
    assert_fails(RULE, record(False), found="false", wanted="a health check")
    assert_fails(RULE, record(aliases=None, records=["192.0.2.1"]), found="", wanted="a health check")
    assert_passes(RULE, record(aliases=None, records=["192.0.2.1"], healthCheckId=ref(CHECK, "reach", "id")))


def test_records_of_one_answer_and_secondary_ones_are_not_asked():
    assert_passes(RULE, record(False, failoverRoutingPolicies=None))
    assert_unknown(RULE, record(Unknown()))

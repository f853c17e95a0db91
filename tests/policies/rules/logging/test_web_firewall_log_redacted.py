import pytest

from policies.graph import Unknown
from tests.resources import GOOD, assert_fails, assert_passes, assert_unknown, resource

RULE = "web-firewall-log-redacted"
LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
FIELDS = GOOD[LOGGING]["redactedFields"]


def test_credentials_and_queries_are_left_out():
    assert_passes(RULE, resource(LOGGING))
    capitals = [{"singleHeader": {"name": "Authorization"}}, {"singleHeader": {"name": "Cookie"}}, {"queryString": {}}]
    assert_passes(RULE, resource(LOGGING, redactedFields=capitals))


@pytest.mark.parametrize(("index", "missing"), enumerate(["authorization", "cookie", "query string"]))
def test_each_is_asked_for(index: int, missing: str):
    rest = [field for at, field in enumerate(FIELDS) if at != index]
    assert_fails(RULE, resource(LOGGING, redactedFields=rest), found="left out", wanted=missing)


def test_none_fails():
    for odd in (None, [], 7, "cookie", [{}], [{"singleHeader": {}}]):
        assert_fails(RULE, resource(LOGGING, redactedFields=odd), found="nothing", wanted="cookie")


def test_without_patients_data_it_is_not_asked():
    assert_passes(RULE, resource(LOGGING, redactedFields=None), holds_patient_data=False)


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(LOGGING, redactedFields=Unknown()))
    assert_unknown(RULE, resource(LOGGING, redactedFields=[*FIELDS[:2], Unknown()]))

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "browsers-kept-to-https"


def listener(value: object, **inputs: object):
    header = {"routingHttpResponseStrictTransportSecurityHeaderValue": value}
    return resource("aws:lb/listener:Listener", **header, **inputs)


@pytest.mark.parametrize(
    "value", ["max-age=31536000", "includeSubDomains; max-age=15552000", 'Max-Age="31536000"; preload']
)
def test_half_a_year_or_more_passes(value: str):
    assert_passes(RULE, listener(value))


@pytest.mark.parametrize(
    "value", ["max-age=0", "max-age=3600; includeSubDomains", "includeSubDomains", "x-max-age=31536000"]
)
def test_less_fails(value: str):
    assert_fails(RULE, listener(value), found=value, wanted="180 days")


def test_nothing_fails():
    assert_fails(RULE, listener(None), found="nothing", wanted="max-age")


def test_listeners_that_answer_no_browser_are_not_asked():
    assert_passes(RULE, listener(None, protocol="TLS"))
    assert_passes(RULE, listener(None, protocol="HTTP"))


def test_unknown_is_unknown():
    assert_unknown(RULE, listener(Unknown()))
    assert_unknown(RULE, listener(Unknown(), protocol=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, listener(31536000), found="31536000")

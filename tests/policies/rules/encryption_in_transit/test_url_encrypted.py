from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "url-encrypted"
DESTINATION = "aws:cloudwatch/eventApiDestination:EventApiDestination"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


def test_https_passes():
    assert_passes(RULE, resource(DESTINATION, invocationEndpoint="https://pager.example/hook"))


def test_plain_http_fails():
    assert_fails(
        RULE, resource(DESTINATION, invocationEndpoint="HTTP://pager.example"), found="pager", wanted="https://"
    )
    assert_fails(RULE, resource(SUBSCRIPTION, protocol="http", endpoint="http://x"), found="http", wanted="https")


def test_what_is_no_address_is_not_judged():
    assert outcomes(RULE, resource(SUBSCRIPTION)) == []


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(DESTINATION, invocationEndpoint=Unknown()))
    assert outcomes(RULE, resource(SUBSCRIPTION, protocol="sqs", endpoint=Unknown())) == []


def test_odd_shapes_do_not_raise():
    for odd in (7, ["http://x"], {"url": "http://x"}):
        assert outcomes(RULE, resource(DESTINATION, invocationEndpoint=odd)) == []

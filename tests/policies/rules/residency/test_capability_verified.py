from jurisdictions import Verification
from tests.resources import assert_fails, assert_passes, outcomes, resource

RULE = "capability-verified"
LISTENER = resource("aws:lb/listener:Listener", protocol="QUIC")
PROOF = Verification("cn-north-1", "elb.quic", "platform team", "2026-10-01", "create-target-group, ticket 42")


def test_a_capability_that_nobody_has_verified_is_reported():
    assert_fails(RULE, LISTENER, found="elb.quic: unverified in cn-north-1", wanted="a recorded verification")


def test_a_recorded_verification_passes_and_is_repeated():
    assert_passes(RULE, LISTENER, verified=(PROOF,))
    assert "platform team on 2026-10-01" in outcomes(RULE, LISTENER, verified=(PROOF,))[0].found


def test_a_verification_of_another_region_does_not_count():
    elsewhere = Verification("cn-northwest-1", *("elb.quic", "somebody", "2026-10-01", "ticket 43"))
    assert_fails(RULE, LISTENER, found="unverified", verified=(elsewhere,))


def test_what_is_known_to_be_offered_is_not_mentioned():
    assert outcomes(RULE, resource("aws:sqs/queue:Queue")) == []

from jurisdictions import Verification
from policies.graph import Unknown
from policies.results import Verdict
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "listener-post-quantum"
LISTENER = "aws:lb/listener:Listener"
HYBRID = "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"
PROOF = Verification("cn-north-1", "elb.pq-tls", "platform team", "2026-10-01", "describe-ssl-policies, ticket 41")


def european(**inputs: object):
    return resource(LISTENER, region_="eu-central-1", **inputs)


def test_a_hybrid_policy_passes():
    assert_passes(RULE, european(sslPolicy=HYBRID), jurisdiction="eu")


def test_a_classical_policy_fails_where_the_region_offers_better():
    assert_fails(RULE, european(), found="ELBSecurityPolicy-TLS13-1-3-2021-06", wanted=HYBRID, jurisdiction="eu")
    weaker = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    assert_fails(RULE, european(sslPolicy=weaker), found=weaker, jurisdiction="eu")
    assert_fails(RULE, european(sslPolicy=None), found="nothing", jurisdiction="eu")


def test_where_nobody_has_verified_it_the_reason_is_said():
    (outcome,) = outcomes(RULE, resource(LISTENER))
    assert outcome.verdict is Verdict.NOT_APPLICABLE
    assert "elb.pq-tls is unverified in cn-north-1" in outcome.found


def test_once_the_hospital_has_verified_it_it_is_wanted():
    assert_fails(RULE, resource(LISTENER), found="2021-06", wanted=HYBRID, verified=(PROOF,))
    assert_passes(RULE, resource(LISTENER, sslPolicy=HYBRID), verified=(PROOF,))


def test_plain_listeners_are_judged_elsewhere():
    assert_passes(RULE, european(protocol="HTTP"), jurisdiction="eu")


def test_unknown_is_unknown():
    assert_unknown(RULE, european(sslPolicy=Unknown()), jurisdiction="eu")
    assert_unknown(RULE, european(protocol=Unknown()), jurisdiction="eu")


def test_odd_shapes_fail():
    assert_fails(RULE, european(sslPolicy=[HYBRID]), found=HYBRID, jurisdiction="eu")

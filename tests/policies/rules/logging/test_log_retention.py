import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "log-retention"
GROUP = "aws:cloudwatch/logGroup:LogGroup"


@pytest.mark.parametrize("days", [180, 365, "400", 180.0])
def test_six_months_and_more_pass(days):
    assert_passes(RULE, resource(GROUP, retentionInDays=days))


@pytest.mark.parametrize("days", [None, 0])
def test_what_never_expires_passes_and_says_so(days):
    assert outcomes(RULE, resource(GROUP, retentionInDays=days))[0].found == "never expires"


@pytest.mark.parametrize("days", [1, 90, 179])
def test_less_fails(days):
    assert_fails(RULE, resource(GROUP, retentionInDays=days), found=str(days), wanted="180 days or more")


def test_a_jurisdiction_may_ask_for_more():
    assert_fails(RULE, resource(GROUP), found="180", wanted="365 days", jurisdiction="eu")


def test_groups_that_only_pass_on_are_not_judged():
    assert_passes(RULE, resource(GROUP, logGroupClass="DELIVERY", retentionInDays=2))


def test_only_a_trial_with_synthetic_data_may_keep_less():
    short = resource(GROUP, retentionInDays=7)
    assert_passes(RULE, short, lifecycle="trial", holds_patient_data=False)
    assert_fails(RULE, short, lifecycle="trial", found="7")


def test_unknown_days_are_unknown():
    assert_unknown(RULE, resource(GROUP, retentionInDays=Unknown()))


@pytest.mark.parametrize("odd", ["long", [180], {"days": 180}, True, -1, "nan"])
def test_odd_shapes_fail(odd):
    assert_fails(RULE, resource(GROUP, retentionInDays=odd), found="", wanted="180")

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "key-deletion-delayed"
KEY = "aws:kms/key:Key"


def test_thirty_days_or_the_default_pass():
    assert_passes(RULE, resource(KEY))
    assert_passes(RULE, resource(KEY, deletionWindowInDays=None))


def test_a_week_fails_while_live_and_not_on_trial():
    assert_fails(RULE, resource(KEY, deletionWindowInDays=7), found="7", wanted="30")
    assert_passes(RULE, resource(KEY, deletionWindowInDays=7), lifecycle="trial")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(KEY, deletionWindowInDays=Unknown()))

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "backup-kept-long-enough"


def plan(lifecycle):
    rule = {"ruleName": "daily", "schedule": "cron(0 18 * * ? *)", "targetVaultName": "v", "lifecycle": lifecycle}
    return resource("aws:backup/plan:Plan", rules=[rule])


def test_thirty_days_or_for_good_passes():
    assert_passes(RULE, plan({"deleteAfter": 30}))
    assert_passes(RULE, plan(None))


def test_a_week_fails():
    assert_fails(RULE, plan({"deleteAfter": 7}), found="7", wanted="30")


def test_text_is_no_number():
    assert_fails(RULE, plan({"deleteAfter": "long"}), found="long")


def test_unknown_is_unknown():
    assert_unknown(RULE, plan({"deleteAfter": Unknown()}))

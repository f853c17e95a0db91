from policies.graph import Resource
from policies.results import Verdict
from tests.resources import assert_fails, assert_passes, outcomes

RULE = "waiver-unused"


def waiver(**changes):
    good = {"rule": "key-rotation", "pattern": "aws:kms/key:Key::old", "judged": True, "covers": 1, "refused": ""}
    return Resource("waiver:w", "hospital-cloud:waiver", "w", False, {**good, **changes})


def test_a_waiver_that_covers_something_passes():
    assert_passes(RULE, waiver())


def test_one_that_covers_nothing_fails():
    assert_fails(RULE, waiver(covers=0), found="aws:kms/key:Key::old matches nothing", wanted="no waiver")


def test_one_that_covers_only_what_may_not_be_waived_says_why():
    assert_fails(RULE, waiver(covers=0, refused="the law knows no exception"), found="the law knows no exception")


def test_one_whose_rule_did_not_run_is_not_judged():
    assert {o.verdict for o in outcomes(RULE, waiver(judged=False, covers=0))} == {Verdict.NOT_APPLICABLE}

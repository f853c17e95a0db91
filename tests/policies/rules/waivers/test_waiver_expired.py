from policies.graph import Resource
from tests.resources import assert_fails, assert_passes, outcomes

RULE = "waiver-expired"


def waiver(**changes):
    good = {
        "rule": "key-rotation",
        "pattern": "aws:kms/key:Key::old",
        "owner": "cio@example.org",
        "reason": "imported material",
        "expiresOn": "2027-01-01",
        "expired": False,
        "judged": True,
        "covers": 1,
        "refused": "",
    }
    return Resource("waiver:w", "hospital-cloud:waiver", "w", False, {**good, **changes})


def test_a_waiver_in_force_passes():
    assert_passes(RULE, waiver())


def test_an_expired_one_that_still_covers_fails():
    assert_fails(RULE, waiver(expired=True), found="expired on 2027-01-01; 1 findings", wanted="not passed")


def test_an_expired_one_that_covers_nothing_is_left_to_the_other_rule():
    assert outcomes(RULE, waiver(expired=True, covers=0)) == []

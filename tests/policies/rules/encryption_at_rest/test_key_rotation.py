from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "key-rotation"
KEY = "aws:kms/key:Key"


def test_a_key_that_rotates_passes_and_says_what_it_is():
    assert_passes(RULE, resource(KEY))
    assert "SM4-128" in outcomes(RULE, resource(KEY))[0].found
    assert "AES-256" in outcomes(RULE, resource(KEY, region_="eu-west-1"), jurisdiction="eu")[0].found


def test_a_key_that_does_not_rotate_fails():
    assert_fails(RULE, resource(KEY, enableKeyRotation=None), found="nothing", wanted="true")
    assert_fails(RULE, resource(KEY, enableKeyRotation=False), found="false", wanted="true")


def test_a_period_of_more_than_a_year_fails():
    assert_passes(RULE, resource(KEY, rotationPeriodInDays=180))
    assert_passes(RULE, resource(KEY, rotationPeriodInDays=0))  # a state's word for a period that nobody set
    assert_fails(RULE, resource(KEY, rotationPeriodInDays=-1), found="-1")
    assert_fails(RULE, resource(KEY, rotationPeriodInDays=2560), found="2560", wanted="at most 365")


def test_keys_that_cannot_rotate_are_not_judged():
    assert_passes(RULE, resource(KEY, enableKeyRotation=None, customerMasterKeySpec="ECC_NIST_P384"))
    assert_passes(RULE, resource(KEY, enableKeyRotation=None, keyUsage="GENERATE_VERIFY_MAC"))


def test_unknown_values_are_unknown():
    assert_unknown(RULE, resource(KEY, enableKeyRotation=Unknown()))
    assert_unknown(RULE, resource(KEY, rotationPeriodInDays=Unknown()))
    assert_unknown(RULE, resource(KEY, keyUsage=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(KEY, enableKeyRotation=["true"]), found="true")
    assert_fails(RULE, resource(KEY, rotationPeriodInDays="often"), found="often")
    assert_fails(RULE, resource(KEY, rotationPeriodInDays={"days": 1}), found="days")

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "password-policy-strength"
POLICY = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"


def test_a_strong_policy_passes():
    assert_passes(RULE, resource(POLICY))
    assert_passes(RULE, resource(POLICY, minimumPasswordLength="12", requireSymbols="true"))


@pytest.mark.parametrize("value", [None, 8, 11, "long", True, [14]])
def test_short_passwords_fail(value):
    assert_fails(RULE, resource(POLICY, minimumPasswordLength=value), found="", wanted="12 or more")


@pytest.mark.parametrize(
    "kind", ["requireLowercaseCharacters", "requireUppercaseCharacters", "requireNumbers", "requireSymbols"]
)
@pytest.mark.parametrize("value", [None, False, "yes", [True]])
def test_each_kind_of_character_is_asked_for(kind, value):
    assert_fails(RULE, resource(POLICY, **{kind: value}), found="", wanted="true")


def test_former_passwords_are_not_used_again():
    assert_fails(RULE, resource(POLICY, passwordReusePrevention=23), found="23", wanted="24 or more")


@pytest.mark.parametrize("age", [None, 0, 91])
def test_china_asks_for_regular_change(age):
    assert_fails(RULE, resource(POLICY, maxPasswordAge=age), found="", wanted="1 to 90 days")
    assert_passes(RULE, resource(POLICY, maxPasswordAge=age), jurisdiction="eu")


def test_unknown_values_are_unknown():
    assert_unknown(RULE, resource(POLICY, minimumPasswordLength=Unknown()))


POOL = "aws:cognito/userPool:UserPool"
STRONG = {"minimumLength": 8} | dict.fromkeys(
    ("requireLowercase", "requireUppercase", "requireNumbers", "requireSymbols"), True
)


def test_a_user_pool_takes_the_services_own_policy_or_one_as_strong():
    assert_passes(RULE, resource(POOL, passwordPolicy=STRONG))
    assert_passes(RULE, resource(POOL, passwordPolicy=None))
    assert_fails(RULE, resource(POOL, passwordPolicy={**STRONG, "minimumLength": 7}), found="7", wanted="8 or more")
    for kind in STRONG.keys() - {"minimumLength"}:
        assert_fails(RULE, resource(POOL, passwordPolicy={**STRONG, kind: False}), found="false", wanted="true")
        assert_fails(RULE, resource(POOL, passwordPolicy={**STRONG, kind: None}), found="nothing", wanted="true")
    assert_unknown(RULE, resource(POOL, passwordPolicy=Unknown()))

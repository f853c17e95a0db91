import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, ROOT, assert_fails, assert_passes, assert_unknown, document, outcomes, resource

RULE = "break-glass-second-factor"
ROLE = "aws:iam/role:Role"


def role(condition, principal=None, name="hospital-break-glass"):
    statement = {"Effect": "Allow", "Principal": principal or {"AWS": ROOT}, "Action": "sts:AssumeRole"}
    return _named(document({**statement, **({"Condition": condition} if condition else {})}), name)


def _named(trust, name):
    return resource(ROLE, name, assumeRolePolicy=trust)


PRESENT = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@pytest.mark.parametrize(
    "condition",
    [PRESENT, {"Bool": {"aws:multifactorauthpresent": True}}, {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}],
)
def test_a_second_factor_passes(condition):
    assert_passes(RULE, role(condition))


@pytest.mark.parametrize("name", ["break-glass", "BreakGlass", "hospital_break_glass", "emergency-access"])
def test_each_name_of_the_role_is_known(name):
    assert_fails(RULE, role(None, name=name), found="no second factor")


@pytest.mark.parametrize(
    "condition",
    [
        None,
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
        {"ForAllValues:Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"NumericLessThanIfExists": {"aws:MultiFactorAuthAge": "3600"}},
        {"NumericGreaterThan": {"aws:MultiFactorAuthAge": "1"}},
    ],
)
def test_no_second_factor_fails(condition):
    assert_fails(RULE, role(condition), found="no second factor", wanted="without IfExists")


def test_every_statement_is_judged():
    open_to = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}
    trust = document({**open_to, "Condition": PRESENT}, open_to)
    assert_fails(RULE, _named(trust, "break-glass"), found="no second factor")


def test_other_roles_are_not_judged():
    assert outcomes(RULE, resource(ROLE)) == []


def test_what_is_not_known_is_unknown():
    assert_unknown(RULE, _named(Unknown(), "break-glass"))
    provider = {"Federated": f"arn:aws-cn:iam::{ACCOUNT}:saml-provider/hospital"}
    assert_unknown(RULE, role(None, provider))


@pytest.mark.parametrize("odd", [None, "{", 7, {"Statement": [1]}])
def test_odd_shapes_fail(odd):
    assert_fails(RULE, _named(odd, "break-glass"), found="")

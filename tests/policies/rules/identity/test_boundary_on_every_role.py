from policies.graph import Unknown
from policies.resolve import CALLER_ACCOUNT
from tests.resources import ACCOUNT, assert_fails, assert_passes, assert_unknown, resource

RULE = "boundary-on-every-role"
ROLE = "aws:iam/role:Role"
BOUNDARY = f"arn:aws-cn:iam::{ACCOUNT}:policy/boundary"
OTHERS = [resource(ROLE, name, permissionsBoundary=BOUNDARY) for name in ("one", "two")]


def test_a_bounded_role_passes():
    assert_passes(RULE, resource(ROLE, permissionsBoundary=BOUNDARY), *OTHERS, whole_accounts=True)
    assert_passes(RULE, resource(ROLE, permissionsBoundary="arn:aws-cn:iam::aws:policy/ReadOnlyAccess"))
    assert_passes(RULE, resource(ROLE, permissionsBoundary=BOUNDARY.replace(ACCOUNT, CALLER_ACCOUNT)))


def test_the_one_without_a_boundary_fails():
    assert_fails(
        RULE,
        resource(ROLE, permissionsBoundary=None),
        *OTHERS,
        whole_accounts=True,
        found="",
        wanted="permission boundary",
    )


def test_a_boundary_of_another_account_fails():
    strange = BOUNDARY.replace(ACCOUNT, "999999999999")
    assert_fails(RULE, resource(ROLE, permissionsBoundary=strange), found="999999999999", wanted=ACCOUNT)


def test_where_boundaries_are_not_the_rule_nobody_is_asked():
    assert_passes(RULE, resource(ROLE, permissionsBoundary=None), *OTHERS)
    assert_passes(RULE, resource(ROLE, permissionsBoundary=None), OTHERS[0], whole_accounts=True)


def test_the_role_for_emergencies_is_not_asked():
    role = resource(ROLE, "break-glass", permissionsBoundary=None)
    assert_passes(RULE, role, *OTHERS, whole_accounts=True)


def test_a_boundary_that_is_not_known_is_undecided():
    assert_unknown(RULE, resource(ROLE, permissionsBoundary=Unknown()), *OTHERS, whole_accounts=True)

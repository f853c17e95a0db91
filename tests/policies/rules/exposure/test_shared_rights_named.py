import pytest

from policies.resolve import CALLER_ACCOUNT
from tests.resources import ACCOUNT, ROOT, arn, assert_fails, assert_passes, document, outcomes, resource

RULE = "shared-rights-named"
POLICY, KEY, ROLE = "aws:s3/bucketPolicy:BucketPolicy", "aws:kms/key:Key", "aws:iam/role:Role"
BOND = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
DELIVERY = {
    "Effect": "Allow",
    "Principal": {"Service": "logging.s3.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws-cn:s3:::logs/*",
    "Condition": BOND,
}


def policy(**changes: object):
    return resource(POLICY, policy=document({**DELIVERY, **changes}))


def test_a_named_service_with_named_actions_passes():
    assert_passes(RULE, policy())


@pytest.mark.parametrize("action", ["*", "s3:*", ["s3:GetObject", "s3:*"]])
def test_a_service_with_every_action_fails(action: object):
    assert_fails(RULE, policy(Action=action), found="logging.s3.amazonaws.com", wanted="the actions by name")


def test_another_account_is_outside_and_the_own_is_not():
    other = {"AWS": "arn:aws-cn:iam::222233334444:root"}
    assert_fails(RULE, policy(Principal=other, Action="s3:*"), found="222233334444", wanted="the actions by name")
    for own in (ROOT, f"arn:aws-cn:iam::{CALLER_ACCOUNT}:root"):
        assert outcomes(RULE, policy(Principal={"AWS": own}, Action="s3:*")) == []


@pytest.mark.parametrize("star", ["*", {"AWS": "*"}])
def test_a_star_bound_to_an_account_names_nobody_in_it(star: object):
    assert_fails(RULE, policy(Principal=star), found="bound to an account", wanted="the service or the role by name")
    via = {"StringEquals": {"kms:CallerAccount": ACCOUNT, "kms:ViaService": "s3.cn-north-1.amazonaws.com.cn"}}
    used = {"Effect": "Allow", "Principal": star, "Action": "kms:Decrypt", "Resource": "*", "Condition": via}
    assert_fails(RULE, resource(KEY, policy=document(used)), found="bound to an account")
    taken = {"Effect": "Allow", "Principal": star, "Action": "sts:AssumeRole", "Condition": BOND}
    assert_fails(RULE, resource(ROLE, assumeRolePolicy=document(taken)), found="bound to an account")


@pytest.mark.parametrize(
    "condition",
    [
        {"ArnEquals": {"aws:SourceArn": arn("sns", "alarms")}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
    ],
)
def test_a_star_bound_to_something_narrower_is_left_alone(condition: dict[str, object]):
    assert outcomes(RULE, policy(Principal="*", Condition=condition)) == []


def test_odd_shapes_do_not_raise():
    for odd in ("{", 7, [], {"Statement": 7}):
        assert outcomes(RULE, resource(POLICY, policy=odd)) == []

from policies.graph import Unknown
from tests.resources import (
    ACCOUNT,
    ROOT,
    arn,
    assert_fails,
    assert_passes,
    assert_unknown,
    document,
    outcomes,
    resource,
)

RULE = "no-foreign-partition"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
ABROAD = f"arn:aws:iam::{ACCOUNT}:role/reader"


def policy(principal: object, **more: object):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*", **more}
    return resource(POLICY, policy=document(statement))


def test_principals_of_the_jurisdictions_partition_pass():
    assert_passes(RULE, policy({"AWS": ROOT}))


def test_a_principal_of_another_partition_fails():
    assert_fails(RULE, policy({"AWS": [ROOT, ABROAD]}), found=ABROAD, wanted="aws-cn")


def test_so_does_one_that_only_a_condition_names():
    assert_fails(RULE, policy("*", Condition={"ArnLike": {"aws:PrincipalArn": ABROAD}}), found=ABROAD)


def test_a_denial_opens_nothing():
    assert outcomes(RULE, policy({"AWS": ABROAD}, Effect="Deny")) == []


def test_trust_policies_and_shares_are_read_too():
    role = resource(
        "aws:iam/role:Role",
        assumeRolePolicy=document({"Effect": "Allow", "Principal": {"AWS": ABROAD}, "Action": "sts:AssumeRole"}),
    )
    assert_fails(RULE, role, found=ABROAD)
    assert_fails(RULE, resource("aws:kms/grant:Grant", granteePrincipal=ABROAD), found=ABROAD)
    assert_passes(RULE, resource("aws:kms/grant:Grant", granteePrincipal=arn("iam", "role/reader", "")))


def test_a_policy_of_which_nothing_is_known_is_unknown():
    assert_unknown(RULE, resource(POLICY, policy=Unknown()))
    assert_unknown(
        RULE, resource(POLICY, policy={"Statement": [{"Effect": "Allow", "Action": "*", "Principal": Unknown()}]})
    )


def test_odd_shapes_fail():
    for odd in ("{broken", 7, ["a"], {"Statement": "x"}):
        assert_fails(RULE, resource(POLICY, policy=odd), found="", wanted="a policy document that can be read")

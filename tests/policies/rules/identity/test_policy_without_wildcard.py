import pytest

from policies.graph import Unknown
from tests.resources import ROOT, assert_fails, assert_passes, assert_unknown, document, outcomes, ref, resource

RULE = "policy-without-wildcard"
POLICY = "aws:iam/policy:Policy"
ROLE = "aws:iam/role:Role"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
TYPES = [POLICY, "aws:iam/rolePolicy:RolePolicy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"]


def allow(action, resource_arn="*", **more):
    return document({"Effect": "Allow", "Action": action, "Resource": resource_arn, **more})


@pytest.mark.parametrize("type_token", TYPES)
def test_named_actions_pass(type_token):
    assert_passes(RULE, resource(type_token, policy=allow(["s3:GetObject"], "arn:aws-cn:s3:::records/*")))


@pytest.mark.parametrize(
    ("action", "where"),
    [
        ("ec2:Create*", "*"),
        ("s3:Get*", "*"),
        ("ec2:*", "*"),
        ("s3:*", "arn:aws-cn:s3:::records/*"),
        ("s3:*", ["arn:aws-cn:s3:::records", ref("aws:s3/bucket:Bucket", "bucket") + "/*"]),
        ("dynamodb:*", "arn:aws-cn:dynamodb:*:*:table/sessions"),
        ("kms:*", ref("aws:kms/key:Key", "key")),
    ],
)
def test_families_of_actions_and_named_resources_pass(action, where):
    assert_passes(RULE, resource(POLICY, policy=allow(action, where)))


@pytest.mark.parametrize("action", ["*", "*:*", "**", ["s3:GetObject", "*"]])
def test_every_action_fails(action):
    assert_fails(RULE, resource(POLICY, policy=allow(action, "arn:aws-cn:s3:::records")), found="*", wanted="by name")


@pytest.mark.parametrize("service", ["backup", "dynamodb", "iam", "kms", "rds", "s3", "secretsmanager", "sts"])
def test_every_action_of_a_sensitive_service_everywhere_fails(service):
    assert_fails(RULE, resource(POLICY, policy=allow(f"{service.upper()}:*")), found="on every resource")


@pytest.mark.parametrize(
    ("action", "where"),
    [
        ("s3:*", "arn:aws-cn:s3:::*"),
        ("s3:*", "arn:aws-cn:s3:::*/*"),
        ("kms:*", "arn:aws-cn:kms:*:*:key/*"),
        ("rds:*", "arn:aws-cn:rds:*:*:*"),
        ("s*", "*"),
        ("iam:**", "arn:aws-cn:*"),
    ],
)
def test_other_ways_to_say_everywhere_fail(action, where):
    assert_fails(RULE, resource(POLICY, policy=allow(action, where)), found="on every resource")


def test_all_but_some_fails():
    everything_else = document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
    assert_fails(RULE, resource(POLICY, policy=everything_else), found="everything but iam:*")
    everywhere_else = document({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws-cn:s3:::records"})
    assert_fails(RULE, resource(POLICY, policy=everywhere_else), found="on every resource")


def test_conditions_do_not_help_and_denials_are_free():
    region = {"StringEquals": {"aws:RequestedRegion": "cn-north-1"}}
    assert_fails(RULE, resource(POLICY, policy=allow("*", Condition=region)), found="*")
    assert_passes(RULE, resource(POLICY, policy=document({"Effect": "Deny", "Action": "*", "Resource": "*"})))


def test_inline_policies_of_a_role_are_read():
    inline = [{"name": "all", "policy": allow("*")}]
    assert_fails(RULE, resource(ROLE, inlinePolicies=inline), found="*")
    assert outcomes(RULE, resource(ROLE)) == []


def test_a_boundary_grants_nothing():
    boundary = resource(POLICY, "boundary", policy=allow("s3:*"))
    bound = resource(ROLE, permissionsBoundary=ref(POLICY, "boundary"))
    assert_passes(RULE, boundary, bound)
    attached = resource(ATTACHMENT, policyArn=ref(POLICY, "boundary"))
    assert_fails(RULE, boundary, bound, attached, found="s3:* on every resource")


@pytest.mark.parametrize(("operator", "good"), [("Bool", True), ("BoolIfExists", False)])
def test_a_role_for_emergencies_may_carry_the_boundary(operator, good):
    trust = document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": ROOT},
            "Action": "sts:AssumeRole",
            "Condition": {operator: {"aws:MultiFactorAuthPresent": "true"}},
        }
    )
    boundary = resource(POLICY, "boundary", policy=allow("s3:*"))
    role = resource(ROLE, "break-glass", permissionsBoundary=ref(POLICY, "boundary"), assumeRolePolicy=trust)
    attached = resource(ATTACHMENT, policyArn=ref(POLICY, "boundary"), role=ref(ROLE, "break-glass", "name"))
    if good:
        assert_passes(RULE, boundary, role, attached)
    else:
        assert_fails(RULE, boundary, role, attached, found="s3:*")


def test_what_is_not_known_is_unknown():
    assert_unknown(RULE, resource(POLICY, policy=Unknown()))
    partly = {"Statement": [{"Effect": "Allow", "Action": Unknown(), "Resource": "*"}]}
    assert_unknown(RULE, resource(POLICY, policy=partly))


@pytest.mark.parametrize("odd", [None, "{", "[]", 7, {"Statement": "x"}, {"Statement": [{"Effect": "Allow"}]}])
def test_odd_shapes_fail(odd):
    assert_fails(RULE, resource(POLICY, policy=odd), found="")

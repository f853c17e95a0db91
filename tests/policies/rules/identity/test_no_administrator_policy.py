import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "no-administrator-policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
POLICY = "aws:iam/policy:Policy"
ROLE = "aws:iam/role:Role"
SINGLE = [
    ATTACHMENT,
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
]
WIDE = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess", "AmazonS3FullAccess", "CloudWatchFullAccessV2"]


def managed(name, partition="aws-cn"):
    return f"arn:{partition}:iam::aws:policy/{name}"


def test_a_policy_of_ones_own_passes():
    assert_passes(RULE, resource(ATTACHMENT), resource(POLICY))
    assert_passes(RULE, resource(ATTACHMENT, policyArn="arn:aws-cn:iam::111122223333:policy/MyFullAccess"))


@pytest.mark.parametrize(
    "name", ["SecurityAudit", "job-function/ViewOnlyAccess", "service-role/AmazonEBSCSIDriverPolicy"]
)
def test_managed_policies_for_one_task_pass(name):
    assert_passes(RULE, resource(ATTACHMENT, policyArn=managed(name)))


@pytest.mark.parametrize("type_token", SINGLE)
@pytest.mark.parametrize("name", WIDE)
def test_wide_ones_fail_in_each_attachment(type_token, name):
    assert_fails(RULE, resource(type_token, policyArn=managed(name)), found=name, wanted="one's own")
    assert_fails(RULE, resource(type_token, policyArn=managed(name, "aws")), found=name)


def test_lists_are_read():
    names = [managed("SecurityAudit"), managed("AdministratorAccess")]
    assert_fails(RULE, resource(ROLE, managedPolicyArns=names), found="AdministratorAccess")
    exclusive = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
    assert_fails(RULE, resource(exclusive, policyArns=names), found="AdministratorAccess")
    assert outcomes(RULE, resource(ROLE)) == []


def test_what_is_not_known_is_unknown():
    assert_unknown(RULE, resource(ATTACHMENT, policyArn=Unknown()))
    assert_unknown(RULE, resource(ATTACHMENT))  # the policy is not in the graph
    assert_unknown(RULE, resource(ROLE, managedPolicyArns=Unknown()))


@pytest.mark.parametrize("odd", [None, 7, ["x"], {"arn": "x"}, "AdministratorAccess"])
def test_odd_shapes_fail(odd):
    assert_fails(RULE, resource(ATTACHMENT, policyArn=odd), found="")

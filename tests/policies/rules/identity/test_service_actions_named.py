import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, document, ref, resource

RULE = "service-actions-named"
POLICY = "aws:iam/policy:Policy"
QUEUE = "arn:aws-cn:sqs:cn-north-1:111122223333:orders"


def policy(action: object, **inputs: object):
    text = document({"Effect": "Allow", "Action": action, "Resource": QUEUE})
    return resource(POLICY, **{"policy": text, **inputs})


@pytest.mark.parametrize("action", ["sqs:ReceiveMessage", "sqs:Get*", ["sqs:ReceiveMessage", "sqs:DeleteMessage"]])
def test_actions_and_families_of_them_pass(action: object):
    assert_passes(RULE, policy(action))


@pytest.mark.parametrize("action", ["sqs:*", "SQS:*", "sqs:**", ["sqs:ReceiveMessage", "kms:*"]])
def test_a_whole_service_fails(action: object):
    assert_fails(RULE, policy(action), found=":*", wanted="by name")


def test_inline_policies_are_read_too():
    whole = document({"Effect": "Allow", "Action": "sqs:*", "Resource": QUEUE})
    assert_fails(RULE, resource("aws:iam/rolePolicy:RolePolicy", policy=whole), found="sqs:*")
    assert_fails(RULE, resource("aws:iam/role:Role", inlinePolicies=[{"name": "a", "policy": whole}]), found="sqs:*")


def test_a_denial_of_a_service_passes():
    refused = document({"Effect": "Deny", "Action": "sqs:*", "Resource": "*"})
    assert_passes(RULE, resource(POLICY, policy=refused))


def test_a_permission_boundary_is_not_asked():
    role = resource("aws:iam/role:Role", permissionsBoundary=ref(POLICY, "policy"))
    assert_passes(RULE, policy("sqs:*"), role)


def test_unknown_is_unknown():
    assert_unknown(RULE, policy("sqs:*", policy=Unknown()))
    assert_unknown(RULE, policy("sqs:*", policy={"Statement": [Unknown()]}))

"""AccountGuardrail: what the permission boundary lets happen, asked as IAM would decide."""

import json
import re
from typing import Any

import pulumi
import pytest

from components.account_guardrail import boundary_arn, boundary_policy, break_glass_role_arn
from components.organization_guardrail import OrganizationGuardrail
from components.placement import role_arn
from tests.components.accounts import REGIONS, graph_of, named, placement
from tests.components.iam_evaluation import decision

JURISDICTIONS = sorted(REGIONS)


def _asked(jurisdiction: str, action: str, resource: str = "*", lifecycle: str = "live", **context: Any) -> str:
    where = placement(jurisdiction, lifecycle)
    keys = {
        "aws:RequestedRegion": REGIONS[jurisdiction][0],
        "aws:PrincipalArn": role_arn(where, "deploy"),
        **{key.replace("__", ":"): value for key, value in context.items()},
    }
    return decision([json.loads(boundary_policy(where))], action, resource, keys)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
@pytest.mark.parametrize(
    "action", ["s3:CreateBucket", "rds:CreateDBInstance", "dynamodb:CreateTable", "kms:ReplicateKey"]
)
def test_only_inside_the_jurisdiction(jurisdiction: str, action: str) -> None:
    assert _asked(jurisdiction, action) == "allow"
    for region in ("us-east-1", "ap-southeast-1"):
        assert _asked(jurisdiction, action, aws__RequestedRegion=region) == "deny"
        in_emergency = break_glass_role_arn(placement(jurisdiction))
        assert _asked(jurisdiction, action, aws__RequestedRegion=region, aws__PrincipalArn=in_emergency) == "deny"


def test_one_jurisdiction_is_outside_another() -> None:
    assert _asked("eu", "s3:CreateBucket", aws__RequestedRegion="cn-north-1") == "deny"
    assert _asked("cn-mainland", "s3:CreateBucket", aws__RequestedRegion="eu-central-1") == "deny"


@pytest.mark.parametrize("action", ["iam:GetRole", "sts:GetCallerIdentity", "route53:ListHostedZones"])
def test_what_has_no_region_still_works(action: str) -> None:
    assert _asked("eu", action, aws__RequestedRegion="us-east-1") == "allow"


@pytest.mark.parametrize("action", ["cloudfront:CreateDistribution", "iot:Publish", "lightsail:CreateInstances"])
def test_a_service_nobody_planned_is_not_allowed(action: str) -> None:
    assert _asked("cn-mainland", action) == "nothing"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:CreatePolicyVersion", "boundary"),
        ("iam:AttachRolePolicy", "deploy"),
        ("iam:PutRolePolicy", "deploy"),
        ("iam:DeleteRolePolicy", "audit"),
        ("iam:UpdateAssumeRolePolicy", "break-glass"),
        ("iam:CreateUser", "*"),
        ("iam:CreateAccessKey", "*"),
    ],
)
def test_only_the_break_glass_role_changes_the_guard_rails(action: str, resource: str) -> None:
    where = placement()
    arn = "*" if resource == "*" else boundary_arn(where) if resource == "boundary" else role_arn(where, resource)
    assert _asked("cn-mainland", action, arn) == "deny"
    assert _asked("cn-mainland", action, arn, aws__PrincipalArn=break_glass_role_arn(where)) == "allow"


def test_a_role_needs_the_boundary() -> None:
    where = placement()
    role = role_arn(where, "application")
    assert _asked("cn-mainland", "iam:CreateRole", role) == "deny"
    assert (
        _asked("cn-mainland", "iam:CreateRole", role, iam__PermissionsBoundary="arn:aws-cn:iam::1:policy/x") == "deny"
    )
    assert _asked("cn-mainland", "iam:CreateRole", role, iam__PermissionsBoundary=boundary_arn(where)) == "allow"
    assert _asked("cn-mainland", "iam:DeleteRolePermissionsBoundary", role) == "deny"


@pytest.mark.parametrize(
    "action",
    ["cloudtrail:StopLogging", "guardduty:DeleteDetector", "kms:ScheduleKeyDeletion", "backup:DeleteRecoveryPoint"],
)
def test_nothing_is_switched_off_while_live(action: str) -> None:
    assert _asked("cn-mainland", action) == "deny"
    assert _asked("cn-mainland", action, lifecycle="retiring") == "allow"


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_boundary_fits(jurisdiction: str) -> None:
    document = boundary_policy({**placement(jurisdiction), "hospital": "abcdefghijkl"})
    assert len(re.sub(r"\s", "", document)) <= 6144


def _organization(jurisdiction: str) -> Any:
    def make(opts: pulumi.ResourceOptions) -> None:
        OrganizationGuardrail(
            "organization",
            {
                "placement": placement(jurisdiction),
                "region": REGIONS[jurisdiction][0],
                "targets": {"hospital": "ou-abcd-12345678"},
            },
            opts=opts,
        )

    return graph_of(make, jurisdiction)


def test_service_control_policy_where_offered() -> None:
    graph = _organization("eu")
    content = named(graph, "organization-policy").get("content")
    assert decision([json.loads(content)], "s3:CreateBucket", "*", {"aws:RequestedRegion": "us-east-1"}) == "deny"
    assert len(re.sub(r"\s", "", content)) <= 5120
    assert named(graph, "organization-hospital").get("targetId") == "ou-abcd-12345678"


def test_no_service_control_policy_where_unverified() -> None:
    graph = _organization("cn-mainland")
    assert not [r for r in graph.resources if r.type.startswith("aws:organizations/")]

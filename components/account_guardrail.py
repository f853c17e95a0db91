"""AccountGuardrail: nothing outside the jurisdiction's regions, whoever asks.

Promises: a role that carries the boundary made here can do nothing outside the jurisdiction's regions (but for the few
services that have no region), cannot change the guard rails or the roles that watch, cannot make a role without the
same boundary, nor a user or an access key, and while the stack is live cannot switch off audit and detection. The
break-glass role carries it too: the law does not pause in an emergency; but it may change the guard rails, and each
use of it raises an alarm. That is how the guard rails are upgraded, and how retiring a live stack begins: by a person,
not by the pipeline.

A boundary grants nothing by itself; what it allows is the most that any role may be given: the services below, which
cannot be named more narrowly here because the roles differ. It binds only the roles that carry it. What binds a whole
account is a service control policy (component `OrganizationGuardrail`), which needs the organization's management
account and is unverified in mainland China.

What bounds the deploying hands is not made by them: `hospital-cloud bootstrap` makes this before the first deployment
(docs/decisions/0007-bounds-before-the-stack.md). Makes: the permission boundary.
"""

import json
from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import (
    Lifecycle,
    Placement,
    jurisdiction_of,
    lifecycle_of,
    owner_tags,
    partition_of,
    role_arn,
    role_name,
)

GUARDED_ROLES = ("audit", "break-glass", "deploy")
"""The roles that AccountRoles makes, and that only the break-glass role may change."""

_SERVICES = (
    "access-analyzer", "acm", "acm-pca", "apigateway", "application-autoscaling", "arc-zonal-shift", "athena",
    "autoscaling", "backup", "backup-storage", "bedrock", "cloudtrail", "cloudwatch", "cognito-idp", "config",
    "datasync", "directconnect", "dynamodb", "ec2", "ec2messages", "ecr", "eks", "eks-auth", "elasticache",
    "elasticfilesystem", "elasticloadbalancing", "es", "events", "execute-api", "firehose", "glue", "guardduty",
    "healthlake", "inspector2", "kinesis", "kms", "lambda", "logs", "medical-imaging", "network-firewall", "pipes",
    "ram", "rds", "rds-data", "rds-db", "rolesanywhere", "route53resolver", "s3", "sagemaker", "scheduler",
    "secretsmanager", "securityhub", "servicequotas", "ses", "sns", "sqs", "ssm", "ssmmessages", "states",
    "storagegateway", "synthetics", "tag", "transfer", "wafv2", "xray",
)  # fmt: skip
"""What roles of a hospital may use at most, in the jurisdiction's regions."""

_GLOBAL = (
    "account:List*",
    "budgets:*",
    "ce:Get*",
    "ec2:DescribeRegions",
    "health:Describe*",
    "iam:*",
    "organizations:Describe*",
    "organizations:List*",
    "route53:*",
    "s3:GetAccountPublicAccessBlock",
    "s3:ListAllMyBuckets",
    "sts:*",
    "support:*",
)
"""What has no region, or answers in a region outside the jurisdiction (us-east-1 in partition aws): it holds no
patients' data. The list of "Deny access based on the requested Region" (Organizations user guide), cut to what is used
here."""

_SWITCHES_OFF = (
    "access-analyzer:DeleteAnalyzer",
    "backup:DeleteBackupVaultLockConfiguration",
    "backup:DeleteRecoveryPoint",
    "cloudtrail:DeleteTrail",
    "cloudtrail:StopLogging",
    "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel",
    "config:StopConfigurationRecorder",
    "ec2:DisableEbsEncryptionByDefault",
    "guardduty:DeleteDetector",
    "kms:DisableKey",
    "kms:ScheduleKeyDeletion",
    "s3:BypassGovernanceRetention",
    "securityhub:DisableSecurityHub",
)
"""Audit, detection, keys, recovery points: nothing of it ends while the stack is live."""


class AccountGuardrailArgs(TypedDict):
    """Arguments of AccountGuardrail."""

    placement: Placement


class AccountGuardrail(pulumi.ComponentResource):
    """See the module."""

    boundary_arn: pulumi.Output[str]
    """ARN of the permission boundary."""

    def __init__(self, name: str, args: AccountGuardrailArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:AccountGuardrail", name, dict(args), opts)
        placement = args["placement"]
        boundary = aws.iam.Policy(
            f"{name}-boundary",
            name=boundary_name(placement),
            description=f"The most that a role of {placement['hospital']} may do: only in {placement['jurisdiction']}",
            policy=boundary_policy(placement),
            tags=owner_tags(placement),
            # Replacing it would take it from every role first.
            opts=pulumi.ResourceOptions(parent=self, protect=lifecycle_of(placement) is Lifecycle.LIVE),
        )
        self.boundary_arn = boundary.arn
        self.register_outputs({"boundaryArn": self.boundary_arn})


def boundary_name(placement: Placement) -> str:
    """The name of the permission boundary."""
    return role_name(placement, "boundary")


def boundary_arn(placement: Placement) -> str:
    """The ARN of the permission boundary, known before it is made: every role of the blueprint carries it."""
    return partition_of(placement).arn("iam", "", placement["account_id"], f"policy/{boundary_name(placement)}")


def break_glass_role_arn(placement: Placement) -> str:
    """The ARN of the one role that may change the guard rails."""
    return role_arn(placement, "break-glass")


def outside_jurisdiction(placement: Placement) -> dict[str, object]:
    """The statement that refuses every region but the jurisdiction's."""
    return {
        "Sid": "DenyOutsideJurisdiction",
        "Effect": "Deny",
        "NotAction": list(_GLOBAL),
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": sorted(jurisdiction_of(placement).regions)}},
    }


def boundary_policy(placement: Placement) -> str:
    """The boundary, whole and known at preview."""
    partition, account_id = partition_of(placement), placement["account_id"]
    but_break_glass = {"ArnNotEquals": {"aws:PrincipalArn": break_glass_role_arn(placement)}}
    guarded = [role_arn(placement, role) for role in GUARDED_ROLES]
    guarded += [
        boundary_arn(placement),
        partition.arn("iam", "", account_id, f"policy/{role_name(placement, 'deploy-*')}"),
    ]
    statements: list[dict[str, object]] = [
        {
            "Sid": "AtMost",
            "Effect": "Allow",
            "Action": [*(f"{service}:*" for service in _SERVICES), *_GLOBAL],
            "Resource": "*",
        },
        outside_jurisdiction(placement),
        {
            "Sid": "GuardRailsStay",
            "Effect": "Deny",
            "Action": [
                "iam:AttachRolePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:DeleteRole",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePolicy",
                "iam:SetDefaultPolicyVersion",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
            ],
            "Resource": sorted(guarded),
            "Condition": but_break_glass,
        },
        {
            "Sid": "NoRoleWithoutBoundary",
            "Effect": "Deny",
            "Action": ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"iam:PermissionsBoundary": boundary_arn(placement)}, **but_break_glass},
        },
        {
            "Sid": "NoUsersNoKeys",
            "Effect": "Deny",
            "Action": [
                "iam:CreateAccessKey",
                "iam:CreateLoginProfile",
                "iam:CreateUser",
                "iam:DeleteRolePermissionsBoundary",
            ],
            "Resource": "*",
            "Condition": but_break_glass,
        },
    ]
    if lifecycle_of(placement) is Lifecycle.LIVE:
        statements.append(
            {
                "Sid": "NothingIsSwitchedOffWhileLive",
                "Effect": "Deny",
                "Action": list(_SWITCHES_OFF),
                "Resource": "*",
                "Condition": but_break_glass,
            }
        )
    return json.dumps({"Version": "2012-10-17", "Statement": statements})

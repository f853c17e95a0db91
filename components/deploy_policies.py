"""What the deploy role may do, as policy documents: one a scope, each known at preview and under IAM's limit of 6,144
characters. A test holds both.

The trade-off: a role that deploys this blueprint needs some hundred actions of thirty services, and a new version of
the provider adds more. They are named one by one where one of them could read, share or empty a store; elsewhere as
families of one service (`rds:Describe*`), because a list of each would break at the next upgrade. What bounds them is
not the list: only the jurisdiction's regions; only this hospital's buckets, roles and policies by name; every role it
makes carries the boundary; and `refusals`, which wins over everything: no object, item or message is read, no
snapshot, image or recovery point is shared, exported or restored, no other role is taken on.

What remains, and must be said: who may make roles and functions can make one that reads. The trail records it, the
boundary keeps it inside the jurisdiction, and the review of each change is what prevents it.

The pipeline makes the database owner's password and keeps it in its state, so it may read that secret back; it has no
way into the database's network.
"""

import json
from collections.abc import Sequence

from components.account_guardrail import boundary_arn
from components.deploy_actions import (
    BASELINE,
    BUCKETS,
    IDENTITIES,
    READS_OF_DATA,
    ROLES_WITH_BOUNDARY,
    SCOPES,
    SHARES_OF_DATA,
    DeployScope,
)
from components.placement import Placement, jurisdiction_of, partition_of, physical_name, role_arn, role_name
from jurisdictions import DATA_CLASS_TAG

MAXIMUM_CHARACTERS = 6144
"""A managed policy without white space (IAM quotas)."""

_SERVICES_WITH_ROLES = (
    "backup", "cloudtrail", "config", "ec2", "eks", "events", "lambda", "monitoring.rds", "pods.eks", "rds",
    "rolesanywhere", "s3", "scheduler", "states", "vpc-flow-logs",
)  # fmt: skip
"""Services to which a role of this hospital may be handed."""

_SERVICES_WITH_LINKED_ROLES = (
    "access-analyzer", "autoscaling", "backup", "config", "dynamodb.application-autoscaling", "eks", "eks-nodegroup",
    "elasticloadbalancing", "guardduty", "malware-protection.guardduty", "network-firewall", "rds",
    "replication.dynamodb", "route53resolver", "securityhub", "transitgateway", "wafv2",
)  # fmt: skip
"""Services that make a role of their own when they are first used."""


_KEY_CHANGES = (
    "kms:CreateGrant", "kms:DisableKey", "kms:DisableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion",
    "kms:TagResource", "kms:UntagResource",
)  # fmt: skip
"""What would take the state's key away, or open it to others. Grants are made by S3 for nobody."""


def state_bucket_name(placement: Placement, region: str) -> str:
    """The name of the bucket that keeps the engine's state (component `StateStore`)."""
    return physical_name(placement, region, "state")


def state_key_alias(placement: Placement) -> str:
    """The alias of the key that encrypts the engine's state."""
    return f"alias/{placement['hospital']}/state"


def scope_policy(placement: Placement, scope: DeployScope) -> str:
    """What one scope needs."""
    statements = [_in_regions(placement, SCOPES[DeployScope(scope)])]
    if DeployScope(scope) is DeployScope.STORES:
        statements += [
            # DynamoDB asks the maker of a replica for these in the replica's region (DynamoDB developer guide, "Using
            # IAM with global tables"); only DynamoDB itself may use them in the pipeline's name.
            {
                "Effect": "Allow",
                "Action": _actions(
                    {"dynamodb": ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")}
                ),
                "Resource": "*",
                "Condition": {"Bool": {"aws:ViaAWSService": "true"}},
            },
            {
                "Effect": "Allow",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "*",
                "Condition": {"Null": {f"aws:ResourceTag/{DATA_CLASS_TAG}": "false"}},
            },
        ]
    if DeployScope(scope) is DeployScope.NETWORK:
        verbs = ("Associate*", "Change*", "Create*", "Delete*", "Disassociate*", "Get*", "List*", "Update*")
        statements.append({"Effect": "Allow", "Action": _actions({"route53": verbs}), "Resource": "*"})
    return _document(statements)


def baseline_policy(placement: Placement, region: str) -> str:
    """What every account needs: its own baseline, keys, buckets, log groups, topics, alarms; and the engine's state."""
    partition = partition_of(placement)
    buckets = partition.arn("s3", "", "", f"{placement['hospital']}-{placement['account_id']}-*")
    state = partition.arn("s3", "", "", state_bucket_name(placement, region))
    use = ("CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey*", "ReEncrypt*")
    return _document(
        [
            _in_regions(placement, BASELINE),
            {
                "Sid": "Buckets",
                "Effect": "Allow",
                "Action": _actions({"s3": BUCKETS}),
                "Resource": buckets,
            },
            {
                "Sid": "AccountSettings",
                "Effect": "Allow",
                "Action": ["s3:GetAccountPublicAccessBlock", "s3:ListAllMyBuckets", "s3:PutAccountPublicAccessBlock"],
                "Resource": "*",
            },
            {
                "Sid": "KeysOnlyThroughServices",
                "Effect": "Allow",
                "Action": _actions({"kms": use}),
                "Resource": "*",
                "Condition": {"Null": {"kms:ViaService": "false"}},
            },
            {
                "Sid": "State",
                "Effect": "Allow",
                "Action": ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                "Resource": f"{state}/*",
            },
            {
                "Sid": "StateKey",
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
                "Resource": "*",
                "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": state_key_alias(placement)}},
            },
        ]
    )


def identity_policy(placement: Placement) -> str:
    """Roles and policies of this hospital, by name; roles only with the boundary; handed only to services named."""
    partition, account_id = partition_of(placement), placement["account_id"]

    def iam(resource: str) -> str:
        return partition.arn("iam", "", account_id, resource)

    def principals(services: Sequence[str]) -> list[str]:
        # EC2 is written in two ways in China, and each is asked for somewhere.
        return sorted({name for s in services for name in (partition.principal(s), f"{s}.amazonaws.com")})

    roles = iam(f"role/{role_name(placement, '*')}")
    return _document(
        [
            {"Effect": "Allow", "Action": _actions({"iam": ("Get*", "List*")}), "Resource": "*"},
            {
                "Sid": "RolesOnlyWithBoundary",
                "Effect": "Allow",
                "Action": _actions({"iam": ROLES_WITH_BOUNDARY}),
                "Resource": roles,
                "Condition": {"StringEquals": {"iam:PermissionsBoundary": boundary_arn(placement)}},
            },
            {
                "Effect": "Allow",
                "Action": _actions({"iam": IDENTITIES}),
                "Resource": [
                    iam(f"instance-profile/{role_name(placement, '*')}"),
                    iam("oidc-provider/oidc.eks.*"),
                    iam(f"policy/{role_name(placement, '*')}"),
                    roles,
                ],
            },
            {
                "Sid": "PasswordPolicy",
                "Effect": "Allow",
                "Action": ["iam:DeleteAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"],
                "Resource": "*",
            },
            {
                "Sid": "ServicesMakeTheirOwnRoles",
                "Effect": "Allow",
                "Action": ["iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole"],
                "Resource": iam("role/aws-service-role/*"),
                "Condition": {"StringEquals": {"iam:AWSServiceName": principals(_SERVICES_WITH_LINKED_ROLES)}},
            },
            {
                "Sid": "HandOverRoles",
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": [roles, iam(f"role/aws-service-role/{partition.principal('config')}/*")],
                "Condition": {"StringEquals": {"iam:PassedToService": principals(_SERVICES_WITH_ROLES)}},
            },
        ]
    )


def refusals(placement: Placement, region: str) -> str:
    """What the deploy role may not do, whatever else allows it."""
    partition = partition_of(placement)
    state = partition.arn("s3", "", "", state_bucket_name(placement, region))
    alias = partition.arn("kms", "*", placement["account_id"], state_key_alias(placement))
    return _document(
        [
            {
                "Sid": "StateStoreStays",
                "Effect": "Deny",
                "Action": ["s3:DeleteBucket*", "s3:Put*Configuration", "s3:PutBucket*"],
                "Resource": state,
            },
            {
                "Sid": "StateKeyStays",
                "Effect": "Deny",
                "Action": list(_KEY_CHANGES),
                "Resource": "*",
                "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": state_key_alias(placement)}},
            },
            {
                "Sid": "StateKeyKeepsItsName",
                "Effect": "Deny",
                "Action": ["kms:DeleteAlias", "kms:UpdateAlias"],
                "Resource": alias,
            },
            {
                "Sid": "NoObjects",
                "Effect": "Deny",
                "Action": ["s3:GetObject", "s3:GetObjectVersion"],
                "NotResource": f"{state}/*",
            },
            {
                "Sid": "NoData",
                "Effect": "Deny",
                "Action": [*READS_OF_DATA, *SHARES_OF_DATA],
                "Resource": "*",
                "Condition": {"Bool": {"aws:ViaAWSService": "false"}},
            },
            {
                "Sid": "NoKeyByItself",
                "Effect": "Deny",
                "Action": "kms:Decrypt",
                "Resource": "*",
                "Condition": {
                    "ForAllValues:StringNotEquals": {"kms:ResourceAliases": state_key_alias(placement)},
                    "Null": {"kms:ViaService": "true"},
                },
            },
            {
                "Sid": "NoOtherRole",
                "Effect": "Deny",
                "Action": "sts:AssumeRole",
                "NotResource": role_arn({**placement, "account_id": "*"}, "deploy"),
            },
        ]
    )


def _actions(by_service: "dict[str, Sequence[str]]") -> list[str]:
    return [f"{service}:{action}" for service in by_service for action in dict.fromkeys(by_service[service])]


def _in_regions(placement: Placement, by_service: "dict[str, Sequence[str]]") -> dict[str, object]:
    """Actions on what has no name before it is made, in the jurisdiction's regions."""
    return {
        "Effect": "Allow",
        "Action": _actions(by_service),
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": sorted(jurisdiction_of(placement).regions)}},
    }


def _document(statements: list[dict[str, object]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})

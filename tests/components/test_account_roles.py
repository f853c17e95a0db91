"""AccountRoles: what each role may do, asked as IAM would decide; who may take it on."""

import fnmatch
import json
import re
from typing import Any

import botocore.loaders
import pulumi
import pytest

from components.account_guardrail import boundary_arn, boundary_policy
from components.account_roles import AccountRoles, audit_refusals
from components.deploy_actions import BASELINE, BUCKETS, IDENTITIES, READS_OF_DATA, SCOPES, SHARES_OF_DATA, DeployScope
from components.deploy_policies import (
    MAXIMUM_CHARACTERS,
    baseline_policy,
    identity_policy,
    refusals,
    scope_policy,
    state_bucket_name,
    state_key_alias,
)
from components.placement import role_arn
from policies.graph import Graph
from tests.components.accounts import ACCOUNT, CI, LOG_ACCOUNT, REGIONS, document, graph_of, named, placement
from tests.components.iam_evaluation import decision, may

REGION = "cn-north-1"
WHERE = placement()


def _graph(jurisdiction: str = "cn-mainland", **more: Any) -> Graph:
    def make(opts: pulumi.ResourceOptions) -> None:
        AccountRoles(
            "roles",
            {
                "placement": placement(jurisdiction),
                "region": REGIONS[jurisdiction][0],
                "boundary_arn": boundary_arn(placement(jurisdiction)),
                "scopes": list(DeployScope),
                **more,
            },
            opts=opts,
        )

    return graph_of(make, jurisdiction)


def _deploys(action: str, resource: str = "*", **context: Any) -> bool:
    scopes = [scope_policy(WHERE, scope) for scope in DeployScope]
    documents = [baseline_policy(WHERE, REGION), identity_policy(WHERE), refusals(WHERE, REGION), *scopes]
    context = {"aws__RequestedRegion": REGION, "aws__PrincipalArn": role_arn(WHERE, "deploy"), **context}
    return may([json.loads(d) for d in documents], json.loads(boundary_policy(WHERE)), action, resource, **context)


# --- what the deploy role needs ---------------------------------------------------------------------------------------

NEEDED = (
    "acm:RequestCertificate", "autoscaling:CreateAutoScalingGroup", "backup-storage:MountCapsule",
    "backup:CreateBackupPlan", "backup:PutBackupVaultAccessPolicy", "backup:PutBackupVaultLockConfiguration",
    "cloudtrail:CreateTrail", "cloudwatch:PutMetricAlarm", "config:PutConfigurationRecorder",
    "directconnect:CreateDirectConnectGateway", "dynamodb:CreateTable", "dynamodb:UpdateContinuousBackups",
    "ec2:AllocateAddress", "ec2:AuthorizeSecurityGroupEgress", "ec2:CreateFlowLogs", "ec2:CreateLaunchTemplate",
    "ec2:CreateNatGateway", "ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:CreateTransitGateway",
    "ec2:CreateTransitGatewayPeeringAttachment", "ec2:CreateVpc", "ec2:CreateVpcEndpoint", "ec2:DescribeVpcs",
    "ec2:EnableEbsEncryptionByDefault", "ec2:EnableTransitGatewayRouteTablePropagation", "ec2:ModifyVpcAttribute",
    "ecr:CreateRepository", "eks:CreateAddon", "eks:CreateCluster", "eks:CreateNodegroup",
    "elasticloadbalancing:CreateListener", "elasticloadbalancing:CreateLoadBalancer", "events:PutRule",
    "guardduty:CreateDetector", "kms:CreateKey", "kms:PutKeyPolicy", "lambda:CreateFunction", "logs:CreateLogGroup",
    "logs:PutRetentionPolicy", "network-firewall:CreateFirewall", "rds:CreateDBCluster", "rds:CreateDBInstance",
    "rds:CreateGlobalCluster", "rds:ModifyDBCluster", "rolesanywhere:CreateTrustAnchor",
    "route53:ChangeResourceRecordSets", "route53:CreateHealthCheck", "route53resolver:CreateFirewallRuleGroup",
    "scheduler:CreateSchedule", "secretsmanager:CreateSecret", "securityhub:BatchEnableStandards", "sns:CreateTopic",
    "sqs:CreateQueue", "states:CreateStateMachine", "wafv2:CreateWebACL",
)  # fmt: skip


@pytest.mark.parametrize("action", NEEDED)
def test_the_pipeline_can_make_the_blueprint(action: str) -> None:
    assert _deploys(action)


@pytest.mark.parametrize("action", ["ec2:CreateVpc", "rds:CreateDBCluster", "s3:CreateBucket", "kms:CreateKey"])
def test_but_nowhere_else(action: str) -> None:
    assert not _deploys(action, aws__RequestedRegion="ap-southeast-1")


@pytest.mark.parametrize("action", ["s3:CreateBucket", "s3:PutBucketPolicy", "s3:PutReplicationConfiguration"])
def test_buckets_only_of_this_hospital(action: str) -> None:
    assert _deploys(action, f"arn:aws-cn:s3:::tjemc-{ACCOUNT}-cn-north-1-documents")
    assert not _deploys(action, "arn:aws-cn:s3:::another-hospital-documents")


def test_roles_only_by_name_and_with_the_boundary() -> None:
    mine, other = role_arn(WHERE, "flow-logs"), f"arn:aws-cn:iam::{ACCOUNT}:role/administrator"
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"):
        assert _deploys(action, mine, iam__PermissionsBoundary=boundary_arn(WHERE))
        assert not _deploys(action, mine)
        assert not _deploys(action, other, iam__PermissionsBoundary=boundary_arn(WHERE))
    assert not _deploys("iam:CreateUser", f"arn:aws-cn:iam::{ACCOUNT}:user/x")


def test_roles_are_handed_only_to_services_named() -> None:
    role = role_arn(WHERE, "nodes")
    for service in ("ec2.amazonaws.com", "ec2.amazonaws.com.cn", "eks.amazonaws.com", "backup.amazonaws.com"):
        assert _deploys("iam:PassRole", role, iam__PassedToService=service)
    assert not _deploys("iam:PassRole", role, iam__PassedToService="glue.amazonaws.com")
    foreign = f"arn:aws-cn:iam::{ACCOUNT}:role/administrator"
    assert not _deploys("iam:PassRole", foreign, iam__PassedToService="ec2.amazonaws.com")


# --- what it must not do ----------------------------------------------------------------------------------------------

FORBIDDEN = (
    "s3:GetObject", "s3:GetObjectVersion", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan",
    "rds-data:ExecuteStatement", "rds-db:connect", "secretsmanager:GetSecretValue", "kms:Decrypt",
    "ec2:ModifySnapshotAttribute", "rds:ModifyDBSnapshotAttribute", "rds:StartExportTask", "backup:StartRestoreJob",
    "lambda:InvokeFunction", "logs:GetLogEvents", "sqs:ReceiveMessage", "ssm:StartSession",
    "cloudtrail:StopLogging", "guardduty:DeleteDetector", "kms:ScheduleKeyDeletion", "iam:CreateAccessKey",
)  # fmt: skip


@pytest.mark.parametrize("action", FORBIDDEN)
def test_the_pipeline_reads_nothing_shares_nothing_stops_nothing(action: str) -> None:
    assert not _deploys(action, f"arn:aws-cn:s3:::tjemc-{ACCOUNT}-cn-north-1-documents/patient/1")
    assert not _deploys(action)


def test_it_takes_on_no_role_but_its_own_in_other_accounts() -> None:
    assert not _deploys("sts:AssumeRole", role_arn(WHERE, "application"))
    refused = [json.loads(refusals(WHERE, REGION))]
    elsewhere = role_arn({**WHERE, "account_id": LOG_ACCOUNT}, "deploy")
    assert decision(refused, "sts:AssumeRole", elsewhere, {"aws:ViaAWSService": "false"}) == "nothing"


def test_it_keeps_the_engine_s_state() -> None:
    state = f"arn:aws-cn:s3:::{state_bucket_name(WHERE, REGION)}/.pulumi/stacks/x.json"
    for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
        assert _deploys(action, state)
    assert _deploys("kms:Decrypt", kms__ResourceAliases=[state_key_alias(WHERE)])
    assert not _deploys("kms:Decrypt", kms__ResourceAliases=["alias/tjemc/documents"])


def test_it_cannot_open_or_remove_what_keeps_its_state() -> None:
    state = f"arn:aws-cn:s3:::{state_bucket_name(WHERE, REGION)}"
    other = f"arn:aws-cn:s3:::tjemc-{ACCOUNT}-cn-north-1-documents"
    for action in (
        "s3:PutBucketPolicy",
        "s3:PutBucketVersioning",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:DeleteBucketPolicy",
        "s3:DeleteBucket",
    ):
        assert _deploys(action, other), action
        assert not _deploys(action, state), action
    for action in ("kms:PutKeyPolicy", "kms:DisableKeyRotation"):
        assert _deploys(action, kms__ResourceAliases=["alias/tjemc/documents"]), action
        assert not _deploys(action, kms__ResourceAliases=[state_key_alias(WHERE)]), action
    for action in ("kms:UpdateAlias", "kms:DeleteAlias"):
        assert _deploys(action, f"arn:aws-cn:kms:cn-north-1:{ACCOUNT}:alias/tjemc/documents"), action
        assert not _deploys(action, f"arn:aws-cn:kms:cn-north-1:{ACCOUNT}:{state_key_alias(WHERE)}"), action


def test_the_role_that_deploys_is_never_without_its_refusals() -> None:
    graph = _graph()
    refused = named(graph, "roles-deploy-refusals").urn
    for attached in graph.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment"):
        if attached.name.startswith("roles-deploy"):
            assert refused in attached.depends_on, attached.name


def test_services_use_keys_and_items_in_its_name() -> None:
    assert _deploys("kms:Decrypt", kms__ViaService="rds.cn-north-1.amazonaws.com.cn")
    assert _deploys("dynamodb:Scan", aws__ViaAWSService="true")
    assert _deploys("secretsmanager:GetSecretValue", **{"aws__ResourceTag/hospital-cloud:data-class": "4"})


# --- documents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
def test_documents_fit_and_allow_no_bare_star(jurisdiction: str) -> None:
    where = {**placement(jurisdiction), "hospital": "abcdefghijkl"}
    region = REGIONS[jurisdiction][0]
    documents = [baseline_policy(where, region), identity_policy(where), refusals(where, region)]  # type: ignore[arg-type]
    documents += [scope_policy(where, scope) for scope in DeployScope]  # type: ignore[arg-type]
    for text in documents:
        assert len(re.sub(r"\s", "", text)) <= MAXIMUM_CHARACTERS
        for statement in json.loads(text)["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert not [a for a in actions if a == "*" or a.endswith(":*")]


_ONLY_IN_IAM = (
    "backup-storage:MountCapsule", "dynamodb:CreateTableReplica", "dynamodb:DeleteTableReplica",
    "dynamodb:PartiQLSelect", "es:ESHttpGet", "es:ESHttpPost", "lambda:InvokeFunction", "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "rds-db:connect",
)  # fmt: skip
"""Permissions that no operation of the API is called by (Service Authorization Reference)."""


def test_every_action_names_an_operation() -> None:
    loader = botocore.loaders.Loader()
    keys = {"cloudwatch": "monitoring", "tag": "tagging"}
    operations: dict[str, set[str]] = {}
    for service in loader.list_available_services("service-2"):
        model = loader.load_service_model(service, "service-2")
        for key in {model["metadata"].get("signingName"), model["metadata"]["endpointPrefix"]} - {None}:
            operations.setdefault(key, set()).update(model["operations"])
    tables = [BASELINE, *SCOPES.values(), {"iam": IDENTITIES}]
    actions = [f"{service}:{action}" for table in tables for service in table for action in table[service]]
    wrong = []
    for action in {*actions, *READS_OF_DATA, *SHARES_OF_DATA} - set(_ONLY_IN_IAM):
        service, _, name = action.partition(":")
        if not fnmatch.filter(operations.get(keys.get(service, service), ()), name):
            wrong.append(action)
    assert wrong == []
    settings = {re.sub(r"^(Get|Put|Delete)(Bucket)?|\*|Configuration$", "", action) for action in BUCKETS}
    known = " ".join(operations["s3"])
    assert not [word for word in settings if word and word.removeprefix("Bucket") not in known]


# --- auditor ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "action",
    ["s3:GetObject", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "rds-data:ExecuteStatement",
     "secretsmanager:GetSecretValue", "kms:Decrypt", "ssm:GetParameter", "logs:GetLogEvents"],
)  # fmt: skip
def test_an_auditor_sees_no_data_whatever_aws_allows(action: str) -> None:
    everything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    asked = {"aws:ViaAWSService": "false"}
    assert decision([everything, json.loads(audit_refusals())], action, "*", asked) == "deny"
    assert decision([everything, json.loads(audit_refusals())], "s3:GetBucketPolicy", "*", asked) == "allow"


def test_an_auditor_s_policies_are_the_partition_s() -> None:
    assert named(_graph(), "audit-settings").get("policyArn") == "arn:aws-cn:iam::aws:policy/SecurityAudit"
    assert named(_graph("eu"), "audit-lists").get("policyArn") == "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"


# --- who may take a role on -------------------------------------------------------------------------------------------


def _trust(graph: Graph, role: str) -> list[dict[str, Any]]:
    return list(document(named(graph, f"roles-{role}"), "assumeRolePolicy")["Statement"])


def test_the_pipeline_logs_in_with_exactly_its_claims() -> None:
    graph = _graph(ci={**CI, "audit_subject": "project:audit"})
    deploy = _trust(graph, "deploy")
    assert [s["Action"] for s in deploy] == ["sts:AssumeRoleWithWebIdentity"]
    assert deploy[0]["Principal"] == {"Federated": f"arn:aws-cn:iam::{ACCOUNT}:oidc-provider/git.tjemc.example"}
    claims = {"git.tjemc.example:aud": "sts.example", "git.tjemc.example:sub": "project:main"}
    assert deploy[0]["Condition"] == {"StringEquals": claims}
    audit = _trust(graph, "audit")
    assert audit[0]["Condition"]["StringEquals"]["git.tjemc.example:sub"] == "project:audit"
    provider = named(graph, "roles-pipeline")
    assert (provider.get("url"), provider.get("clientIdLists")) == ("https://git.tjemc.example", ["sts.example"])


def test_without_a_pipeline_people_deploy_with_a_second_factor() -> None:
    graph = _graph()
    assert not list(graph.of_type("aws:iam/openIdConnectProvider:OpenIdConnectProvider"))
    for role in ("audit", "break-glass", "deploy"):
        (statement,) = _trust(graph, role)
        assert statement["Principal"] == {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:root"}
        assert statement["Condition"]["Bool"] == {"aws:MultiFactorAuthPresent": "true"}


def test_the_break_glass_role_is_never_the_pipeline_s() -> None:
    graph = _graph(ci=CI, pipeline_account_id=LOG_ACCOUNT, trusted_principals=[f"arn:aws-cn:iam::{ACCOUNT}:user/chen"])
    (statement,) = _trust(graph, "break-glass")
    assert statement["Principal"] == {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:user/chen"}
    assert "aws:MultiFactorAuthPresent" in statement["Condition"]["Bool"]
    role = named(graph, "roles-break-glass")
    assert role.get("maxSessionDuration") == 3600
    assert role.get("permissionsBoundary") == boundary_arn(WHERE)


def test_the_pipeline_goes_on_from_one_account_to_another() -> None:
    chained = _trust(_graph(ci=CI, pipeline_account_id=LOG_ACCOUNT), "deploy")[1]
    assert chained["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": f"arn:aws-cn:iam::{LOG_ACCOUNT}:role/tjemc-deploy"}
    }
    assert len(_trust(_graph(ci=CI, pipeline_account_id=ACCOUNT), "deploy")) == 1


def test_a_smaller_account_gets_fewer_rights() -> None:
    names = {r.get("name") for r in _graph(scopes=[DeployScope.STORES]).of_type("aws:iam/policy:Policy")}
    assert names == {"tjemc-deploy-baseline", "tjemc-deploy-identity", "tjemc-deploy-stores"}

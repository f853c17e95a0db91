"""AccountRoles: who may deploy, who may audit, and what remains when all else fails.

Promises: the pipeline logs in with its own short-lived tokens, without stored keys, and only with the subject and the
audience named; it deploys what `deploy_policies` lists and reads no patients' data. An auditor sees every setting and
no data. The break-glass role is for people only: with a second factor less than an hour old, for one hour at most, and
each time it is taken on an alarm is raised. It is the only role that may change these roles and the permission
boundary. All carry the boundary. Without a pipeline, people deploy with a second factor.

In mainland China the second factor of IAM users is a virtual one (TOTP): passkeys and hardware keys are not offered
(AWS China user guide, IAM). AWS China accounts have no root user: who made the account is its first administrator.

What bounds the deploying hands is not made by them: `hospital-cloud bootstrap` makes these roles before the first
deployment (docs/decisions/0007-bounds-before-the-stack.md); the alarm is the stack's (BreakGlassAlarm).

Makes: a provider for the pipeline's tokens, three roles and their policies.
"""

import json
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.deploy_actions import READS_OF_DATA, DeployScope
from components.deploy_policies import baseline_policy, identity_policy, refusals, scope_policy
from components.placement import Placement, account_root_arn, owner_tags, partition_of, role_arn, role_name

_HOUR = 3600
_DEPLOY_HOURS = 4
"""A first deployment makes databases and clusters in two regions one after the other, and its session cannot be
renewed."""


class ContinuousIntegration(TypedDict):
    """The pipeline that deploys and audits, known by the tokens it presents (OpenID Connect)."""

    issuer: str
    """Address of the token issuer, `https://...`; IAM must be able to reach it."""
    audience: str
    """`aud` of the tokens."""
    subject: str
    """`sub` of the tokens that may deploy, whole: no wildcard."""
    audit_subject: NotRequired[str]
    """`sub` of the tokens that may audit; left out, the same as may deploy."""


class AccountRolesArgs(TypedDict):
    """Arguments of AccountRoles."""

    placement: Placement
    region: str
    """Home region: where the engine's state lies."""
    boundary_arn: pulumi.Input[str]
    """The permission boundary (component `AccountGuardrail`)."""
    scopes: list[DeployScope]
    """What is deployed in this account beside its baseline."""
    ci: NotRequired[ContinuousIntegration]
    """Left out, people deploy and audit, with a second factor."""
    pipeline_account_id: NotRequired[str]
    """Account whose deploy role may take on this one's: the pipeline logs in there and goes on from there."""
    trusted_principals: NotRequired[list[str]]
    """ARNs of the people's users or roles; they must exist. Left out, whom this account's own policies allow."""


class AccountRoles(pulumi.ComponentResource):
    """See the module."""

    deploy_role_arn: pulumi.Output[str]
    """Handed out when the role has all its policies."""
    audit_role_arn: pulumi.Output[str]
    break_glass_role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: AccountRolesArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:AccountRoles", name, dict(args), opts)
        self._name, self._args = name, args
        ci = args.get("ci")
        self._issuer = (
            [
                aws.iam.OpenIdConnectProvider(
                    f"{name}-pipeline",
                    url=ci["issuer"],
                    client_id_lists=[ci["audience"]],
                    tags=owner_tags(args["placement"]),
                    opts=pulumi.ResourceOptions(parent=self),
                )
            ]
            if ci
            else []
        )
        self.deploy_role_arn = self._deploy()
        self.audit_role_arn = self._audit()
        self.break_glass_role_arn = self._break_glass()
        self.register_outputs(
            {
                "deployRoleArn": self.deploy_role_arn,
                "auditRoleArn": self.audit_role_arn,
                "breakGlassRoleArn": self.break_glass_role_arn,
            }
        )

    def _role(self, role: str, description: str, trust: "list[dict[str, object]]", seconds: int) -> aws.iam.Role:
        return aws.iam.Role(
            f"{self._name}-{role}",
            name=role_name(self._args["placement"], role),
            description=description,
            max_session_duration=seconds,
            permissions_boundary=self._args["boundary_arn"],
            assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": trust}),
            tags=owner_tags(self._args["placement"]),
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._issuer),
        )

    def _deploy(self) -> pulumi.Output[str]:
        name, args, child = self._name, self._args, pulumi.ResourceOptions(parent=self)
        placement, ci = args["placement"], args.get("ci")
        trust = [_by_token(placement, ci, ci["subject"])] if ci else [_by_people(args)]
        other = args.get("pipeline_account_id")
        if other and other != placement["account_id"]:
            trust.append(_by_deploy_role_of(placement, other))
        role = self._role("deploy", "Deploys the blueprint; reads no patients' data", trust, _DEPLOY_HOURS * _HOUR)
        documents = {
            "baseline": baseline_policy(placement, args["region"]),
            "identity": identity_policy(placement),
            **{DeployScope(scope).value: scope_policy(placement, scope) for scope in args["scopes"]},
        }
        refused = aws.iam.RolePolicy(
            f"{name}-deploy-refusals",
            name="refusals",
            role=role.name,
            policy=refusals(placement, args["region"]),
            opts=child,
        )
        ready: list[pulumi.Output[str]] = [role.arn, refused.id]
        for scope, document in sorted(documents.items()):
            policy = aws.iam.Policy(
                f"{name}-deploy-{scope}",
                name=role_name(placement, f"deploy-{scope}"),
                description=f"What a deployment needs: {scope}",
                policy=document,
                tags=owner_tags(placement),
                opts=child,
            )
            attached = aws.iam.RolePolicyAttachment(
                f"{name}-deploy-{scope}-attached",
                role=role.name,
                policy_arn=policy.arn,
                # The refusals first: the role is never without them.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[refused]),
            )
            ready.append(attached.id)
        return pulumi.Output.all(*ready).apply(lambda values: str(values[0]))

    def _audit(self) -> pulumi.Output[str]:
        name, args, child = self._name, self._args, pulumi.ResourceOptions(parent=self)
        placement, ci = args["placement"], args.get("ci")
        trust = [_by_people(args)]
        if ci:
            trust.insert(0, _by_token(placement, ci, ci.get("audit_subject", ci["subject"])))
        role = self._role("audit", "Sees every setting and no data", trust, _HOUR)
        refused = aws.iam.RolePolicy(
            f"{name}-audit-refusals", name="refusals", role=role.name, policy=audit_refusals(), opts=child
        )
        ready: list[pulumi.Output[str]] = [role.arn, refused.id]
        for kind, policy in (("settings", "SecurityAudit"), ("lists", "job-function/ViewOnlyAccess")):
            attached = aws.iam.RolePolicyAttachment(
                f"{name}-audit-{kind}",
                role=role.name,
                policy_arn=partition_of(placement).managed_policy(policy),
                # The refusals first: the role is never without them.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[refused]),
            )
            ready.append(attached.id)
        return pulumi.Output.all(*ready).apply(lambda values: str(values[0]))

    def _break_glass(self) -> pulumi.Output[str]:
        """What an emergency needs cannot be listed beforehand: the role may do all that the boundary allows."""
        name, args = self._name, self._args
        role = self._role("break-glass", "For emergencies; each use raises an alarm", [_by_people(args)], _HOUR)
        attached = aws.iam.RolePolicyAttachment(
            f"{name}-break-glass-boundary",
            role=role.name,
            policy_arn=args["boundary_arn"],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return pulumi.Output.all(role.arn, attached.id).apply(lambda values: str(values[0]))


def audit_refusals() -> str:
    """What an auditor may not do, whatever AWS puts into its managed policies: no object, item, message, log entry or
    secret is read, and nothing is decrypted."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "NoData",
                    "Effect": "Deny",
                    "Action": [
                        *READS_OF_DATA,
                        "kms:Decrypt",
                        "s3:GetObject",
                        "s3:GetObjectVersion",
                        "secretsmanager:BatchGetSecretValue",
                        "secretsmanager:GetSecretValue",
                        "ssm:GetParameter",
                        "ssm:GetParameters",
                        "ssm:GetParametersByPath",
                        "sts:AssumeRole",
                    ],
                    "Resource": "*",
                }
            ],
        }
    )


def _by_token(placement: Placement, ci: ContinuousIntegration, subject: str) -> "dict[str, object]":
    """Both claims exactly: a token of another project of the same issuer opens nothing."""
    issuer = ci["issuer"].removeprefix("https://").rstrip("/")
    provider = partition_of(placement).arn("iam", "", placement["account_id"], f"oidc-provider/{issuer}")
    return {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{issuer}:aud": ci["audience"], f"{issuer}:sub": subject}},
    }


def _by_people(args: AccountRolesArgs) -> "dict[str, object]":
    """With a second factor, shown within the hour."""
    people = sorted(args.get("trusted_principals") or [account_root_arn(args["placement"])])
    return {
        "Effect": "Allow",
        "Principal": {"AWS": people[0] if len(people) == 1 else people},
        "Action": "sts:AssumeRole",
        "Condition": {
            "Bool": {"aws:MultiFactorAuthPresent": "true"},
            "NumericLessThan": {"aws:MultiFactorAuthAge": str(_HOUR)},
        },
    }


def _by_deploy_role_of(placement: Placement, account_id: str) -> "dict[str, object]":
    """The deploy role of another account. Named in a condition, because a principal must exist and it may come
    later."""
    other: Placement = {**placement, "account_id": account_id}
    return {
        "Effect": "Allow",
        "Principal": {"AWS": account_root_arn(other)},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnEquals": {"aws:PrincipalArn": role_arn(other, "deploy")}},
    }

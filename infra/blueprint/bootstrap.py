"""What is there before the first deployment: the bounds of the deploying hands, and where the engine keeps its state.

The same kind of program as the stack's, of the same components: recorded into the same graph, judged by the same rules.
`operations/bootstrap` applies the graph, not the engine, which has no state yet to keep it in; and none of it is in the
stack's own graph, because what bounds the deploying hands must not be made by them.
"""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

from components.account_guardrail import AccountGuardrail
from components.account_roles import AccountRoles
from components.deploy_actions import DeployScope
from components.placement import Placement, role_arn
from components.state_store import StateStore
from infra.blueprint.frame import placement_of
from infra.settings import Hospital
from infra.settings.kinds import Origin


def build(hospital: Hospital) -> None:
    """Registers what each account of the hospital needs first; nothing but the state store where the account brings its
    own bounds and roles."""
    for role, account in hospital.accounts.by_role().items():
        placement = placement_of(hospital, role)
        provider = aws.Provider(f"account-{role}", region=hospital.primary.region, allowed_account_ids=[account.id])
        after: list[pulumi.Resource] = []
        if account.baseline is Origin.MANAGED:
            after = [_bounds(hospital, role, placement, provider)]
        if role == "workload" and (users := users_of_state(hospital)):
            StateStore(
                "state",
                {"placement": placement, "region": hospital.primary.region, "user_role_arns": users},
                opts=pulumi.ResourceOptions(provider=provider, depends_on=after),
            )


def users_of_state(hospital: Hospital) -> list[str]:
    """The roles that read and write the state; empty where the account brings its own and none is stated."""
    workload = hospital.accounts.workload
    users = {workload.deploy_role_arn} if workload.deploy_role_arn else set()
    if workload.baseline is Origin.MANAGED:
        placement = placement_of(hospital, "workload")
        users |= {role_arn(placement, "deploy"), role_arn(placement, "break-glass")}
    return sorted(users)


def _bounds(hospital: Hospital, role: str, placement: Placement, provider: aws.Provider) -> AccountRoles:
    """The permission boundary, then the roles that carry it."""
    opts = pulumi.ResourceOptions(provider=provider)
    guardrail = AccountGuardrail(f"account-{role}-guardrail", {"placement": placement}, opts=opts)
    args: dict[str, Any] = {
        "placement": placement,
        "region": hospital.primary.region,
        "boundary_arn": guardrail.boundary_arn,
        "scopes": list(DeployScope) if role == "workload" else [DeployScope.STORES],
    }
    if hospital.ci:
        stated = {"issuer": hospital.ci.oidc_issuer, "audience": hospital.ci.audience, "subject": hospital.ci.subject}
        audit = {"audit_subject": hospital.ci.audit_subject} if hospital.ci.audit_subject else {}
        args["ci"] = {**stated, **audit}
    if role != "workload":
        args["pipeline_account_id"] = hospital.accounts.workload.id
    return AccountRoles(f"account-{role}-roles", args, opts=opts)  # type: ignore[arg-type]

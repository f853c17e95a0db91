"""OrganizationGuardrail: nothing outside the jurisdiction's regions, for a whole account or organizational unit.

Promises: where the region offers service control policies, no principal of the accounts below the target, whatever its
rights, can act outside the jurisdiction's regions. Where they are absent or unverified (mainland China) nothing is
made, and `fallback` says so: there the permission boundary of AccountGuardrail holds the roles that carry it.

Needs the provider of the organization's management account. Makes: the policy and its attachment.
"""

import json
from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.account_guardrail import outside_jurisdiction
from components.placement import Placement, jurisdiction_of, role_name


class OrganizationGuardrailArgs(TypedDict):
    """Arguments of OrganizationGuardrail."""

    placement: Placement
    """The organization's management account."""
    region: str
    """A region of the jurisdiction, which is asked whether it offers service control policies."""
    targets: dict[str, str]
    """Stable name -> id of the root, an organizational unit or an account that the policy binds."""


class OrganizationGuardrail(pulumi.ComponentResource):
    """See the module."""

    fallback: pulumi.Output[Optional[str]]
    """What holds instead, None where the policy is in force."""

    def __init__(self, name: str, args: OrganizationGuardrailArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:OrganizationGuardrail", name, dict(args), opts)
        placement, child = args["placement"], pulumi.ResourceOptions(parent=self)
        region = jurisdiction_of(placement).region(args["region"])
        said: Optional[str] = None
        if region.offers("organizations.scp"):
            policy = aws.organizations.Policy(
                f"{name}-policy",
                name=role_name(placement, "jurisdiction"),
                description=f"Only in {placement['jurisdiction']}",
                type="SERVICE_CONTROL_POLICY",
                content=json.dumps({"Version": "2012-10-17", "Statement": [outside_jurisdiction(placement)]}),
                opts=child,
            )
            for role, target in sorted(args["targets"].items()):
                aws.organizations.PolicyAttachment(f"{name}-{role}", policy_id=policy.id, target_id=target, opts=child)
        else:
            row = region.capability("organizations.scp")
            said = f"service control policies: {row.availability.value} in {region.name}; instead: {row.instead}"
        self.fallback = pulumi.Output.from_input(said)
        self.register_outputs({"fallback": self.fallback})

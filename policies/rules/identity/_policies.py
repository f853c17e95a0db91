"""Which resource types grant rights to an identity, what their documents say, and who carries them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.iam_documents import Document, State, Statement, read
from policies.rules._paths import each

ROLE: Final = "aws:iam/role:Role"
POLICY: Final = "aws:iam/policy:Policy"

IDENTITY_POLICIES: Final[Mapping[str, str]] = {
    POLICY: "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    ROLE: "inlinePolicies[*].policy",
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
}
"""Type -> path of the policy that says what an identity may do."""

ATTACHMENTS: Final[Mapping[str, str]] = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns[*]",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns[*]",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns[*]",
    ROLE: "managedPolicyArns[*]",
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
}
"""Type -> path of the ARNs of policies that it hands to an identity."""

_BREAK_GLASS = re.compile(r"break[-_. ]?glass|emergency[-_. ]?access", re.IGNORECASE)
_NAMES = ("name", "namePrefix")


def documents(resource: Resource) -> Iterator[tuple[str, Document]]:
    """(path, document) for what the resource grants. A document that is not there is left out where there may be
    none."""
    pattern = IDENTITY_POLICIES[resource.type]
    for path, value in each(resource.inputs, pattern):
        document = read(value, path)
        if document.state is not State.ABSENT or "[*]" not in pattern:
            yield path, document


def trust(role: Resource) -> Document:
    """Who may take on a role."""
    return read(role.get("assumeRolePolicy"), "assumeRolePolicy")


def is_break_glass(role: Resource) -> bool:
    """Whether a role's name says that it is the one for emergencies."""
    names = (role.name, *(role.get(key) for key in _NAMES))
    return any(isinstance(name, str) and _BREAK_GLASS.search(name) for name in names)


def asks_second_factor(statement: Statement) -> bool:
    """Whether a statement lets in only those who showed a second factor: the test must hold when the key is absent."""
    for condition in statement.conditions:
        if condition.if_exists or condition.quantifier == "forallvalues" or not condition.values:
            continue
        present = condition.key == "aws:multifactorauthpresent" and condition.operator == "bool"
        if present and all(str(value).lower() == "true" for value in condition.values):
            return True
        if condition.key == "aws:multifactorauthage" and condition.operator.startswith("numericlessthan"):
            return True
    return False


def is_for_emergencies(role: Resource) -> bool:
    """Whether a role is the one for emergencies, and nobody takes it on without a second factor."""
    document = trust(role)
    allowing = list(document.allowing)
    return is_break_glass(role) and bool(allowing) and all(asks_second_factor(s) for s in allowing)


def boundaries(facts: Facts) -> Mapping[str, tuple[Resource, ...]]:
    """URN of each policy that bounds what an identity may do -> the roles that also carry it as a grant; a carrier that
    cannot be told is the attachment itself."""
    bounding: dict[str, dict[str, Resource]] = {}
    for holder in facts.graph.of_type(ROLE, "aws:iam/user:User"):
        policy = _policy(holder, "permissionsBoundary", holder.get("permissionsBoundary"), facts)
        if policy:
            bounding.setdefault(policy.urn, {})
    if not bounding:
        return {}
    roles = _roles_by_name(facts)
    for attachment in facts.graph.of_type(*ATTACHMENTS):
        for path, value in each(attachment.inputs, ATTACHMENTS[attachment.type]):
            policy = _policy(attachment, path, value, facts)
            if policy and policy.urn in bounding:
                carrier = attachment if attachment.type == ROLE else _carrier(attachment, roles, facts)
                bounding[policy.urn][carrier.urn] = carrier
    return {urn: tuple(carriers.values()) for urn, carriers in bounding.items()}


def only_bounds(resource: Resource, facts: Facts) -> bool:
    """Whether a policy is a permission boundary, which grants nothing, and at most the role for emergencies carries it."""
    carriers = facts.derived(boundaries).get(resource.urn)
    return carriers is not None and all(is_for_emergencies(role) for role in carriers)


def _policy(holder: Resource, path: str, value: Value, facts: Facts) -> Resource | None:
    return facts.target(holder, path, POLICY) if value is not None else None


def _carrier(attachment: Resource, roles: Mapping[tuple[str | None, str], Resource], facts: Facts) -> Resource:
    name = attachment.get("role")
    if isinstance(name, str) and (attachment.account, name) in roles:
        return roles[attachment.account, name]
    return facts.target(attachment, "role", ROLE) or attachment


def _roles_by_name(facts: Facts) -> Mapping[tuple[str | None, str], Resource]:
    """(account, name) -> role: one name may stand in each account."""
    return {
        (role.account, role.inputs["name"]): role
        for role in facts.graph.of_type(ROLE)
        if isinstance(role.inputs.get("name"), str)
    }

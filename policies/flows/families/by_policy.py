"""What policies open: of stores, of keys, of roles; and shares by an input."""

from __future__ import annotations

from functools import cache

from policies.flows.access import services
from policies.flows.builder import Builder, is_store
from policies.flows.families.by_table import ends
from policies.flows.model import Kind
from policies.flows.principals import ROLE, Receiver, principal_nodes, receivers, takers
from policies.flows.processes import shared, subjects
from policies.flows.shares import shared_with
from policies.graph import Resource
from policies.rules._resource_policies import RESOURCE_POLICIES, closed_by_its_domain, documents

_KEY = "aws:kms/"
_KEY_READS = ("kms:Decrypt", "kms:ReEncryptFrom", "kms:CreateGrant")
_VAULT_READS = ("backup:StartRestoreJob", "backup:CopyFromBackupVault", "backup:StartCopyJob")
_RESOURCE = "aws:ram/resourceAssociation:ResourceAssociation"
_PRINCIPAL = "aws:ram/principalAssociation:PrincipalAssociation"


def by_policy(builder: Builder) -> None:
    """Adds whom policies and shares let in."""
    graph = builder.facts.graph
    for type_token in RESOURCE_POLICIES:
        for resource in graph.by_type.get(type_token, ()):
            closed = closed_by_its_domain(resource, builder.facts)
            for path, document in documents(resource, builder.facts):
                for subject in _subjects(builder, resource):
                    for receiver in receivers(builder, document, path, _reads(subject.type), closed=closed):
                        _add(builder, subject, receiver, resource)
    for role in graph.by_type.get(ROLE, ()):
        for path, document in documents(role, builder.facts):
            for receiver in (*receivers(builder, document, path, None), *takers(builder, role, document)):
                _add(builder, role, receiver, role)
    _shares(builder)


def _subjects(builder: Builder, resource: Resource) -> list[Resource]:
    """The store or key that a policy opens."""
    path = subjects().get(resource.type)
    if path is None:
        return [resource] if is_store(resource) or resource.type.startswith(_KEY) else []
    found = builder.sources(resource, path, "bucket" if path == "bucket" else "arn")
    return [r for end in found if not end.doubt and (r := builder.facts.graph.by_urn.get(end.node)) is not None]


@cache
def _reads(type_token: str) -> tuple[str, ...] | None:
    if type_token.startswith(_KEY):
        return _KEY_READS
    if type_token.startswith("aws:backup/"):
        return _VAULT_READS
    found = [a for service in services().values() if type_token in service.types for a in service.read]
    return tuple(found) or None


def _add(builder: Builder, subject: Resource, receiver: Receiver, carrier: Resource) -> None:
    kind, node, path = receiver
    other = builder.facts.graph.by_urn.get(node)
    if subject.type.startswith(_KEY) and (other is not None or builder.spots[node].inside):
        return  # who may use a key of the program's own reads nothing by that alone
    if kind is Kind.SERVING and subject.type.startswith(_KEY):
        return
    builder.add(kind, subject.urn, node, carrier, path)


def _shares(builder: Builder) -> None:
    for type_token, path in shared().items():
        for resource in builder.facts.graph.by_type.get(type_token, ()):
            for caller in shared_with(resource):
                for kind, node in principal_nodes(builder, caller.kind, caller.value):
                    for source in ends(builder, resource, path, giving=True):
                        other = builder.facts.graph.by_urn.get(source.node)
                        if other is not None and not source.doubt:
                            _add(builder, other, (kind, node, caller.path), resource)
    for resource in builder.facts.graph.by_type.get(_RESOURCE, ()):
        shares = list(builder.targets(resource, "resourceShareArn", "arn"))
        builder.join(Kind.DATA, builder.sources(resource, "resourceArn", "arn"), shares, resource)
    for resource in builder.facts.graph.by_type.get(_PRINCIPAL, ()):
        for caller in shared_with(resource):
            for kind, node in principal_nodes(builder, caller.kind, caller.value):
                for source in builder.sources(resource, "resourceShareArn", "arn"):
                    builder.add(kind, source.node, node, resource, caller.path, source.doubt)

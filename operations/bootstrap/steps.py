"""A recorded program -> the steps of one account, in an order in which each finds what it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final

from jurisdictions import Jurisdiction
from operations.bootstrap import buckets, identities, keys
from operations.bootstrap.kind import Kind, NotBootstrapped
from policies.graph import SECRET, Graph, Resource, Unknown, marker, references_in

KINDS: Final[Mapping[str, Kind]] = {
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": identities.TokenIssuer(),
    "aws:iam/policy:Policy": identities.Policy(),
    "aws:iam/role:Role": identities.Role(),
    "aws:iam/rolePolicy:RolePolicy": identities.RolePolicy(),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": identities.Attachment(),
    "aws:kms/alias:Alias": keys.Alias(),
    "aws:kms/key:Key": keys.Key(),
    "aws:s3/bucket:Bucket": buckets.Bucket(),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": buckets.Expiry(),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": buckets.ObjectLock(),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": buckets.Ownership(),
    "aws:s3/bucketPolicy:BucketPolicy": buckets.BucketPolicy(),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": buckets.PublicAccessBlock(),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": buckets.Encryption(),
    "aws:s3/bucketVersioning:BucketVersioning": buckets.Versioning(),
}
"""What bootstrap can make. Another type is an error that names it."""

_ALIAS, _KEY = "aws:kms/alias:Alias", "aws:kms/key:Key"


class Unresolved(Exception):
    """A reference to what is not there yet."""


@dataclass(frozen=True)
class Step:
    """One resource to look for, and to make or correct."""

    resource: Resource
    kind: Kind
    region: str
    inputs: Mapping[str, Any]

    def wanted(self, outputs: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """The inputs with every reference replaced by what was found or made. Raises Unresolved."""
        return {key: _resolved(value, outputs) for key, value in self.inputs.items()}

    def label(self, others: Mapping[str, Step]) -> str:
        """What a user calls it before what it refers to is there: by the names that are stated."""
        names = {urn: _ByName(step.inputs) for urn, step in others.items()}
        return self.kind.label({key: _resolved(value, names) for key, value in self.inputs.items()})


class _ByName(dict[str, str]):
    """Gives the stated name for whatever output is asked for."""

    def __init__(self, inputs: Mapping[str, Any]):
        super().__init__()
        self._name = str(inputs.get("name") or inputs.get("bucket") or inputs.get(keys.ALIAS) or "?")

    def __contains__(self, _key: object) -> bool:
        return True

    def __missing__(self, _key: str) -> str:
        return self._name


def steps(graph: Graph, jurisdiction: Jurisdiction, account_id: str, home_region: str) -> tuple[Step, ...]:
    """The steps of one account. Raises NotBootstrapped, with every reason, for a type or an input that is not known
    here, and for a region outside the jurisdiction."""
    mine = {r.urn: r for r in graph.resources if _is_made(r) and r.account == account_id}
    reasons = [reason for resource in mine.values() for reason in _reasons(resource, jurisdiction)]
    if home_region not in jurisdiction.regions:
        reasons.insert(0, _outside("the home region", home_region, jurisdiction))
    if reasons:
        raise NotBootstrapped("\n".join(reasons))
    return tuple(
        Step(
            mine[urn],
            KINDS[mine[urn].type],
            home_region if mine[urn].region in (None, "global") else str(mine[urn].region),
            _inputs(mine[urn], graph),
        )
        for urn in _ordered(mine, graph)
    )


def accounts(graph: Graph) -> frozenset[str]:
    """The accounts in which something is made."""
    return frozenset(r.account for r in graph.resources if _is_made(r) and r.account)


def _is_made(resource: Resource) -> bool:
    return resource.custom and not resource.external and not resource.type.startswith("pulumi:")


def _reasons(resource: Resource, jurisdiction: Jurisdiction) -> list[str]:
    kind = KINDS.get(resource.type)
    if kind is None:
        return [f"{resource.name}: bootstrap cannot make a {resource.type}"]
    found = [
        f"{resource.name}: bootstrap does not know the input {key!r} of {resource.type}"
        for key in sorted(set(resource.inputs) - kind.inputs)
    ]
    if resource.region not in (None, "global", *jurisdiction.regions):
        found.append(_outside(resource.name, str(resource.region), jurisdiction))
    return found


def _outside(what: str, region: str, jurisdiction: Jurisdiction) -> str:
    return f"{what}: {region} is outside {jurisdiction.id}; allowed: {', '.join(sorted(jurisdiction.regions))}"


def _inputs(resource: Resource, graph: Graph) -> dict[str, Any]:
    inputs = dict(resource.inputs)
    if resource.type == _KEY:
        named = [alias.inputs["name"] for alias in graph.referring(resource, _ALIAS, path="targetKeyId")]
        if len(named) != 1:
            raise NotBootstrapped(f"{resource.name}: a key is found again by its alias, and it has {len(named)}")
        inputs[keys.ALIAS] = named[0]
    return inputs


def _ordered(mine: Mapping[str, Resource], graph: Graph) -> Sequence[str]:
    """By what each refers to and depends on, by name where that leaves a choice."""
    before = {
        urn: sorted({*(e.target for e in graph.edges_from.get(urn, ())), *resource.depends_on} & mine.keys() - {urn})
        for urn, resource in sorted(mine.items())
    }
    try:
        return tuple(TopologicalSorter(before).static_order())
    except CycleError as error:
        raise NotBootstrapped(f"a circle of references: {', '.join(sorted(set(error.args[1])))}") from error


def _resolved(value: Any, outputs: Mapping[str, Mapping[str, str]]) -> Any:
    if isinstance(value, Mapping):
        return {key: _resolved(item, outputs) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_resolved(item, outputs) for item in value]
    if isinstance(value, Unknown) or value is SECRET:
        raise NotBootstrapped("a value is not known, or secret: bootstrap makes only what the stack file says")
    if isinstance(value, str):
        for reference in references_in(value):
            made = outputs.get(reference.urn)
            if made is None:
                raise Unresolved(reference.urn)
            if reference.property not in made:
                raise NotBootstrapped(f"bootstrap does not know the output {reference.property!r} of {reference.urn}")
            value = value.replace(marker(reference.urn, reference.property), made[reference.property])
    return value

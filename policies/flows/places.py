"""Where the other side of a flow stands: which region, account, partition, and whether that is inside the
jurisdiction. The one place that knows; rules and flows both ask it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from jurisdictions import find_region, partition_of_region, regions_of_partition
from policies.facts import Facts
from policies.flows import written
from policies.flows.model import Place
from policies.flows.names import named
from policies.graph import Resource, Unknown, Value, references_in
from policies.iam_documents import account_of_arn, partition_of_arn
from policies.resolve import GLOBAL, decoded
from policies.rules._paths import each, is_hidden, is_whole

BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")

_BUCKET_SCHEMES: Final = ("s3://", "s3a://", "s3n://", "s3ssl://")
_STACK_REFERENCE: Final = "pulumi:pulumi:StackReference"
_CLOUD_HOST = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d)(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?(?:[:/]|$)")


def values_at(resource: Resource, path: str) -> Iterator[tuple[str, Value]]:
    """(path, value) for each place that a path of the tables names; `>` steps into a JSON text."""
    head, _, inner = path.partition(">")
    if head.partition(".")[0].partition("[")[0] not in resource.inputs:
        return
    for at, value in each(resource.inputs, head):
        if not inner or is_hidden(value):
            yield at, value
            continue
        data = decoded(value)
        if isinstance(data, (dict, list)):
            yield from ((f"{at}.{path}".replace(".[", "["), found) for path, found in each(data, inner))
        elif isinstance(value, str) and references_in(value):
            yield f"{at}.{inner}", Unknown(references_in(value))


def inputs_at(resource: Resource, pattern: str) -> Iterator[tuple[str, Value]]:
    """(path, value) for each place that a pattern names; what is absent is there as None."""
    if ">" not in pattern:
        return each(resource.inputs, pattern)
    return iter([*values_at(resource, pattern)] or [(pattern.replace("[*]", ""), None)])


def places_at(resource: Resource, pattern: str, kind: str, facts: Facts) -> Iterator[tuple[str, Place]]:
    """(path, place) for each place that the inputs at a pattern name; none where they name none."""
    for path, value in inputs_at(resource, pattern):
        if ">" not in pattern and not is_whole(path, pattern):
            yield path, Place(value, False, broken=True)
        elif value is not None and value != "":
            yield from ((path, place) for place in places(resource, path, value, kind, facts))


def places(resource: Resource, path: str, value: Value, kind: str, facts: Facts) -> Iterator[Place]:
    """Through the reference, else by what the name itself says. A name that says no region is inside only where its
    whole partition is."""
    stated = written.fixed(kind)
    if stated is not None:
        yield stated
        return
    if isinstance(value, str) and not references_in(value):
        yield from _written(resource, path, value, kind, facts)
        return
    elsewhere = _head_elsewhere(value, facts)
    if elsewhere is not None:
        yield elsewhere
        return
    others = _meant(resource, path, value, kind, facts)
    if others:
        yield place_of(others, facts)
    elif is_hidden(value) or isinstance(value, str):
        yield Place(value, None)
    else:
        yield Place(value, False, broken=True)


def place_of(others: list[Resource], facts: Facts) -> Place:
    """Where resources of this graph stand: outside where one of them does."""
    inside = (GLOBAL, *facts.context.jurisdiction.regions)
    outside = [o.region for o in others if o.region not in inside]
    found = ", ".join(_where(other) for other in others)
    region = outside[0] if outside else others[0].region
    account = others[0].account
    place = in_region(found, region if outside else GLOBAL, facts)
    partition = partition_of_region(region or "")
    return Place(found, place.inside, region, account, partition.id if partition else None, resources=tuple(others))


def _where(other: Resource) -> str:
    if other.type == _STACK_REFERENCE:
        return f"what the stack {other.name} gives"
    return f"{other.name} in {other.region}" if other.region else other.name


def in_region(found: Value, region: str | None, facts: Facts, account: str | None = None) -> Place:
    """A place that a region's name tells."""
    if region is None:
        return Place(found, None, account=account)
    partition = partition_of_region(region)
    named = partition.id if partition else None
    if region == GLOBAL:
        return Place(found, True, GLOBAL, account, facts.context.jurisdiction.partition.id)
    return Place(found, region in facts.context.jurisdiction.regions, region, account, named)


def anywhere(found: str, partition_id: str, facts: Facts, account: str | None = None) -> Place:
    """A place of which only the partition is known."""
    if is_all_inside(partition_id, facts):
        return Place(f"{found}: all of {partition_id} is inside", True, None, account, partition_id)
    return Place(
        f"{found}, which does not say its region",
        None,
        None,
        account,
        partition_id or None,
        hint=", as a resource of this program",
    )


def is_all_inside(partition_id: str | None, facts: Facts) -> bool:
    """Whether every region of a partition belongs to the jurisdiction (mainland China)."""
    regions = regions_of_partition(partition_id or "")
    return bool(regions) and regions <= set(facts.context.jurisdiction.regions)


def is_strange(account: str | None, facts: Facts) -> bool:
    """Whether an account is none of those that this program has a provider for."""
    return bool(account and facts.own_accounts and not facts.is_own_account(account))


@cache
def jurisdiction_of(region: str | None, own: str) -> str:
    """The id of the jurisdiction that a region belongs to, the judged one first; empty where none is known."""
    found = find_region(region) if region and region != GLOBAL else None
    return found[0].id if found else own if region == GLOBAL else ""


def _written(resource: Resource, path: str, value: str, kind: str, facts: Facts) -> Iterator[Place]:
    """What a name says that is written out. No edge is followed: one of the whole property may mean another part."""
    kind, _, otherwise = kind.partition(" else ")
    if kind == "mention":
        for said, name in written.mentioned(path, value):
            yield from _written(resource, "", name, said, facts)
        return
    if kind == "backend" and resource.get("connectionType") == "VPC_LINK" and not value.startswith("arn:"):
        yield in_region(f"{value}, by a private link", resource.region, facts, resource.account)
        return
    profile = written.model(value, facts) if kind == "model" else None
    if profile is not None:
        yield profile
    elif kind == "account":
        yield _of_account(resource, value, facts)
    elif otherwise and not value.startswith("arn:"):
        yield _named_or_not(resource, value, kind, otherwise, facts)
    elif value.startswith("arn:"):
        yield _arn(resource, value, kind, facts)
    elif kind == "region":
        yield in_region(value, value, facts)
    elif kind == "bucket" or value.startswith(_BUCKET_SCHEMES):
        yield _bucket(resource, value, facts)
    elif kind == "host" or "://" in value:
        yield host(value, facts)
    elif kind in ("arn", "backend", "model") or kind.startswith("aws:"):
        yield in_region(f"{value} in the resource's own region", resource.region, facts, resource.account)


def _named_or_not(resource: Resource, value: str, kind: str, otherwise: str, facts: Facts) -> Place:
    """A plain name of this program, or what the table says of one that is not."""
    others = named(value, kind, resource, facts)
    if others:
        return place_of(others, facts)
    if otherwise == "anywhere":
        return anywhere(value, facts.context.jurisdiction.partition.id, facts)
    return Place(f"{value}, {otherwise}", None)


def _of_account(resource: Resource, value: str, facts: Facts) -> Place:
    """A place in an account, in the resource's own region."""
    account = written.account(value)
    if account is None:
        return Place(value, None)
    here = in_region(value, resource.region, facts, account)
    return Place(value, here.inside, here.region, account, here.partition, strange=is_strange(account, facts))


def _head_elsewhere(value: Value, facts: Facts) -> Place | None:
    """The place of an ARN of which only the end comes from elsewhere, when its partition or region is outside."""
    if not isinstance(value, str) or not value.startswith("arn:"):
        return None
    known = value[: value.index("${urn:")].split(":")[:-1]
    partition = known[1] if len(known) > 1 else ""
    region = known[3] if len(known) > 3 else ""
    if partition and partition != facts.context.jurisdiction.partition.id:
        return Place(value, False, region or None, None, partition)
    if region and region not in facts.context.jurisdiction.regions:
        return in_region(value, region, facts)
    return None


def _meant(resource: Resource, path: str, value: Value, kind: str, facts: Facts) -> list[Resource]:
    """The resource that the value means; of an unknown value all that it may come from."""
    other = facts.target(resource, path, *BUCKETS) if kind == "bucket" else None
    other = other or facts.target(resource, path)
    if other is None and isinstance(value, Unknown):
        possible = [facts.graph.by_urn.get(reference.urn) for reference in value.references]
        found = [p for p in possible if p is not None and p.custom]
        return found if len(found) == len(possible) else []
    return [other] if other is not None and other.custom else []


def _arn(resource: Resource, arn: str, kind: str, facts: Facts) -> Place:
    region = (arn.split(":", 5) + [""] * 4)[3]
    account, partition = account_of_arn(arn), partition_of_arn(arn)
    own = facts.context.jurisdiction.partition.id
    if partition != own:
        return Place(arn, False, region or None, account, partition)
    if is_strange(account, facts):
        inside = region in facts.context.jurisdiction.regions if region else is_all_inside(partition, facts) or None
        return Place(arn, inside, region or None, account, partition, strange=True)
    if region:
        return in_region(arn, region, facts, account)
    if kind == "bucket":
        return _bucket(resource, arn.rpartition(":")[2], facts)
    return anywhere(arn, own, facts, account)


def _bucket(resource: Resource, value: str, facts: Facts) -> Place:
    name = value.partition("://")[2] if value.startswith(_BUCKET_SCHEMES) else value
    name = name.lstrip("/").partition("/")[0]
    other = facts.resolve(name, *BUCKETS)
    if other is not None:
        place = in_region(f"{other.name} in {other.region}", other.region, facts, other.account)
        return Place(place.found, place.inside, place.region, place.account, place.partition, resources=(other,))
    partition = partition_of_region(resource.region or "")
    own = facts.context.jurisdiction.partition.id if resource.region == GLOBAL else ""
    return anywhere(value, partition.id if partition else own, facts)


def host(value: str, facts: Facts) -> Place:
    """A host name or URL: the cloud's own names say their region, others nothing."""
    match = _CLOUD_HOST.search(value)
    if match:
        return in_region(value, match[1], facts)
    return Place(f"{value}, and where that stands cannot be told", None)

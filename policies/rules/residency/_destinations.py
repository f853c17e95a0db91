"""Whether the other side of a flow stands inside the jurisdiction, and in an account of this program."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jurisdictions import partition_of_region, regions_of_partition
from policies.facts import Facts
from policies.graph import Resource, Unknown, Value, references_in
from policies.iam_documents import account_of_arn, partition_of_arn
from policies.registry import failed, passed, undecided
from policies.resolve import GLOBAL
from policies.results import Outcome
from policies.rules._paths import each, is_hidden, is_whole
from policies.rules.residency._flows import Flows

_CLOUD_HOST = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d)(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?(?:[:/]|$)")

_BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")


def flows_of(resource: Resource, facts: Facts, table: Flows) -> Iterator[Outcome]:
    """One outcome for each place that a resource names in the table's inputs; none where it names none."""
    for pattern, kind in table[resource.type].items():
        for path, value in each(resource.inputs, pattern):
            if not is_whole(path, pattern):
                yield failed(resource, path, value, f"{pattern}: {wanted_place(facts)}")
            elif value is not None and value != "":
                yield from judged(resource, path, value, kind, facts)


def judged(resource: Resource, path: str, value: Value, kind: str, facts: Facts) -> Iterator[Outcome]:
    """Through the reference, else by what the name itself says. A name that says no region is inside only where its
    whole partition is."""
    wanted = wanted_place(facts)
    if isinstance(value, str) and not references_in(value):
        yield from _written(resource, path, value, kind, wanted, facts)
        return
    others = _meant(resource, path, value, kind, facts)
    if others:
        found = ", ".join(f"{other.name} in {other.region}" for other in others)
        outside = [o.region for o in others if o.region not in (GLOBAL, *facts.context.jurisdiction.regions)]
        yield _in_region(resource, path, found, outside[0] if outside else GLOBAL, wanted, facts)
    elif is_hidden(value) or isinstance(value, str):
        yield undecided(resource, path, value, wanted)
    else:
        yield failed(resource, path, value, wanted)


def _written(resource: Resource, path: str, value: str, kind: str, wanted: str, facts: Facts) -> Iterator[Outcome]:
    """What a name says that is written out. No edge is followed: one of the whole property may mean another part."""
    if value.startswith("arn:"):
        yield from _arn(resource, path, value, kind, wanted, facts)
    elif kind == "region":
        yield _in_region(resource, path, value, value, wanted, facts)
    elif kind == "bucket":
        yield from _bucket(resource, path, value, wanted, facts)
    elif kind == "arn":
        yield _in_region(resource, path, f"{value} in the resource's own region", resource.region, wanted, facts)
    elif kind == "host" or "://" in value:
        yield from _host(resource, path, value, wanted, facts)


def _meant(resource: Resource, path: str, value: Value, kind: str, facts: Facts) -> list[Resource]:
    """The resource that the value means; of an unknown value all that it may come from."""
    other = facts.target(resource, path, *_BUCKETS) if kind == "bucket" else None
    other = other or facts.target(resource, path)
    if other is None and isinstance(value, Unknown):
        possible = [facts.graph.by_urn.get(reference.urn) for reference in value.references]
        found = [p for p in possible if p is not None and p.custom]
        return found if len(found) == len(possible) else []
    return [other] if other is not None and other.custom else []


def wanted_place(facts: Facts) -> str:
    """What is allowed, for a message."""
    return f"a place in {', '.join(facts.context.jurisdiction.regions)}"


def _in_region(resource: Resource, path: str, found: str, region: str | None, wanted: str, facts: Facts) -> Outcome:
    if region is None:
        return undecided(resource, path, found, wanted)
    if region == GLOBAL or region in facts.context.jurisdiction.regions:
        return passed(resource, path, found)
    return failed(resource, path, found, wanted)


def _arn(resource: Resource, path: str, arn: str, kind: str, wanted: str, facts: Facts) -> Iterator[Outcome]:
    region = (arn.split(":", 5) + [""] * 4)[3]
    account = account_of_arn(arn)
    if partition_of_arn(arn) != facts.context.jurisdiction.partition.id:
        yield failed(resource, path, arn, wanted)
    elif account and facts.own_accounts and account not in facts.own_accounts:
        yield failed(
            resource, path, arn, f"{wanted}, in an account of this program: {', '.join(sorted(facts.own_accounts))}"
        )
    elif region:
        yield _in_region(resource, path, arn, region, wanted, facts)
    elif kind == "bucket":
        yield from _bucket(resource, path, arn.rpartition(":")[2], wanted, facts)
    else:
        yield _anywhere(resource, path, arn, facts.context.jurisdiction.partition.id, wanted, facts)


def _bucket(resource: Resource, path: str, value: str, wanted: str, facts: Facts) -> Iterator[Outcome]:
    name = value.removeprefix("s3://").removeprefix("s3a://").partition("/")[0]
    other = facts.resolve(name, *_BUCKETS)
    if other is not None:
        yield _in_region(resource, path, f"{other.name} in {other.region}", other.region, wanted, facts)
        return
    partition = partition_of_region(resource.region or "")
    yield _anywhere(resource, path, value, partition.id if partition else "", wanted, facts)


def _anywhere(resource: Resource, path: str, found: str, partition_id: str, wanted: str, facts: Facts) -> Outcome:
    regions = regions_of_partition(partition_id)
    if regions and regions <= set(facts.context.jurisdiction.regions):
        return passed(resource, path, f"{found}: all of {partition_id} is inside")
    return undecided(
        resource, path, f"{found}, which does not say its region", f"{wanted}, as a resource of this program"
    )


def _host(resource: Resource, path: str, value: str, wanted: str, facts: Facts) -> Iterator[Outcome]:
    match = _CLOUD_HOST.search(value)
    if match:
        yield _in_region(resource, path, value, match[1], wanted, facts)
    else:
        yield undecided(resource, path, f"{value}, and where that stands cannot be told", wanted)

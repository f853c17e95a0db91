"""Pulumi's own state: what a program writes into a store stands there too, encrypted only where it is marked secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from policies.facts import Facts
from policies.flows.builder import Builder
from policies.flows.families.by_table import ends
from policies.flows.model import Kind, Place
from policies.flows.names import named
from policies.flows.places import anywhere, in_region
from policies.graph import Resource

WRITTEN: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "aws:secretsmanager/secretVersion:SecretVersion": ("secretId", ("secretString", "secretBinary")),
    "aws:ssm/parameter:Parameter": ("self", ("value", "insecureValue")),
    "aws:s3/bucketObject:BucketObject": ("bucket", ("content", "contentBase64", "source")),
    "aws:s3/bucketObjectv2:BucketObjectv2": ("bucket", ("content", "contentBase64", "source")),
    "aws:dynamodb/tableItem:TableItem": ("tableName", ("item",)),
}
"""Type -> (the store that it writes into, the inputs that hold what it writes)."""

_PULUMI_CLOUD = re.compile(r"https://(api|app)\.pulumi\.com(/|$)")
_PULUMI_CLOUD_REGION = "us-west-2"
"""Where Pulumi's own service keeps state (K: own knowledge, no source at hand)."""
_BUCKET = re.compile(r"s3://([^/?]+)")
_REGION = re.compile(r"[?&]region=([a-z0-9-]+)")


def by_state(builder: Builder) -> None:
    """Adds store -> state for each store that the program itself writes into."""
    where = ""
    for type_token, (path, written) in WRITTEN.items():
        for resource in builder.facts.graph.by_type.get(type_token, ()):
            stated = next((key for key in written if resource.get(key) not in (None, "")), None)
            if stated is None:
                continue
            where = where or builder.place(state_place(builder.facts, resource))
            for source in ends(builder, resource, path, giving=True):
                builder.add(Kind.DATA, source.node, where, resource, stated, source.doubt)


def state_place(facts: Facts, near: Resource) -> Place:
    """Where the state is kept. A project that does not say it leaves that to whoever logs in: listed, for a report
    cannot know it."""
    url = facts.context.state_backend
    if not url:
        return Place(
            "Pulumi's state, in the backend that is logged in to (no project file says which)", None, only_listed=True
        )
    found = f"Pulumi's state in {url.partition('?')[0]}"
    if _PULUMI_CLOUD.match(url):
        return in_region(found, _PULUMI_CLOUD_REGION, facts)
    if url.startswith("file:"):
        return Place(f"{found}, on the machine that deploys", None, only_listed=True)
    bucket, region = _BUCKET.match(url), _REGION.search(url)
    if bucket and region:
        return in_region(found, region[1], facts)
    if bucket:
        own = named(bucket[1], "bucket", near, facts)
        return (
            in_region(found, own[0].region, facts)
            if own
            else anywhere(found, facts.context.jurisdiction.partition.id, facts)
        )
    return Place(f"{found}, and where that stands cannot be told", None)

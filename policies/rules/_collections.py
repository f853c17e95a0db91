"""What the policies of OpenSearch Serverless say of a collection: JSON text that names collections by pattern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value, as_list
from policies.resolve import decoded
from policies.rules._paths import is_hidden

COLLECTION: Final = "aws:opensearch/serverlessCollection:ServerlessCollection"
POLICY: Final = "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy"


def blocks(policy: Resource) -> Value:
    """The blocks of a policy: a list, what hides it, or None where it cannot be read."""
    text = policy.get("policy")
    if is_hidden(text):
        return text
    data = decoded(text)
    return as_list(data) if isinstance(data, (list, Mapping)) else None


def policies_for(collection: Resource, kind: str, facts: Facts) -> Iterator[tuple[Resource, Value]]:
    """(policy, block) for the policies of a kind (`encryption`, `network`) that take in a collection by its name. A policy
    that cannot be read gives what hides it."""
    name = collection.get("name") or f"{collection.name}-0000000"  # as the engine names it where nobody does
    for policy in facts.graph.of_type(POLICY):
        if policy.get("type") != kind or policy.region != collection.region:
            continue
        found = blocks(policy)
        if is_hidden(found):
            yield policy, found
            continue
        for block in found or ():
            if isinstance(block, Mapping) and any(_means(pattern, name) for pattern in _patterns(block)):
                yield policy, block


def _patterns(block: Mapping[str, Value]) -> Iterator[str]:
    for row in as_list(block.get("Rules")):
        if isinstance(row, Mapping):
            yield from (p for p in as_list(row.get("Resource")) if isinstance(p, str))


def _means(pattern: str, name: Value) -> bool:
    return isinstance(name, str) and fnmatchcase(name, pattern.removeprefix("collection/"))

"""What a graph holds, counted: per region, per type, per component. Plain data, from which every rendering draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from policies.graph import Graph, Resource

LOOSE = "without a component"
"""The name of the node under which resources without a component stand."""
_DEEPEST = 20
"""Levels of components that are told apart; what lies deeper counts for the level above."""


def inventory(graph: Graph) -> dict[str, Any]:
    """Numbers and tree of all resources that the cloud would hold: components, providers and what is only read from
    the cloud are not among them."""
    held = [resource for resource in graph.resources if is_held(resource)]
    return {
        "count": len(held),
        "by_region": _counted(region_of(resource) for resource in held),
        "by_type": _counted(resource.type for resource in held),
        "tree": _tree(graph, held),
    }


def is_held(resource: Resource) -> bool:
    """Whether the cloud would hold this resource."""
    return resource.custom and not resource.external and not resource.type.startswith("pulumi:")


def region_of(resource: Resource) -> str:
    """The resource's region; `global` where its type has none, `unknown` where it cannot be told."""
    return resource.region or "unknown"


def short_type(type_token: str) -> str:
    """The last word of a type: `Bucket` of aws:s3/bucket:Bucket."""
    return type_token.rpartition(":")[2]


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _tree(graph: Graph, held: list[Resource]) -> list[dict[str, Any]]:
    """Components from the outermost in, each with what it holds itself and with all below it."""
    below: dict[str, Counter[str]] = {}
    own: dict[str, Counter[str]] = {}
    loose: list[Resource] = []
    for resource in held:
        above = [a for a in islice(graph.ancestors(resource), _DEEPEST * 2) if not a.custom]
        for ancestor in above:
            below.setdefault(ancestor.urn, Counter())[region_of(resource)] += 1
        if above:
            own.setdefault(above[0].urn, Counter())[resource.type] += 1
        else:
            loose.append(resource)
    tops = [r for r in graph.resources if not r.custom and (r.parent is None or r.parent not in graph.by_urn)]
    nodes = [_node(graph, top, below, own, 0) for top in sorted(tops, key=lambda r: (r.type, r.name))]
    if loose:
        regions = Counter(region_of(resource) for resource in loose)
        nodes.append(_row("", LOOSE, regions, Counter(resource.type for resource in loose), []))
    return nodes


def _node(
    graph: Graph,
    component: Resource,
    below: Mapping[str, Counter[str]],
    own: Mapping[str, Counter[str]],
    depth: int,
) -> dict[str, Any]:
    inner = [child for child in graph.children.get(component.urn, ()) if not child.custom] if depth < _DEEPEST else []
    children = [_node(graph, child, below, own, depth + 1) for child in sorted(inner, key=lambda r: (r.type, r.name))]
    regions, types = below.get(component.urn, Counter()), own.get(component.urn, Counter())
    return _row(short_type(component.type), component.name, regions, types, children)


def _row(
    kind: str, name: str, regions: Counter[str], types: Counter[str], children: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "type": kind,
        "name": name,
        "count": sum(regions.values()),
        "by_region": dict(sorted(regions.items())),
        "own": dict(sorted(types.items())),
        "components": children,
    }

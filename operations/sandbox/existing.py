"""What a hospital has already, and a stack only names: the emulator begins empty, so the sandbox makes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from policies.graph import Graph, Resource, marker

RECORD: Final = "aws:route53/record:Record"
ZONE: Final = "aws:route53/zone:Zone"


def with_existing(graph: Graph) -> tuple[Graph, tuple[str, ...]]:
    """The graph with a DNS zone for each that its records name by id, and the URNs of what was added."""
    named: dict[str, list[Resource]] = {}
    for record in graph.of_type(RECORD):
        zone_id = record.get("zoneId")
        if isinstance(zone_id, str) and "${urn:" not in zone_id:
            named.setdefault(zone_id, []).append(record)
    if not named:
        return graph, ()
    zones = {zone_id: _zone(graph, zone_id, records) for zone_id, records in named.items()}
    stands = {zone_id: marker(zone.urn, "zoneId") for zone_id, zone in zones.items()}
    changed = [
        replace(r, inputs={**r.inputs, "zoneId": stands[r.inputs["zoneId"]]})
        if r.type == RECORD and r.inputs.get("zoneId") in stands
        else r
        for r in graph.resources
    ]
    whole = Graph.of([*changed, *zones.values()], project=graph.project, stack=graph.stack, door=graph.door)
    return whole, tuple(zone.urn for zone in zones.values())


def _zone(graph: Graph, zone_id: str, records: list[Resource]) -> Resource:
    first, name = records[0], f"existing-{zone_id}"
    names = [n for r in records if isinstance(n := r.get("name"), str) and "${urn:" not in n]
    return replace(
        first,
        urn=f"urn:pulumi:{graph.stack}::{graph.project}::{ZONE}::{name}",
        type=ZONE,
        name=name,
        inputs={"name": _common([n.rstrip(".").split(".") for n in names]), "forceDestroy": True},
        parent=None,
        depends_on=(),
        property_depends_on={},
        ignore_changes=(),
        protect=False,
    )


def _common(names: list[list[str]]) -> str:
    """The longest domain that all names lie in."""
    parts: list[str] = []
    for level in zip(*(reversed(name) for name in names), strict=False):
        if len(set(level)) != 1:
            break
        parts.insert(0, level[0])
    return ".".join(parts) or "sandbox.example"

"""The residency of a graph as plain data (`report.details["residency"]`) and its paths as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from policies.facts import Facts
from policies.flows.model import Flow, Place
from policies.flows.places import is_strange, jurisdiction_of
from policies.flows.reach import Reach, Sink, reaches
from policies.graph import Resource
from policies.results import shown

MOST_SINKS: Final = 200
"""Sinks of one store that the report lists: those that leave first."""


def residency(facts: Facts) -> list[dict[str, Any]]:
    """Per store of class 3 and up: everything it reaches, with the whole path; JSON-able, in canonical order."""
    hops: dict[int, dict[str, Any]] = {}
    places: dict[str, dict[str, Any]] = {}
    return [_store(found, facts, hops, places) for found in facts.derived(reaches)]


def _store(
    found: Reach, facts: Facts, hops: dict[int, dict[str, Any]], places: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    sinks = sorted(found.sinks, key=lambda sink: (sink.leaves is False, sink.leaves is None))
    return {
        "urn": found.store.urn,
        "name": found.store.name,
        "type": found.store.type,
        "region": found.store.region,
        "data_class": found.data_class,
        "sinks": [_sink(sink, facts, hops, places) for sink in sinks[:MOST_SINKS]],
        "more": max(0, len(sinks) - MOST_SINKS),
    }


def _sink(
    sink: Sink, facts: Facts, hops: dict[int, dict[str, Any]], places: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """One sink; what is the same for every store that reaches it, or for every path of one hop, is made once."""
    if sink.node not in places:
        places[sink.node] = _place(sink, facts)
    for flow in sink.path:
        if id(flow) not in hops:
            hops[id(flow)] = _hop(flow, facts)
    path = [hops[id(flow)] for flow in sink.path]
    return {"kind": sink.kind.value, **places[sink.node], "leaves": sink.leaves, "path": path}


def _place(sink: Sink, facts: Facts) -> dict[str, Any]:
    place, own = sink.place, facts.context.jurisdiction
    return {
        "where": where(sink, facts),
        "region": place.region,
        "jurisdiction": own.id if place.region in own.regions else jurisdiction_of(place.region, own.id),
        "account": account_of(place, facts),
        "partition": place.partition,
        "inside": place.inside,
        "authentication": place.authentication,
    }


def _hop(flow: Flow, facts: Facts) -> dict[str, Any]:
    carrier = facts.graph.by_urn.get(flow.carrier)
    return {
        "urn": flow.carrier,
        "property": flow.property,
        "kind": flow.kind.value,
        "place": _line(carrier),
        "to": node_name(flow.target, facts),
        "doubt": flow.doubt,
    }


def account_of(place: Place, facts: Facts) -> str:
    """`own`, `other` or `unknown`: an account for which this program has a provider is its own."""
    if place.strange or is_strange(place.account, facts):
        return "other"
    return "own" if place.resources or facts.is_own_account(place.account) else "unknown"


def where(sink: Sink, facts: Facts) -> str:
    """A sink in words."""
    resource = facts.graph.by_urn.get(sink.node)
    if resource is None:
        return shown(sink.place.found, 300)
    return (
        f"{resource.name} in {resource.region}" if resource.region else f"{resource.name}, whose region nobody states"
    )


def node_name(node: str, facts: Facts) -> str:
    """A node in words."""
    resource = facts.graph.by_urn.get(node)
    return resource.name if resource is not None else node.removeprefix("place:")


def path_text(store: Resource, path: Sequence[Flow], facts: Facts) -> str:
    """A path as one sentence: each hop with the resource that makes it, its input, and its line in the program."""
    text = f"{store.name} ({store.type}{_at(store)})"
    for flow in path:
        carrier = facts.graph.by_urn.get(flow.carrier)
        by = f"{carrier.type} {carrier.name}" if carrier is not None else flow.carrier
        stated = f", {flow.property}" if flow.property else ""
        perhaps = "perhaps " if flow.doubt else ""
        text += f" → {perhaps}{node_name(flow.target, facts)} [{flow.kind.value} by {by}{stated}{_at(carrier)}]"
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def _at(resource: Resource | None) -> str:
    line = _line(resource)
    return f", {line}" if line else ""


def _line(resource: Resource | None) -> str | None:
    if resource is None:
        return None
    place = resource.source or resource.component
    return str(place) if place else None

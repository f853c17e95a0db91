"""The graph of flows while it is made: edges between resources and places, and how the ends of an edge are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from policies.facts import Facts, store_types
from policies.flows import written
from policies.flows.model import Flow, Kind, Place
from policies.flows.names import named
from policies.flows.places import host, place_of, places, values_at
from policies.graph import Resource, Value, references_in
from policies.results import shown
from policies.rules._paths import is_hidden

_NO_NAMES = ("region", "host", "account")
"""Kinds of names that mean no resource of the program where they are written out."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a flow: a resource's URN or a place's id, the input that names it, whether it only may be meant."""

    node: str
    path: str = ""
    doubt: bool = False


@dataclass
class Builder:
    """Edges and places found so far."""

    facts: Facts
    out: dict[str, list[Flow]] = field(default_factory=dict)
    spots: dict[str, Place] = field(default_factory=dict)
    _seen: set[tuple[str, str, Kind]] = field(default_factory=set)

    def add(self, kind: Kind, source: str, target: str, carrier: Resource, path: str, doubt: bool = False) -> None:
        """An edge; one between the same ends counts once, the certain one first."""
        key = (source, target, kind)
        if source == target or kind is Kind.CONTROL or (key in self._seen and doubt):
            return
        self._seen.add(key)
        self.out.setdefault(source, []).append(Flow(source, target, kind, carrier.urn, path, doubt))

    def join(self, kind: Kind, sources: Iterable[End], targets: Iterable[End], carrier: Resource) -> None:
        """An edge from each source to each target; it stands at the input that names the target, else the source."""
        ends = list(targets)
        for source in sources:
            for target in ends:
                path = target.path or source.path
                self.add(kind, source.node, target.node, carrier, path, source.doubt or target.doubt)

    def place(self, place: Place) -> str:
        """The id of a place outside the graph."""
        where = f"place:{shown(place.found, 400)}"
        known = self.spots.setdefault(where, place)
        if known.inside is not place.inside:
            where = f"{where}#{place.inside}"
            self.spots.setdefault(where, place)
        return where

    # -- ends

    def targets(self, resource: Resource, path: str, kind: str) -> Iterator[End]:
        """What the inputs at a path name, as receivers: resources of the graph, else places."""
        for at, value in values_at(resource, path):
            yield from (End(node, at) for node in self.meant(resource, at, value, kind))

    def sources(self, resource: Resource, path: str, kind: str) -> Iterator[End]:
        """What the inputs at a path name, as givers: resources of the graph. One that is not known may be any of the
        program's stores."""
        for at, value in values_at(resource, path):
            yield from self.sources_of(resource, at, value, kind)

    def sources_of(self, resource: Resource, at: str, value: Value, kind: str) -> Iterator[End]:
        """What one value names, as a giver."""
        found = [n for n in self.meant(resource, at, value, kind) if n not in self.spots]
        yield from (End(node, at) for node in found)
        if not found and is_hidden(value):
            yield from (End(store.urn, at, doubt=True) for store in self.facts.stores)

    def meant(self, resource: Resource, path: str, value: Value, kind: str) -> list[str]:
        """The nodes that a value means."""
        if value in (None, ""):
            return []
        if kind == "subscriber":
            return self._subscriber(resource, path, value)
        if kind == "mention" and isinstance(value, str) and not references_in(value):
            return [n for said, name in written.mentioned(path, value) for n in self.meant(resource, "", name, said)]
        if isinstance(value, str) and not references_in(value) and kind not in _NO_NAMES and not written.fixed(kind):
            text = _host_name(value) if kind == "origin" else value
            others = named(text, "bucket" if kind == "origin" else kind.partition(" else ")[0], resource, self.facts)
            if others:
                return [other.urn for other in others]
        asked = "host" if kind == "origin" else kind
        if isinstance(value, str) and "." in path and not written.fixed(kind):
            found = self._inside_text(value)
            if found:
                return found
        return [node for place in places(resource, path, value, asked, self.facts) for node in self._nodes(place)]

    def _inside_text(self, value: str) -> list[str]:
        """What a reference inside a JSON text means: no edge of its own stands for it."""
        other = self.facts.resolve(value) if references_in(value) and not value.startswith("arn:") else None
        return [other.urn] if other is not None and other.custom else []

    def _nodes(self, place: Place) -> list[str]:
        if place.resources and (place.inside is not False or len(place.resources) == 1):
            return [r.urn for r in place.resources]
        return [self.place(place)]

    def _subscriber(self, resource: Resource, path: str, value: Value) -> list[str]:
        protocol = resource.get("protocol")
        if isinstance(protocol, str) and protocol in ("email", "email-json", "sms"):
            return [self.place(Place(f"{protocol} to {shown(value)}, read wherever its owner is", None))]
        if isinstance(protocol, str) and protocol in ("http", "https") and not is_hidden(value):
            address = host(value, self.facts) if isinstance(value, str) and not references_in(value) else None
            return [self.place(address)] if address else self.meant(resource, path, value, "host")
        return self.meant(resource, path, value, "arn")


def is_store(resource: Resource) -> bool:
    """Whether a resource keeps data."""
    return resource.type in store_types()


def resource_place(resource: Resource, facts: Facts) -> Place:
    """Where a resource of the graph stands."""
    return place_of([resource], facts)


def _host_name(value: str) -> str:
    """The bucket's name in `name.s3.region.amazonaws.com`."""
    return value.partition(".s3")[0] if ".s3" in value else value

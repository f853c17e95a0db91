"""The graph of a stack -> the graph of what the emulator can hold.

One adaptation for every engine. A resource that the emulator cannot hold is left out; what others take from it is made
up, and the order that went through it stays. A field that it refuses or forgets is left out, set to another value, or
not compared. Everything else is untouched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from operations.sandbox import made_up
from operations.sandbox.gaps import Gap, Gaps, How
from policies.graph import Graph, Resource, Unknown, Value, edges_of, marker, references_in


@dataclass(frozen=True, slots=True)
class Changed:
    """A resource that the emulator gets, and does not get as the stack has it."""

    urn: str
    gap: Gap


@dataclass(frozen=True, slots=True)
class Emulated:
    """What a run applies, and what it does not."""

    graph: Graph
    applied: tuple[str, ...]
    """URNs of the resources that the emulator holds."""
    echoed: Mapping[str, Gap]
    """URNs that are only made up, with the reason."""
    changed: tuple[Changed, ...]
    """Fields that are not sent as they are or not compared, and resources that another type stands in for."""


def emulated(graph: Graph, gaps: Gaps) -> Emulated:
    """See the module."""
    rows = {r.urn: _rows(r, graph, gaps) for r in graph.resources if is_real(r)}
    echoed = {urn: gap for urn, found in rows.items() for gap in found if gap.how is How.LEFT_OUT}
    adapter = _Adapter(graph, gaps, rows, echoed)
    kept = [adapter.resource(r) for r in graph.resources if r.urn not in echoed]
    return Emulated(
        graph=Graph.of(kept, project=graph.project, stack=graph.stack, door=graph.door),
        applied=tuple(r.urn for r in kept if is_real(r)),
        echoed=echoed,
        changed=tuple(adapter.changed),
    )


def is_real(resource: Resource) -> bool:
    """Whether something in the cloud stands for it: no component, no provider."""
    return resource.custom and not resource.type.startswith("pulumi:")


def _rows(resource: Resource, graph: Graph, gaps: Gaps) -> tuple[Gap, ...]:
    """The rows that are about a resource."""
    found = gaps.of_type(resource.type)
    if not any(row.taking_from for row in found):
        return found
    targets = (graph.by_urn.get(e.target) for e in edges_of(resource))
    sources = {target.type for target in targets if target}
    return tuple(row for row in found if not row.taking_from or row.taking_from in sources)


class _Adapter:
    """One adaptation on its way."""

    def __init__(
        self, graph: Graph, gaps: Gaps, rows: Mapping[str, tuple[Gap, ...]], echoed: Mapping[str, Gap]
    ) -> None:
        self._graph, self._gaps, self._rows, self._echoed = graph, gaps, rows, echoed
        self._behind: dict[str, tuple[str, ...]] = {}
        self.changed: list[Changed] = []

    def resource(self, resource: Resource) -> Resource:
        """The resource as the emulator gets it."""
        rows = self._rows.get(resource.urn, ())
        inputs = {key: self._value(value, key) for key, value in self._fields(resource, rows).items()}
        # What a left-out resource waited for, the ones that waited for it wait for still.
        through = [e.target for e in edges_of(resource) if e.target in self._echoed]
        return replace(
            resource,
            type=self._type(resource, rows),
            inputs=inputs,
            ignore_changes=self._ignored(resource, rows),
            retain_on_delete=resource.retain_on_delete or any(row.how is How.ABANDONED for row in rows),
            parent=self._parent(resource),
            depends_on=self._order([*resource.depends_on, *through], own=resource.urn),
            property_depends_on={
                key: tuple(u for u in urns if u not in self._echoed)
                for key, urns in resource.property_depends_on.items()
                if key in inputs
            },
        )

    # -- what the rows say

    def _type(self, resource: Resource, rows: Iterable[Gap]) -> str:
        for row in rows:
            if row.how is How.STAND_IN:
                self.changed.append(Changed(resource.urn, row))
                return row.as_type
        return resource.type

    def _fields(self, resource: Resource, rows: Iterable[Gap]) -> dict[str, Value]:
        inputs: Any = dict(resource.inputs)
        for row in rows:
            if row.how in (How.DROP, How.SET):
                changed = _with(inputs, row.path.split("."), row)
                if changed is not inputs:
                    inputs = changed
                    self.changed.append(Changed(resource.urn, row))
        return dict(inputs)

    def _ignored(self, resource: Resource, rows: Iterable[Gap]) -> tuple[str, ...]:
        found = [row for row in rows if row.how is How.IGNORE]
        self.changed += [Changed(resource.urn, row) for row in found if resource.get(row.path) is not None]
        return tuple(dict.fromkeys((*resource.ignore_changes, *(row.path for row in found))))

    # -- what is taken from left-out resources

    def _value(self, value: Value, name: str) -> Value:
        if isinstance(value, Unknown):
            return self._unknown(value, name)
        if isinstance(value, str):
            return self._text(value, name)
        if isinstance(value, Mapping):
            return {key: self._value(item, str(key)) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._value(item, name) for item in value]
        return value

    def _unknown(self, value: Unknown, name: str) -> Value:
        left = tuple(r for r in value.references if r.urn not in self._echoed)
        if left or not value.references:
            return Unknown(left)
        first = value.references[0]
        return self._made_up(first.urn, first.property, name)

    def _text(self, value: str, name: str) -> str:
        for reference in references_in(value):
            if reference.urn in self._echoed:
                stands = self._made_up(reference.urn, reference.property, name)
                value = value.replace(marker(reference.urn, reference.property), stands)
        return self._gaps.zones.get(value, value)

    def _made_up(self, urn: str, property_name: str, name: str) -> str:
        resource = self._graph.by_urn[urn]
        return made_up.output_of(resource, property_name, self._echoed[urn], taken_as=name)

    # -- order

    def _parent(self, resource: Resource) -> str | None:
        """Its nearest ancestor that is kept."""
        parent, seen = resource.parent, set[str]()
        while parent is not None and parent in self._echoed:
            parent = None if parent in seen else self._next_above(parent, seen)
        return parent

    def _next_above(self, urn: str, seen: set[str]) -> str | None:
        seen.add(urn)
        return self._graph.by_urn[urn].parent

    def _order(self, urns: list[str], own: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for urn in urns:
            for other in self._kept_behind(urn) if urn in self._echoed else (urn,):
                if other != own:
                    found.setdefault(other)
        return tuple(found)

    def _kept_behind(self, urn: str) -> tuple[str, ...]:
        """The kept resources that a left-out one waited for, through other left-out ones too."""
        if urn not in self._behind:
            found: dict[str, None] = {}
            seen, waiting = {urn}, [urn]
            while waiting:
                resource = self._graph.by_urn[waiting.pop()]
                for other in (*resource.depends_on, *(e.target for e in edges_of(resource))):
                    if other not in self._echoed:
                        found.setdefault(other)
                    elif other not in seen:
                        seen.add(other)
                        waiting.append(other)
            self._behind[urn] = tuple(found)
        return self._behind[urn]


def _with(value: Any, parts: list[str], row: Gap) -> Any:
    """`value` with the field at a path left out or set; the same object where there is nothing at that path."""
    if isinstance(value, list):
        items = [_with(item, parts, row) for item in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    if not isinstance(value, Mapping) or parts[0] not in value:
        return value
    head, *rest = parts
    if rest:
        inner = _with(value[head], rest, row)
        return value if inner is value[head] else {**value, head: inner}
    if row.how is How.DROP:
        return {key: item for key, item in value.items() if key != head}
    return value if value[head] == row.value else {**value, head: row.value}

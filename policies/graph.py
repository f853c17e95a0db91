"""The resource graph: the one immutable type that every door produces and every rule reads.

A node is a resource as the engine would see it: type, logical name, inputs and outputs apart (property names as Pulumi
writes them, camelCase), region, account, provider, parent, options, where it stands in the code. An edge says that a
property of one resource takes its value from another. Values that are not known yet or secret are marked as such:
`Unknown`, `SECRET`.

A string whose value depends on another resource's computed output keeps its known text and names the output in a
marker, `${<urn>#<property>}`: a policy document is whole, and the reference inside it is an edge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote, unquote


@dataclass(frozen=True, slots=True)
class Reference:
    """An output of a resource. `property` is empty where only the resource is known."""

    urn: str
    property: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known before deploy, and what it will come from where that can be told."""

    references: tuple[Reference, ...] = ()


class _Secret:
    """A value that is there and must not be seen. The graph never holds it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "SECRET"

    def __reduce__(self) -> str:
        """The same one, in another process too: rules ask for it by identity."""
        return "SECRET"


SECRET: Final = _Secret()

Value = Any  # None, bool, int, float, str, list, dict of these, Unknown, SECRET


@dataclass(frozen=True, slots=True)
class Place:
    """A line in a file, the file relative to the project's root where it lies below it."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Edge:
    """`source`'s input at `path` takes its value from `target`'s output `property` (empty where not known)."""

    source: str
    path: str
    target: str
    property: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource. `region` and `account` are None where they cannot be told before deploy, `region` is `global`
    for types that have none."""

    urn: str
    type: str
    name: str
    custom: bool
    inputs: Mapping[str, Value]
    outputs: Mapping[str, Value] = field(default_factory=dict)
    region: str | None = None
    account: str | None = None
    provider: str | None = None
    """URN of the explicit provider; None where the engine's default provider would be used."""
    parent: str | None = None
    depends_on: tuple[str, ...] = ()
    property_depends_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    protect: bool | None = False
    """None where the door cannot see it: a Terraform plan does not tell `prevent_destroy`."""
    retain_on_delete: bool = False
    ignore_changes: tuple[str, ...] = ()
    secrets_in_clear: tuple[str, ...] = ()
    """Paths of secret inputs whose text stands in the program or its settings; of text that is a JSON object, paths in
    it. Seen only where a program is run: elsewhere a secret tells nothing."""
    aliases: tuple[str, ...] = ()
    external: bool = False
    """Read from the cloud, not managed by this program."""
    remote: bool = False
    """A component that a plugin makes: its parts are seen only where an engine ran (no engine, no parts)."""
    source: Place | None = None
    """The first frame outside the components and installed packages."""
    component: Place | None = None
    """The line in the component that made it."""

    def get(self, path: str) -> Value:
        """The input at a dotted path (`rule.expiration.days`, `rules[0].id`); None where absent, the `Unknown` that
        hides it where a part of the path is unknown."""
        return lookup(self.inputs, path)

    def output(self, path: str) -> Value:
        """The same of the outputs."""
        return lookup(self.outputs, path)

    @property
    def tags(self) -> Mapping[str, Value]:
        """The resource's tags, also where the type writes them as a list or calls them `tagsAll`."""
        value = self.inputs.get("tags")
        if isinstance(value, Mapping):
            return value
        if isinstance(value, list):
            return {t["key"]: t.get("value") for t in value if isinstance(t, Mapping) and isinstance(t.get("key"), str)}
        return {}


class Fate(str, Enum):
    """What a change does to a resource that it takes away."""

    DELETED = "deleted"
    REPLACED = "replaced"
    FORGOTTEN = "forgotten"
    """It stays in the cloud, and no program manages it any more."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A resource that a change takes away, as it was before the change."""

    resource: Resource
    fate: Fate


_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def lookup(value: Value, path: str) -> Value:
    """See `Resource.get`."""
    for match in _PART.finditer(path):
        if isinstance(value, Unknown) or value is SECRET:
            return value
        key, index = match.groups()
        if key is not None:
            if not isinstance(value, Mapping):
                return None
            value = value.get(key)
        else:
            if not isinstance(value, Sequence) or isinstance(value, str) or int(index) >= len(value):
                return None
            value = value[int(index)]
    return value


def as_list(value: Value) -> list[Value]:
    """A list of the value: itself where it is one, empty where absent, else one element. Terraform and Pulumi write
    single blocks now as an object, now as a list of one."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def is_known(value: Value) -> bool:
    """Whether a value itself is known: not unknown, not secret, and no reference inside its text."""
    return not isinstance(value, Unknown) and value is not SECRET and not (isinstance(value, str) and "${urn:" in value)


# --- markers ---------------------------------------------------------------------------------------------------------

_MARKER = re.compile(r"\$\{urn:(pulumi%3A[^#}\s]+)#([^}\s]*)\}")
_CUT = re.compile(r"pulumi%3a|%3a[^\s]*#\w*\}", re.IGNORECASE)


def marker(urn: str, property_name: str) -> str:
    """The text that stands for a computed output inside a string; safe inside JSON and URLs. Nothing in it can be
    mistaken for a part of an ARN or a path: a program that takes one apart (`arn.split(":")[4]`) stumbles, and is run
    once more with the value unknown, instead of going on with a piece of a URN."""
    return f"${{urn:{quote(urn.removeprefix('urn:'), safe='')}#{property_name}}}"


def references_in(text: str) -> tuple[Reference, ...]:
    """The outputs that a string names, in order."""
    if "${urn:" not in text:
        return ()
    return tuple(Reference(f"urn:{unquote(m.group(1))}", m.group(2)) for m in _MARKER.finditer(text))


def reference_of(value: Value) -> Reference | None:
    """The one output that a value is, whole; None where it is anything else."""
    if isinstance(value, Unknown):
        return value.references[0] if len(value.references) == 1 else None
    if isinstance(value, str) and value.startswith("${urn:"):
        match = _MARKER.fullmatch(value)
        if match:
            return Reference(f"urn:{unquote(match.group(1))}", match.group(2))
    return None


def damaged(text: str) -> bool:
    """Whether a program cut or changed a marker (slicing, upper-casing): then the text is not to be trusted and the
    value is unknown."""
    return _CUT.search(_MARKER.sub("", text)) is not None


def walk(value: Value, path: str = "") -> Iterator[tuple[str, Value]]:
    """Every leaf of a value with its path, in order."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from walk(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from walk(item, f"{path}[{index}]")
    else:
        yield path, value


# --- the graph -------------------------------------------------------------------------------------------------------


_EXACT_DOORS: Final = frozenset({"terraform plan"})


@dataclass(frozen=True)
class Graph:
    """All resources of one stack, in canonical order (by URN), and the edges between them."""

    resources: tuple[Resource, ...]
    project: str = ""
    stack: str = ""
    door: str = ""
    losses: tuple[Loss, ...] = ()
    """What the change that this graph is the end of takes away; only a door that sees a change knows any."""
    hidden: int = 0
    """How many resources are there that the door was not shown: then nothing can be said of the stack as a whole."""

    @staticmethod
    def of(resources: Sequence[Resource], *, losses: Sequence[Loss] = (), hidden: int = 0, **names: str) -> Graph:
        """A graph of resources in any order. Two resources of one URN are a program's mistake that the engine
        refuses; the first stays."""
        by_urn: dict[str, Resource] = {}
        for resource in resources:
            by_urn.setdefault(resource.urn, resource)
        ordered = tuple(sorted(losses, key=lambda loss: (loss.resource.urn, loss.fate.value)))
        return Graph(tuple(by_urn[urn] for urn in sorted(by_urn)), losses=ordered, hidden=hidden, **names)

    @cached_property
    def by_urn(self) -> Mapping[str, Resource]:
        return {r.urn: r for r in self.resources}

    @cached_property
    def by_type(self) -> Mapping[str, tuple[Resource, ...]]:
        groups: dict[str, list[Resource]] = {}
        for resource in self.resources:
            groups.setdefault(resource.type, []).append(resource)
        return {key: tuple(value) for key, value in groups.items()}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        return tuple(edge for resource in self.resources for edge in edges_of(resource))

    @cached_property
    def edges_from(self) -> Mapping[str, tuple[Edge, ...]]:
        return _grouped(self.edges, "source")

    @cached_property
    def edges_to(self) -> Mapping[str, tuple[Edge, ...]]:
        return _grouped(self.edges, "target")

    @cached_property
    def children(self) -> Mapping[str, tuple[Resource, ...]]:
        groups: dict[str, list[Resource]] = {}
        for resource in self.resources:
            if resource.parent:
                groups.setdefault(resource.parent, []).append(resource)
        return {key: tuple(value) for key, value in groups.items()}

    @cached_property
    def fates(self) -> Mapping[str, Fate]:
        """URN -> what the change does to the resource that had it before. Of two, deletion and replacement count."""
        found = sorted(self.losses, key=lambda loss: loss.fate is not Fate.FORGOTTEN)
        return {loss.resource.urn: loss.fate for loss in found}

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of these types, in canonical order within each type."""
        for type_token in types:
            yield from self.by_type.get(type_token, ())

    def target(self, resource: Resource, path: str, *types: str) -> Resource | None:
        """The one resource (of these types, any when none is named) that the input at `path` comes from: by an edge at
        that path or below it, else by one of the whole property, which is all that the engine tells. A door that tells
        of each unknown value what it comes from means by silence that it comes from what nobody sees."""
        edges = self.edges_from.get(resource.urn, ())
        value = resource.get(path)
        if isinstance(value, Unknown) and not value.references and self.door in _EXACT_DOORS:
            return None
        top = path.partition(".")[0].partition("[")[0]
        for candidates in (
            {e.target for e in edges if e.path == path or e.path.startswith((f"{path}.", f"{path}["))},
            {e.target for e in edges if e.path == top and not e.property},
        ):
            found = [self.by_urn[u] for u in sorted(candidates) if u in self.by_urn]
            found = [r for r in found if not types or r.type in types]
            if len(found) == 1:
                return found[0]
        return None

    def referring(self, resource: Resource, *types: str, path: str = "") -> tuple[Resource, ...]:
        """The resources of these types (all, when none is named) whose input at `path` (any) refers to `resource`."""
        found: dict[str, Resource] = {}
        for edge in self.edges_to.get(resource.urn, ()):
            other = self.by_urn.get(edge.source)
            if other and (not types or other.type in types) and edge.path.startswith(path):
                found.setdefault(other.urn, other)
        return tuple(found.values())

    def ancestors(self, resource: Resource) -> Iterator[Resource]:
        """Parent, grandparent, ... ; stops at a cycle."""
        seen = {resource.urn}
        parent = resource.parent
        while parent and parent not in seen:
            seen.add(parent)
            node = self.by_urn.get(parent)
            if node is None:
                return
            yield node
            parent = node.parent

    def to_json(self) -> dict[str, Any]:
        """The versioned JSON form, in canonical order; secrets are not in it."""
        from policies.graph_json import graph_to_json  # it reads this module's types

        return graph_to_json(self)

    def dumps(self) -> str:
        """`to_json` as text."""
        return json.dumps(self.to_json(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(data: Any) -> Graph:
        """The inverse of `to_json`. Raises ValueError for a form it does not know."""
        from policies.graph_json import graph_from_json

        return graph_from_json(data)


def edges_of(resource: Resource) -> Iterator[Edge]:
    """The edges that leave a resource: by the exact path where values carry references, else by the property."""
    exact: set[tuple[str, str]] = set()
    for path, value in walk(resource.inputs):
        references: tuple[Reference, ...] = ()
        if isinstance(value, Unknown):
            references = value.references
        elif isinstance(value, str):
            references = references_in(value)
        top = path.partition(".")[0].partition("[")[0]
        for reference in references:
            exact.add((top, reference.urn))
            yield Edge(resource.urn, path, reference.urn, reference.property)
    for top, urns in resource.property_depends_on.items():
        for urn in urns:
            if (top, urn) not in exact:
                yield Edge(resource.urn, top, urn, "")


def _grouped(edges: Sequence[Edge], key: str) -> Mapping[str, tuple[Edge, ...]]:
    groups: dict[str, list[Edge]] = {}
    for edge in edges:
        groups.setdefault(getattr(edge, key), []).append(edge)
    return {name: tuple(value) for name, value in groups.items()}

"""Every mutant of a graph, in canonical order, and the graph that each of them is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from policies.context import Context
from policies.graph import Graph, Resource, Unknown, marker, references_in, walk
from policies.resolve import with_regions_and_accounts
from tests.mutants import operators
from tests.mutants.operators import At, Setting
from tests.mutants.values import Steps, blocks, changed, label, parsed, places, schema

_PROVIDER = "pulumi:providers:aws"


@dataclass(frozen=True, eq=False)
class Mutant:
    """One resource, changed at one place."""

    stack: str
    resource: Resource
    path: str
    operator: str
    steps: Steps
    shown: str
    make: Callable[[], Resource | None]

    @cached_property
    def new(self) -> Resource | None:
        """The changed resource; None where it is taken out whole."""
        return self.make()

    @property
    def kind(self) -> tuple[str, str, str]:
        """What the reviewed rows speak of: type, path, operator."""
        return self.resource.type, self.path, self.operator

    def __repr__(self) -> str:
        """Short: a test that fails prints what it was given, and with the graph in each of them that took 20 GB."""
        return f"<{self}>"

    def __str__(self) -> str:
        return f"{self.stack}: {self.resource.type} {self.resource.name}, {self.path}: {self.operator} {self.shown}"


def mutants(graph: Graph, context: Context, chosen: Callable[[Resource], bool] = bool) -> Iterator[Mutant]:
    """All mutants of a stack's own cloud resources and providers, of those chosen. Components hold nothing that the
    cloud sees."""
    setting = Setting(tuple(context.jurisdiction.regions), context.jurisdiction.partition.id)
    for resource in graph.resources:
        if resource.custom and not resource.external and chosen(resource):
            yield from of_resource(graph, resource, setting)


def of_resource(graph: Graph, resource: Resource, setting: Setting) -> Iterator[Mutant]:
    """All mutants of one resource."""
    one = partial(Mutant, graph.stack, resource)
    block = schema(resource.type)
    for steps, value, field in places(resource.inputs, block):
        parent = _at(resource.inputs, steps[:-1])
        path = ""
        for operator, new in operators.changes(At(resource, steps, value, field, parent, setting)):
            path = path or label(resource.inputs, steps)
            yield one(path, operator, steps, operators.shown(new), partial(_with, graph, resource, steps, new))
    for steps, present, inner in blocks(resource.inputs, block):
        head = f"{label(resource.inputs, steps)}." if steps else ""
        for key, operator, new in operators.added(inner.by_pulumi, present):
            whole = (*steps, key)
            yield one(head + key, operator, whole, operators.shown(new), partial(_with, graph, resource, whole, new))
    if resource.protect:
        yield one("(protect)", "unprotect", (), "false", partial(replace, resource, protect=False))
    if not resource.retain_on_delete:
        yield one("(retainOnDelete)", "flip", (), "true", partial(replace, resource, retain_on_delete=True))
    if resource.provider:
        bare = replace(resource, provider=None)
        yield one("(provider)", "cut-edge", (), "the default provider", partial(_resolved, graph, bare))
    yield one("(resource)", "remove", (), "(taken out)", _nothing)


def _nothing() -> None:
    return None


def mutated(graph: Graph, *mutants: Mutant) -> Graph:
    """The graph (a whole one or a part) with these mutants, each of another resource."""
    rows = {r.urn: r for r in graph.resources}
    for mutant in mutants:
        if mutant.new is not None:
            rows[mutant.resource.urn] = mutant.new
    for mutant in mutants:
        if mutant.new is None:
            urn = mutant.resource.urn
            rows = {u: _without(r, urn, graph) for u, r in rows.items() if u != urn}
    for mutant in mutants:
        if mutant.new is not None and mutant.resource.type.startswith(_PROVIDER):
            own = [mutant.new, *(r for r in rows.values() if r.provider == mutant.resource.urn)]
            rows |= {r.urn: r for r in with_regions_and_accounts(own)}
    return Graph.of(list(rows.values()), project=graph.project, stack=graph.stack, door=graph.door)


def _with(graph: Graph, resource: Resource, steps: Steps, new: Any) -> Resource:
    inputs = changed(resource.inputs, steps, new)
    top = steps[0]
    depends = dict(resource.property_depends_on)
    if top in depends:
        before, after = _named(resource.inputs.get(top)), _named(inputs.get(top))
        left = [u for u in depends[top] if u in after or (u not in before and top in inputs and len(steps) > 1)]
        depends[top] = tuple(left)
        if not left:
            del depends[top]
    found = replace(resource, inputs=inputs, property_depends_on=depends)
    return _resolved(graph, found) if top == "region" else found


def _named(value: Any) -> set[str]:
    found = set()
    for _, leaf in walk(value):
        if isinstance(leaf, Unknown):
            found |= {r.urn for r in leaf.references}
        elif isinstance(leaf, str):
            found |= {r.urn for r in references_in(leaf)}
    return found


def _resolved(graph: Graph, resource: Resource) -> Resource:
    provider = graph.by_urn.get(resource.provider or "")
    return with_regions_and_accounts([resource, *([provider] if provider else [])])[0]


def _without(resource: Resource, urn: str, graph: Graph) -> Resource:
    """A resource whose references to one that is gone have become values of their own."""
    if not _refers(resource, urn):
        return resource
    setting = Setting((), "aws-cn" if '"arn:aws-cn:' in json.dumps(dict(resource.inputs), default=str) else "aws")
    at = At(resource, (), None, None, None, setting)

    def cut(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: cut(item) for key, item in value.items()}
        if isinstance(value, list):
            return [cut(item) for item in value]
        if isinstance(value, Unknown) and any(r.urn == urn for r in value.references):
            return Unknown(tuple(r for r in value.references if r.urn != urn))
        if isinstance(value, str):
            for reference in references_in(value):
                if reference.urn == urn:
                    value = value.replace(marker(urn, reference.property), operators.literal(reference, at))
        return value

    depends = {k: tuple(u for u in urns if u != urn) for k, urns in resource.property_depends_on.items()}
    found = replace(
        resource,
        inputs=cut(resource.inputs),
        property_depends_on={k: urns for k, urns in depends.items() if urns},
        depends_on=tuple(u for u in resource.depends_on if u != urn),
        provider=None if resource.provider == urn else resource.provider,
    )
    return _resolved(graph, found) if resource.provider == urn else found


def _refers(resource: Resource, urn: str) -> bool:
    if resource.provider == urn or urn in resource.depends_on:
        return True
    return any(urn in urns for urns in resource.property_depends_on.values()) or urn in _named(resource.inputs)


def _at(inputs: Any, steps: Steps) -> Any:
    value = inputs
    for step in steps:
        value = parsed(value) if step == ">" else value[step]
    return parsed(value) if isinstance(value, str) else value

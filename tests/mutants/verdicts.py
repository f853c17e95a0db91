"""What the rules say of a mutant, found in its neighbourhood first and in the whole graph only where that says nothing.

A rule that fails in a part of the graph may only miss what the part leaves out; so a mutant counts as found there when a
rule objects that does not object to the same part unchanged. `make bench` judges a sample of those again in the whole
graph and prints how often that disagrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from policies.context import Context
from policies.facts import Facts
from policies.graph import Graph, Resource, walk
from policies.registry import Rule, Scope, all_rules
from policies.results import Severity, Verdict
from tests.mutants.generate import Mutant, mutated

HUB = 30
"""Neighbours beyond which a resource is a hub: what hangs on it besides says nothing of the one that was changed."""
BATCH = 16
"""Mutants that are judged in one graph."""
_TOKEN = re.compile(r"[\w.-]{3,}")

Objection = tuple[str, str]
"""(rule, resource)."""


@cache
def _rules_of(type_token: str) -> tuple[Rule, ...]:
    return tuple(r for r in all_rules() if r.scope is not Scope.CHANGE and r.concerns(type_token))


@cache
def _stopping() -> frozenset[str]:
    return frozenset(r.id for r in all_rules() if r.severity >= Severity.MEDIUM)


class RuleThrew(AssertionError):
    """A rule raised on a mutant: a fault of the rule."""


def objections(graph: Graph, context: Context) -> frozenset[Objection]:
    """Every rule that says something, with the resource it objects to: it stops the gate, or gives advice (LOW)."""
    facts = Facts(graph, context)
    found: set[Objection] = set()
    for resource in facts.graph.resources:
        if resource.external:
            continue
        for rule in _rules_of(resource.type):
            try:
                outcomes = list(rule.check(resource, facts))
            except Exception as error:
                raise RuleThrew(f"{rule.id} on {resource.urn}: {type(error).__name__}: {error}") from error
            found |= {(rule.id, o.urn) for o in outcomes if o.verdict in (Verdict.FAIL, Verdict.UNKNOWN)}
    return frozenset(found)


def stops(found: Iterable[Objection]) -> bool:
    """Whether the gate stops; otherwise what is found stands in the report as advice."""
    return any(rule in _stopping() for rule, _ in found)


class Judge:
    """Judges the mutants of one stack."""

    def __init__(self, graph: Graph, context: Context) -> None:
        self.graph = graph
        self.context = context
        self.links = _links(graph)
        self._part: tuple[str, Graph, frozenset[Objection]] | None = None

    def in_part(self, mutant: Mutant) -> frozenset[Objection]:
        """What the rules object to in the mutant's neighbourhood and not in the same unchanged."""
        part, before = self._of(mutant.resource)
        return objections(mutated(part, mutant), self.context) - before

    def in_whole(self, *mutants: Mutant) -> frozenset[Objection]:
        """What they object to in the whole graph that has all these mutants at once."""
        return objections(mutated(self.graph, *mutants), self.context)

    def found(self, mutant: Mutant) -> frozenset[Objection]:
        """What the report says of it; empty: the mutant survives."""
        return self.in_part(mutant) or self.in_whole(mutant)

    def in_whole_each(self, mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, frozenset[Objection]]]:
        """Each mutant with what the whole graph shows of it. Most survive what their neighbourhood did not show, so many,
        each of another resource, are put into one graph, and only where that fails into halves."""
        waiting = list(mutants)
        while waiting:
            batch: dict[str, Mutant] = {}
            rest = []
            for mutant in waiting:
                if len(batch) < BATCH and mutant.resource.urn not in batch:
                    batch[mutant.resource.urn] = mutant
                else:
                    rest.append(mutant)
            yield from self._halved(list(batch.values()))
            waiting = rest

    def _halved(self, batch: list[Mutant]) -> Iterator[tuple[Mutant, frozenset[Objection]]]:
        found = self.in_whole(*batch)
        if not found or len(batch) == 1:
            yield from ((mutant, found) for mutant in batch)
        else:
            middle = len(batch) // 2
            yield from self._halved(batch[:middle])
            yield from self._halved(batch[middle:])

    def _of(self, resource: Resource) -> tuple[Graph, frozenset[Objection]]:
        if self._part is None or self._part[0] != resource.urn:
            part = neighbourhood(self.graph, self.links, resource)
            self._part = (resource.urn, part, objections(part, self.context))
        return self._part[1], self._part[2]


def neighbourhood(graph: Graph, links: Mapping[str, frozenset[str]], resource: Resource) -> Graph:
    """Two steps by edges and names in both directions, with all parents and providers. Hubs are not gone through."""
    chosen = {resource.urn, *links.get(resource.urn, ())}
    for urn in sorted(chosen):
        near = links.get(urn, frozenset())
        if urn == resource.urn or len(near) <= HUB:
            chosen |= near
    for urn in sorted(chosen):
        chosen |= {parent.urn for parent in graph.ancestors(graph.by_urn[urn])}
    chosen |= {r.provider for urn in chosen if (r := graph.by_urn[urn]).provider in graph.by_urn and r.provider}
    return Graph.of(
        [graph.by_urn[urn] for urn in sorted(chosen)], project=graph.project, stack=graph.stack, door=graph.door
    )


def _links(graph: Graph) -> Mapping[str, frozenset[str]]:
    """Who is near whom: by an edge, or because one's physical name stands in the other's inputs."""
    near: dict[str, set[str]] = {}

    def link(one: str, other: str) -> None:
        if one != other and one in graph.by_urn and other in graph.by_urn:
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)

    for edge in graph.edges:
        link(edge.source, edge.target)
    named = _named(graph.resources)
    for resource in graph.resources:
        if resource.custom:
            texts = {v for _, v in walk(resource.inputs) if isinstance(v, str)}
            tokens = {token for text in texts for token in _TOKEN.findall(text)}
            for token in tokens & named.keys():
                for other in named[token]:
                    link(resource.urn, other)
    return {urn: frozenset(others) for urn, others in near.items()}


def _named(resources: Iterable[Resource]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for resource in resources:
        if resource.custom:
            for name in Facts.names(resource):
                found.setdefault(name, []).append(resource.urn)
    return {name: urns for name, urns in found.items() if len(urns) <= HUB and not name.isdigit()}

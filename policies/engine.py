"""Judging: every rule over every resource it concerns; findings with their places; what no rule covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import resources as files

import yaml

from policies.context import Context
from policies.facts import Facts
from policies.graph import Graph, Resource
from policies.registry import Rule, Scope, all_rules
from policies.results import Finding, Outcome, Report, Severity, StackPlace, Verdict

StackPlaces = Callable[[Resource, Sequence[Resource], str], StackPlace | None]
"""(resource, its ancestors, property) -> the place in the stack file that decides it."""


def judge(
    graph: Graph,
    context: Context,
    *,
    rules: Iterable[Rule] | None = None,
    scopes: tuple[Scope, ...] = (Scope.RESOURCE, Scope.GRAPH),
    stack_places: StackPlaces | None = None,
    notes: Sequence[str] = (),
    problems: Sequence[str] = (),
) -> Report:
    """The report of a graph. A rule that throws has failed: the finding says so and counts as a critical violation."""
    chosen = [r for r in (all_rules() if rules is None else rules) if r.scope in scopes]
    facts = Facts(graph, context)
    findings: list[Finding] = []
    covered: set[str] = set()
    for rule in chosen:
        for type_token, resources in graph.by_type.items():
            if not rule.concerns(type_token):
                continue
            if not rule.is_general:
                covered.add(type_token)
            for resource in resources:
                if resource.external:
                    continue
                findings += [
                    _finding(rule, outcome, graph, resource, stack_places)
                    for outcome in _outcomes(rule, resource, facts)
                ]
    findings.sort(key=lambda f: f.sort_key)
    return Report(
        findings=tuple(findings),
        rules=tuple(r.id for r in chosen),
        not_covered=_not_covered(graph, covered),
        notes=tuple(notes),
        problems=tuple(problems),
    )


def _outcomes(rule: Rule, resource: Resource, facts: Facts) -> list[Outcome]:
    try:
        return list(rule.check(resource, facts))
    except Exception as error:  # a rule that throws has failed, whatever it threw
        return [
            Outcome(
                Verdict.FAIL,
                resource.urn,
                "",
                f"the rule itself failed: {type(error).__name__}: {error}",
                "a rule that answers",
                "Report this as a fault of the rule; until it is mended the resource counts as violating.",
            )
        ]


def _finding(
    rule: Rule, outcome: Outcome, graph: Graph, subject: Resource, stack_places: StackPlaces | None
) -> Finding:
    resource = graph.by_urn.get(outcome.urn, subject)
    stack = None
    if stack_places is not None and outcome.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        stack = stack_places(resource, list(graph.ancestors(resource)), outcome.property)
    severity = Severity.CRITICAL if outcome.found.startswith("the rule itself failed") else rule.severity
    return Finding(
        rule=rule.id,
        theme=rule.theme,
        severity=severity,
        verdict=outcome.verdict,
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        region=resource.region,
        account=resource.account,
        property=outcome.property,
        found=outcome.found,
        wanted=outcome.wanted,
        remedy=outcome.remedy or (rule.fix if outcome.verdict in (Verdict.FAIL, Verdict.UNKNOWN) else ""),
        stack=stack,
        source=resource.source,
        component=resource.component,
    )


def _not_covered(graph: Graph, covered: set[str]) -> Mapping[str, int]:
    """Types that no rule of their own concerns and nobody has reviewed: listed, never passed in silence. A rule that
    concerns every type (`aws:*`) covers none."""
    reviewed = reviewed_types()
    counts = Counter(r.type for r in graph.resources if r.custom and not r.type.startswith("pulumi:"))
    return {t: n for t, n in sorted(counts.items()) if t not in covered and t not in reviewed}


@cache
def reviewed_types() -> Mapping[str, str]:
    """Type -> why it needs no rule of its own."""
    with files.files("policies").joinpath("coverage.yaml").open("rb") as file:
        lists = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  safe, and fast
    return {name: reason for rows in lists.values() for name, reason in rows.items()}

"""Judging: every rule over every resource it concerns; findings with their places; what no rule covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from policies.aliases import current
from policies.context import Context
from policies.facts import ASSUMED_DATA_CLASS, Facts, store_types
from policies.flows.report import residency
from policies.graph import Graph, Resource
from policies.registry import Rule, Scope, all_rules
from policies.results import Finding, Outcome, Report, Severity, StackPlace, Verdict
from policies.type_kinds import reviewed_types
from policies.waivers import NONE, Waivers, applied

_PATHS = "no-path-out-of-jurisdiction"
"""The rule whose paths the report shows."""

StackPlaces = Callable[[Resource, Sequence[Resource], str], StackPlace | None]
"""(resource, its ancestors, property) -> the place in the stack file that decides it."""


def judge(
    graph: Graph,
    context: Context,
    *,
    rules: Iterable[Rule] | None = None,
    scopes: tuple[Scope, ...] = tuple(Scope),
    stack_places: StackPlaces | None = None,
    notes: Sequence[str] = (),
    problems: Sequence[str] = (),
    waivers: Waivers = NONE,
) -> Report:
    """The report of a graph. A rule that throws has failed: the finding says so and counts as a critical violation, which
    no waiver covers. What is to be said of the waivers themselves is said where every scope is judged."""
    chosen = [r for r in (all_rules() if rules is None else rules) if r.scope in scopes]
    facts = Facts(graph, context)
    graph = facts.graph
    lost = _by_type(loss.resource for loss in graph.losses)
    findings: list[Finding] = []
    covered: set[str] = set()
    for rule in chosen:
        for type_token, resources in (lost if rule.scope is Scope.CHANGE else graph.by_type).items():
            if not rule.concerns(type_token):
                continue
            if not rule.is_general and rule.scope is not Scope.CHANGE:
                covered.add(type_token)
            for resource in resources:
                if resource.external:
                    continue
                findings += [
                    _finding(rule, outcome, facts, resource, stack_places)
                    for outcome in _outcomes(rule, resource, facts)
                ]
    report = Report(
        findings=tuple(findings),
        rules=tuple(r.id for r in chosen),
        not_covered=_not_covered(facts.given, covered),
        notes=tuple(notes),
        problems=tuple(problems),
        details={"residency": residency(facts)} if any(r.id == _PATHS for r in chosen) else {},
    )
    return applied(report, waivers, context, complete=len(scopes) == len(Scope))


def _outcomes(rule: Rule, resource: Resource, facts: Facts) -> list[Outcome]:
    try:
        found = list(rule.check(resource, facts))
        return [_of_a_part(o, facts.graph.hidden) for o in found] if rule.scope is Scope.GRAPH else found
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


def _of_a_part(outcome: Outcome, hidden: int) -> Outcome:
    """What a rule over the whole stack says where a part of it is not shown: neither good nor bad can be told."""
    if not hidden or outcome.verdict is Verdict.NOT_APPLICABLE:
        return outcome
    found = (
        f"{hidden} resources that do not change are not shown; in what is shown: {outcome.found or 'as it should be'}"
    )
    wanted = outcome.wanted or "the whole stack, to judge by"
    return replace(outcome, verdict=Verdict.UNKNOWN, found=found, wanted=wanted)


def _by_type(resources: Iterable[Resource]) -> dict[str, list[Resource]]:
    groups: dict[str, list[Resource]] = {}
    for resource in resources:
        groups.setdefault(resource.type, []).append(resource)
    return groups


def _finding(
    rule: Rule, outcome: Outcome, facts: Facts, subject: Resource, stack_places: StackPlaces | None
) -> Finding:
    graph = facts.graph
    resource = subject if rule.scope is Scope.CHANGE else graph.by_urn.get(outcome.urn, subject)
    stack = None
    if stack_places is not None and outcome.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        stack = stack_places(resource, list(graph.ancestors(resource)), outcome.property)
    threw = outcome.found.startswith("the rule itself failed")
    data_class = facts.derived(_Classes).of(resource)
    return Finding(
        rule=rule.id,
        theme=rule.theme,
        severity=Severity.CRITICAL if threw else rule.severity,
        verdict=outcome.verdict,
        urn=resource.urn,
        type=facts.given.by_urn.get(resource.urn, resource).type,
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
        data_class=data_class,
        unwaivable=_unwaivable(rule, outcome.verdict, data_class, threw=threw),
    )


def _unwaivable(rule: Rule, verdict: Verdict, data_class: int | None, *, threw: bool) -> str:
    """Why no waiver may cover a finding; empty: one may. What states no class counts as the highest."""
    if threw:
        return "a rule that throws has not answered"
    if verdict is Verdict.UNKNOWN and rule.undecided_waivable:
        return ""
    return rule.unwaivable if (data_class or 5) >= rule.unwaivable_from_class else ""


class _Classes:
    """The data class of each resource: by its tag, for a store without one what is assumed of it, else the highest of
    what it refers to (a bucket's policy has the class of the bucket). Of patients' data nobody says less by silence."""

    def __init__(self, facts: Facts):
        self.facts = facts
        self.known: dict[str, int | None] = {}

    def of(self, resource: Resource) -> int | None:
        if resource.urn not in self.known:
            found = self._own(resource)
            if found is None:
                edges = self.facts.graph.edges_from.get(resource.urn, ())
                targets = [t for e in edges if (t := self.facts.graph.by_urn.get(e.target))]
                found = max((c for t in targets if (c := self._own(t)) is not None), default=None)
            self.known[resource.urn] = found
        return self.known[resource.urn]

    def _own(self, resource: Resource) -> int | None:
        stated = self.facts.data_class(resource)
        if stated is None and resource.type in store_types() and not store_types()[resource.type].part_of:
            return ASSUMED_DATA_CLASS
        return stated


def _not_covered(graph: Graph, covered: set[str]) -> Mapping[str, int]:
    """Types that no rule of their own concerns and nobody has reviewed: listed, never passed in silence. A rule that
    concerns every type (`aws:*`) covers none."""
    reviewed = reviewed_types()
    counts = Counter(r.type for r in graph.resources if r.custom and not r.type.startswith("pulumi:"))
    return {t: n for t, n in sorted(counts.items()) if current(t) not in covered and current(t) not in reviewed}

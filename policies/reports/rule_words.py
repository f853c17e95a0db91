"""What renderings say of a rule: one of ours by its metadata, any other (Checkov's, the waivers' own) by its findings."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass

from policies.frameworks_loader import Clause, clauses_of
from policies.registry import all_rules
from policies.results import Finding, Report, Severity


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule as a reader is told of it; empty texts where nothing is known."""

    id: str
    theme: str
    severity: Severity
    title: str
    page: str = ""
    why: str = ""
    fix: str = ""
    good: str = ""
    bad: str = ""

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return clauses_of(self.id)


def rules_of(report: Report) -> dict[str, RuleWords]:
    """Every rule that ran or has a finding, by id, in order."""
    ours = {rule.id: rule for rule in all_rules()}
    found: dict[str, RuleWords] = {}
    for rule_id in report.rules:
        if rule_id in ours:
            r = ours[rule_id]
            page = " ".join(inspect.cleandoc(r.page).split())
            found[r.id] = RuleWords(r.id, r.theme, r.severity, r.title, page, r.why, r.fix, r.good, r.bad)
    found.update(_others(f for f in report.findings if f.rule not in found))
    return dict(sorted(found.items()))


def _others(findings: Iterable[Finding]) -> dict[str, RuleWords]:
    found: dict[str, RuleWords] = {}
    for f in findings:
        if f.rule not in found or f.severity > found[f.rule].severity:
            title = f.wanted or f.rule
            found[f.rule] = RuleWords(f.rule, f.theme, f.severity, title, fix=f.remedy)
    return found

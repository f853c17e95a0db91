"""What a report proves, clause by clause: for each requirement of the frameworks that a stack answers to, whether it is
proven and by which resources, violated, undecided, waived, advised, not applicable, or needs a document.

Only a pass proves. Nothing is proven where a rule found a violation or could not decide, where a rule that the requirement
names did not run, or where the judgement as a whole is incomplete. Infrastructure shows what infrastructure can: a proven
requirement that also names a document still needs it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final

from policies.frameworks_loader import Framework, Requirement, frameworks_of
from policies.results import Finding, Report, Verdict

FIRST: Final = 10
"""Resources that a requirement lists of each kind; the report's findings have all of them."""


class Status(str, Enum):
    """What can be said of a requirement, the gravest first."""

    VIOLATED = "violated"
    UNDECIDED = "undecided"
    WAIVED = "waived"
    ADVISED = "advised"
    """Nothing that gates is against it; advice is open (findings of low severity)."""
    PROVEN = "proven"
    NEEDS_DOCUMENT = "needs a document"
    NOT_APPLICABLE = "not applicable"


_OF_VERDICT: Final = {
    Verdict.FAIL: Status.VIOLATED,
    Verdict.UNKNOWN: Status.UNDECIDED,
    Verdict.WAIVED: Status.WAIVED,
    Verdict.PASS: Status.PROVEN,
}


def _status_of(finding: Finding) -> Status | None:
    if finding.verdict in (Verdict.FAIL, Verdict.UNKNOWN) and not finding.gates:
        return Status.ADVISED
    return _OF_VERDICT.get(finding.verdict)


@dataclass(frozen=True, slots=True)
class RuleEvidence:
    """What one rule says of a requirement. `not applicable`: no resource of the kind."""

    rule: str
    status: Status
    findings: Mapping[Status, int]
    ran: bool = True

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "status": self.status.value,
            "ran": self.ran,
            "findings": {status.value: n for status, n in self.findings.items()},
        }


@dataclass(frozen=True, slots=True)
class RequirementEvidence:
    """What all its rules say of a requirement."""

    requirement: Requirement
    status: Status
    rules: tuple[RuleEvidence, ...]
    resources: Mapping[Status, tuple[str, ...]]
    """Status -> URNs of the resources with findings of that kind, in order."""
    why: str = ""
    """Why it is undecided although no finding is."""

    @property
    def needs_document(self) -> bool:
        """Whether people must show something, beside what is proven or instead."""
        return bool(self.requirement.document)

    def to_json(self) -> dict[str, Any]:
        q = self.requirement
        return {
            **{key: getattr(q, key) for key in ("id", "clause", "title", "title_zh", "paraphrase", "paraphrase_zh")},
            **{key: getattr(q, key) for key in ("mark", "source", "document", "document_zh")},
            "status": self.status.value,
            "why": self.why,
            "rules": [rule.to_json() for rule in self.rules],
            "resources": {s.value: {"count": len(urns), "first": urns[:FIRST]} for s, urns in self.resources.items()},
        }


@dataclass(frozen=True, slots=True)
class FrameworkEvidence:
    """A framework, requirement by requirement."""

    framework: Framework
    requirements: tuple[RequirementEvidence, ...]

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many requirements have each status; every status is there."""
        counted = Counter(r.status for r in self.requirements)
        return {status: counted[status] for status in Status}

    @property
    def documents(self) -> int:
        """How many requirements ask people for something."""
        return sum(r.needs_document for r in self.requirements)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.framework.id,
            "title": self.framework.title,
            "title_zh": self.framework.title_zh,
            "counts": {status.value: n for status, n in self.counts.items()},
            "documents": self.documents,
            "requirements": [requirement.to_json() for requirement in self.requirements],
        }


# --- from a report ---------------------------------------------------------------------------------------------------


def evidence(report: Report, frameworks: Sequence[Framework] | None = None) -> tuple[FrameworkEvidence, ...]:
    """The evidence for these frameworks; for those of the report's jurisdiction, at any level, where none are named."""
    if frameworks is None:
        frameworks = frameworks_of(str(report.details.get("jurisdiction", "")), 4)
    found = _Found.of(report)
    return tuple(
        FrameworkEvidence(framework, tuple(_requirement(q, found) for q in framework.requirements))
        for framework in frameworks
    )


def with_evidence(report: Report, jurisdiction: str, mlps_level: int | None, asked: Sequence[str] = ()) -> Report:
    """The report with its evidence among its details: the last thing that is done to one, when all findings are in it.
    Raises NoSuchFramework."""
    frameworks = frameworks_of(jurisdiction, mlps_level, asked)
    said = {
        "asked": sorted(set(asked)),
        "frameworks": [part.to_json() for part in evidence(report, frameworks)],
        "notes": list(_notes(report)),
    }
    return replace(report, details={**report.details, "evidence": said})


def _notes(report: Report) -> Iterable[str]:
    if report.not_covered:
        number = sum(report.not_covered.values())
        yield (
            f"{number} resources of {len(report.not_covered)} types are judged by no rule of their own: "
            "no clause is proven for them"
        )
    if report.problems:
        yield "the judgement is incomplete, so no clause is proven"


@dataclass(frozen=True)
class _Found:
    """The findings of a report as requirements ask for them."""

    by_rule: Mapping[str, Sequence[Finding]]
    ran: frozenset[str]
    classes: frozenset[int | None]
    incomplete: bool
    cached: dict[tuple[str, int | None], Mapping[Status, Sequence[Finding]]] = field(default_factory=dict)

    @staticmethod
    def of(report: Report) -> _Found:
        groups: dict[str, list[Finding]] = {}
        for finding in report.findings:
            groups.setdefault(finding.rule, []).append(finding)
        classes = frozenset(finding.data_class for finding in report.findings)
        return _Found(groups, frozenset(report.rules) | groups.keys(), classes, bool(report.problems))

    def of_rule(self, rule: str, data_class: int | None) -> Mapping[Status, Sequence[Finding]]:
        """What a rule found, by status. Of one class of data a pass counts only where it is about that class; what is
        red also where its class is not known."""
        key = (rule, data_class)
        if key not in self.cached:
            groups: dict[Status, list[Finding]] = {}
            for finding in self.by_rule.get(rule, ()):
                status = _status_of(finding)
                allowed = (data_class,) if status is Status.PROVEN else (data_class, None)
                if status is not None and (data_class is None or finding.data_class in allowed):
                    groups.setdefault(status, []).append(finding)
            self.cached[key] = {status: groups[status] for status in Status if status in groups}
        return self.cached[key]


def _requirement(requirement: Requirement, found: _Found) -> RequirementEvidence:
    asked_for = requirement.data_class is None or requirement.data_class in found.classes
    by_rule = {rule: found.of_rule(rule, requirement.data_class) if asked_for else {} for rule in requirement.rules}
    rules = tuple(
        RuleEvidence(
            rule,
            next(iter(groups), Status.NOT_APPLICABLE) if rule in found.ran else Status.UNDECIDED,
            {status: len(findings) for status, findings in groups.items()},
            rule in found.ran,
        )
        for rule, groups in by_rule.items()
    )
    resources = {
        status: tuple(sorted({f.urn for groups in by_rule.values() for f in groups.get(status, ())}))
        for status in Status
        if any(status in groups for groups in by_rule.values())
    }
    status, why = _status(requirement, resources, rules, found)
    return RequirementEvidence(requirement, status, rules, resources, why)


def _status(
    requirement: Requirement, resources: Mapping[Status, Any], rules: Sequence[RuleEvidence], found: _Found
) -> tuple[Status, str]:
    gravest = next(iter(resources), Status.NOT_APPLICABLE)
    if gravest in (Status.VIOLATED, Status.UNDECIDED):
        return gravest, ""
    idle = [rule.rule for rule in rules if not rule.ran]
    if idle:
        return Status.UNDECIDED, f"did not run: {', '.join(idle)}"
    if rules and found.incomplete:
        return Status.UNDECIDED, "the judgement is incomplete"
    if gravest is Status.NOT_APPLICABLE and requirement.document:
        return Status.NEEDS_DOCUMENT, ""
    return gravest, ""

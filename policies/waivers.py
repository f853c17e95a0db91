"""Waivers: findings that a hospital has accepted, for a reason, by somebody, until a day.

A waiver covers violated and undecided findings of one rule on the resources that its pattern matches, until the end of
its last day. It hides nothing: a covered finding stays in every report as `waived`, with whom, why and until when. A
waiver that has expired or covers nothing is a finding itself (rules waiver-expired, waiver-unused). What no waiver may
cover the rules say themselves (`unwaivable`); a rule that throws is never covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from policies.context import Context
from policies.facts import Facts
from policies.graph import Graph, Resource
from policies.registry import Rule, all_rules
from policies.results import Finding, Report, StackPlace, Verdict

RULES: Final = ("waiver-expired", "waiver-unused")
TYPE: Final = "hospital-cloud:waiver"
"""The type that findings about waivers bear. No program can make one: what a graph says of it is dropped."""
_RED: Final = (Verdict.FAIL, Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Waiver:
    """One row of a waiver file."""

    rule: str
    resource: str
    """Pattern over the URN, or over TYPE::NAME; `*` stands for any text, `?` for one character."""
    reason: str
    owner: str
    expires_on: date
    ticket: str = ""
    place: StackPlace | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether it speaks of this finding."""
        return finding.rule == self.rule and self.speaks_of(finding)

    def speaks_of(self, subject: Finding | Resource) -> bool:
        """Whether its pattern matches a resource, or that of a finding."""
        return matches(self.resource, subject.urn, subject.type, subject.name)

    def has_expired(self, today: date) -> bool:
        """It counts on its last day, and not after."""
        return today > self.expires_on

    def to_json(self) -> dict[str, Any]:
        """The row as data, with its place where that is known."""
        row: dict[str, Any] = {
            "rule": self.rule,
            "resource": self.resource,
            "reason": self.reason,
            "owner": self.owner,
            "expires_on": self.expires_on.isoformat(),
        }
        if self.ticket:
            row["ticket"] = self.ticket
        if self.place:
            row["place"] = {"file": self.place.file, "line": self.place.line, "path": self.place.path}
        return row

    def __str__(self) -> str:
        ticket = f" ({self.ticket})" if self.ticket else ""
        return f"by {self.owner} until {self.expires_on}{ticket}: {self.reason}"


@dataclass(frozen=True)
class Waivers:
    """The rows of one file, in its order; empty where there is none."""

    rows: tuple[Waiver, ...] = ()
    file: str = ""
    digest: str = ""
    by_rule: Mapping[str, tuple[Waiver, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        groups: dict[str, tuple[Waiver, ...]] = {}
        for row in self.rows:
            groups[row.rule] = (*groups.get(row.rule, ()), row)
        object.__setattr__(self, "by_rule", groups)

    def of(self, finding: Finding) -> Iterator[Waiver]:
        """The rows that speak of a finding, in order."""
        return (row for row in self.by_rule.get(finding.rule, ()) if row.covers(finding))

    def __str__(self) -> str:
        """What the head of a report says of them."""
        return f"{self.file} {self.digest}, {len(self.rows)} waivers" if self.file else "none"


NONE: Final = Waivers()


def load(path: Path, *, today: date | None = None) -> Waivers:
    """Reads a waiver file. Raises `policies.waiver_file.BadWaivers` with everything that is wrong in it."""
    from policies.waiver_file import read  # it makes this module's types

    return read(path, today=today)


# --- matching --------------------------------------------------------------------------------------------------------


def matches(pattern: str, urn: str, type_token: str, name: str) -> bool:
    """Whether a pattern names a resource: its URN where the pattern begins with `urn:`, else TYPE::NAME or TYPE NAME."""
    if pattern.startswith("urn:"):
        return glob(pattern, urn)
    return glob(pattern, f"{type_token}::{name}") or glob(pattern, f"{type_token} {name}")


def glob(pattern: str, text: str) -> bool:
    """`*` any text, `?` one character, all else itself (a name may hold brackets). Never slower than both lengths
    multiplied, whatever the pattern."""
    at = star = 0
    mark = -1
    position = 0
    while position < len(text):
        if at < len(pattern) and pattern[at] == "*":
            mark, star, at = at, position, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[position]):
            at, position = at + 1, position + 1
        elif mark >= 0:
            star += 1
            at, position = mark + 1, star
        else:
            return False
    return all(c == "*" for c in pattern[at:])


# --- applying --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Use:
    covers: int = 0
    refused: str = ""


def applied(report: Report, waivers: Waivers, context: Context, *, complete: bool = True) -> Report:
    """The report with what the waivers cover shown as waived, and, where `complete`, what is to be said of the waivers
    themselves. Applying once more, after findings were added, changes nothing else. No finding but those that a waiver
    in force covers changes its verdict."""
    uses = {row: _Use() for row in waivers.rows}
    findings = [
        _judged(finding, waivers, context.today, uses) for finding in report.findings if finding.rule not in RULES
    ]
    if complete:
        findings += _own_findings(waivers, context, uses, set(report.rules))
    findings.sort(key=lambda f: f.sort_key)
    return replace(report, findings=tuple(findings))


def _judged(finding: Finding, waivers: Waivers, today: date, uses: Mapping[Waiver, _Use]) -> Finding:
    already = finding.verdict is Verdict.WAIVED and finding.waiver is not None
    if not already and finding.verdict not in _RED:
        return finding
    covering: Waiver | None = None
    for row in waivers.of(finding):
        use = uses[row]
        if finding.unwaivable:
            use.refused = finding.unwaivable
        else:
            use.covers += 1
            if covering is None and not row.has_expired(today):
                covering = row
    if already or covering is None:
        return finding
    return replace(finding, verdict=Verdict.WAIVED, waiver=covering)


def _own_findings(waivers: Waivers, context: Context, uses: Mapping[Waiver, _Use], ran: set[str]) -> Iterator[Finding]:
    rules = [rule for rule in all_rules() if rule.id in RULES]
    facts = Facts(Graph(()), context)
    for row in waivers.rows:
        use = uses[row]
        subject = Resource(
            urn=f"waiver:{row.rule}:{row.resource}",
            type=TYPE,
            name=f"{row.rule} on {row.resource}",
            custom=False,
            inputs={
                "rule": row.rule,
                "pattern": row.resource,
                "owner": row.owner,
                "reason": row.reason,
                "expiresOn": row.expires_on.isoformat(),
                "expired": row.has_expired(context.today),
                "judged": row.rule in ran or bool(use.covers or use.refused),
                "covers": use.covers,
                "refused": use.refused,
            },
        )
        for rule in rules:
            yield from _findings(rule, subject, facts, row.place)


def _findings(rule: Rule, subject: Resource, facts: Facts, place: StackPlace | None) -> Iterable[Finding]:
    for outcome in rule.check(subject, facts):
        red = outcome.verdict in _RED
        yield Finding(
            rule=rule.id,
            theme=rule.theme,
            severity=rule.severity,
            verdict=outcome.verdict,
            urn=subject.urn,
            type=subject.type,
            name=subject.name,
            region=None,
            account=None,
            property=outcome.property,
            found=outcome.found,
            wanted=outcome.wanted,
            remedy=rule.fix if red else "",
            stack=place if red else None,
            unwaivable=rule.unwaivable,
        )

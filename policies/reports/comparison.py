"""A report against an earlier one of the base branch: what is new, what is fixed, what is still there.

A finding is the same when rule, resource and property are the same: lines, values, and the stack's or project's name may
change. The earlier report is read as hostile: it is a file that somebody's build left somewhere.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from policies.languages.words import words_of
from policies.results import Finding, Report, Verdict

_LONGEST = 2000
_RED = (Verdict.FAIL, Verdict.UNKNOWN)
_MARKED = (*_RED, Verdict.WAIVED)
"""Verdicts whose findings are told apart from run to run."""
_TEXTS = ("rule", "theme", "severity", "verdict", "urn", "type", "name", "region", "property", "message")
_SEVERITIES = ("critical", "high", "medium", "low")
_HEAD = ("commit", "time", "rule set", "hospital-cloud")


class BadBase(ValueError):
    """The file is no report of hospital-cloud; the text says what is wrong, and what is wanted."""


@dataclass(frozen=True, slots=True)
class Base:
    """What an earlier report found."""

    head: Mapping[str, str]
    verdict: str
    red: Mapping[str, Mapping[str, str]]
    """Its violations and what it could not decide: fingerprint -> the texts of the finding."""


def base_in(data: Any, file: str) -> Base:
    """The base in a report.json that was read. Raises BadBase with every fault."""
    wanted = "wanted: a report.json that hospital-cloud wrote"
    if not isinstance(data, dict) or data.get("format") != 1 or not isinstance(data.get("findings"), list):
        raise BadBase(f"{file} is no report of format 1; {wanted}")
    faults: list[str] = []
    rows: list[Mapping[str, str]] = []
    for number, row in enumerate(data["findings"]):
        if not isinstance(row, dict):
            faults.append(f"findings[{number}] is no object")
        elif row.get("verdict") in [v.value for v in _MARKED]:
            bad = [key for key in _TEXTS if not isinstance(row.get(key) or "", str)]
            bad += ["severity"] * (row.get("severity") not in _SEVERITIES and "severity" not in bad)
            faults += [f"findings[{number}].{key} is not usable" for key in bad]
            rows.append({key: (row.get(key) or "")[:_LONGEST] for key in _TEXTS} if not bad else {})
    if faults:
        more = f" and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise BadBase(f"{file}: {'; '.join(faults[:5])}{more}; {wanted}")
    marks = _numbered((row["rule"], row["urn"], row["property"]) for row in rows)
    red = [v.value for v in _RED]
    head = data.get("head")
    texts = head if isinstance(head, dict) else {}
    return Base(
        head={key: texts[key][:_LONGEST] for key in _HEAD if isinstance(texts.get(key), str)},
        verdict=str(data.get("verdict"))[:40],
        red={mark: row for mark, row in zip(marks, rows, strict=True) if row["verdict"] in red},
    )


def fingerprint(rule: str, urn: str, property_path: str, number: int = 0) -> str:
    """What stays when lines move: rule, resource (without the names of stack and project) and property. `number` tells
    several findings of one property apart."""
    resource = urn.split("::", 2)[-1]
    text = "\0".join((rule, resource, property_path, str(number)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def marked(report: Report) -> tuple[tuple[Finding, str], ...]:
    """Violations, undecided and waived findings in the report's order, each with its fingerprint."""
    found = [f for f in report.findings if f.verdict in _MARKED]
    return tuple(zip(found, _numbered((f.rule, f.urn, f.property) for f in found), strict=True))


def _numbered(keys: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    seen: Counter[tuple[str, str, str]] = Counter()
    made = []
    for rule, urn, path in keys:
        key = (rule, urn.split("::", 2)[-1], path)
        made.append(fingerprint(rule, urn, path, seen[key]))
        seen[key] += 1
    return tuple(made)


def compared(report: Report, base: Base) -> dict[str, Any]:
    """The comparison as plain data: what a report carries as `details["changes"]`, from which every rendering draws."""
    marks = [mark for finding, mark in marked(report) if finding.verdict in _RED]
    now = set(marks)
    fixed = [row for mark, row in base.red.items() if mark not in now]
    return {
        "base": {**base.head, "verdict": base.verdict},
        "same_rule_set": base.head.get("rule set") == report.head.get("rule set"),
        "new": [mark for mark in marks if mark not in base.red],
        "fixed": sorted(fixed, key=lambda row: (_SEVERITIES.index(row["severity"]), row["rule"], row["urn"])),
        "still": sum(1 for mark in marks if mark in base.red),
    }


def changes_of(report: Report) -> Mapping[str, Any] | None:
    """The comparison that a report carries; None where there was no base."""
    found = report.details.get("changes")
    return found if isinstance(found, Mapping) else None


def changes_in_words(report: Report) -> str:
    """The comparison in one sentence; empty where there was no base."""
    changes = changes_of(report)
    if changes is None:
        return ""
    say = words_of(report)
    commit = changes["base"].get("commit") or say("an unnamed commit")
    numbers = (len(changes["new"]), len(changes["fixed"]), changes["still"])
    said = say("against the base {0}: {1} new, {2} fixed, {3} still there", commit, *numbers)
    other = "" if changes["same_rule_set"] else say("; the rule set differs, so a new finding may come from a new rule")
    return said + other

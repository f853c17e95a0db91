"""A report as JSON: everything, in canonical order. The head alone differs between two runs over the same input."""

from __future__ import annotations

import json
from typing import Any

from policies.languages.words import ENGLISH, Words, words_of
from policies.results import Finding, Report, Verdict

FORMAT_VERSION = 1


def to_json(report: Report) -> dict[str, Any]:
    """The report as data."""
    return {
        "format": FORMAT_VERSION,
        "head": dict(report.head),
        "verdict": verdict(report),
        "exit_code": report.exit_code,
        "themes": {theme: {v.value: n for v, n in sorted(counts.items())} for theme, counts in report.tally.items()},
        "rules": list(report.rules),
        "findings": [finding_to_json(f, words_of(report)) for f in report.findings],
        "not_covered": dict(report.not_covered),
        "notes": list(report.notes),
        "problems": list(report.problems),
        "details": report.details,
    }


def dumps(report: Report) -> str:
    """The report as text."""
    return json.dumps(to_json(report), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def verdict(report: Report) -> str:
    """The whole in one word or two."""
    return {0: "complies", 1: "violated", 2: "undecided"}[report.exit_code]


def finding_to_json(finding: Finding, say: Words = ENGLISH) -> dict[str, Any]:
    """One finding; places only where they are known."""
    row: dict[str, Any] = {
        "rule": finding.rule,
        "theme": finding.theme,
        "severity": finding.severity.label,
        "verdict": finding.verdict.value,
        "urn": finding.urn,
        "type": finding.type,
        "name": finding.name,
        "region": finding.region,
        "account": finding.account,
        "property": finding.property,
        "found": finding.found,
        "wanted": finding.wanted,
        "message": say.message(finding),
    }
    if finding.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        row["remedy"] = finding.remedy
        if finding.unwaivable:
            row["unwaivable"] = finding.unwaivable
    if finding.waiver:
        row["waiver"] = finding.waiver.to_json()
    if finding.data_class is not None:
        row["data_class"] = finding.data_class
    if finding.stack:
        row["stack"] = {"file": finding.stack.file, "line": finding.stack.line, "path": finding.stack.path}
    for key in ("source", "component"):
        place = getattr(finding, key)
        if place:
            row[key] = {"file": place.file, "line": place.line}
    return row

"""A report as SARIF 2.1.0, for code-scanning tools: a violation on the line that made the resource, an undecided finding
as `open`, a waived one suppressed. Passes are not in it: such tools take every result for an alert.

The head stands in the run's properties and the invocation's time; everything else is the same for the same input.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from policies.languages.words import Words, words_of
from policies.registry import is_prose
from policies.reports.as_json import verdict
from policies.reports.comparison import changes_of, marked
from policies.reports.repository import Repository, uri
from policies.reports.rule_words import RuleWords, rules_of
from policies.results import Finding, Report, Severity, Verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""On the scale of CVSS, by which code-scanning tools sort: above 9.0 critical, from 7.0 high, from 4.0 medium."""
_MOST_TAGS = 20
"""GitHub refuses a rule with more."""
_ROOT = "SRCROOT"


def render(report: Report, repository: Repository | None = None) -> str:
    """The log as text."""
    return json.dumps(to_sarif(report, repository or Repository()), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def to_sarif(report: Report, repository: Repository) -> dict[str, Any]:
    """The log as data."""
    say = words_of(report)
    rules = rules_of(report)
    numbers = {rule_id: number for number, rule_id in enumerate(rules)}
    changes = changes_of(report)
    new = set(changes["new"]) if changes else None
    driver = {
        "name": "hospital-cloud",
        "rules": [_rule(rule, say) for rule in rules.values()],
        **({"semanticVersion": v} if _is_version(v := report.head.get("hospital-cloud", "")) else {}),
    }
    run = {
        "tool": {"driver": driver},
        "language": say.language.tag,
        "automationDetails": {"id": f"hospital-cloud/{_slug(report, 'project')}/{_slug(report, 'stack')}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": say("The repository's root.")}}},
        "results": [
            _result(finding, mark, numbers[finding.rule], repository, new, say) for finding, mark in _ordered(report)
        ],
        "invocations": [_invocation(report, say)],
        "properties": {"head": dict(report.head), "verdict": verdict(report)},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _ordered(report: Report) -> Sequence[tuple[Finding, str]]:
    """Violations first: a tool that shows only some shows the first."""
    order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED)
    return sorted(marked(report), key=lambda pair: order.index(pair[0].verdict))


def _slug(report: Report, key: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", str(report.details.get(key) or "none"))[:100]


def _is_version(text: str) -> bool:
    return re.fullmatch(r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?", text) is not None


# --- rules -----------------------------------------------------------------------------------------------------------


def _rule(rule: RuleWords, say: Words) -> dict[str, Any]:
    clauses = list(rule.clause_texts)
    ids = dict.fromkeys(f"clause/{clause.framework.id}/{clause.requirement.id}" for clause in rule.clauses)
    made: dict[str, Any] = {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", rule.id)) or rule.id,
        "shortDescription": {"text": rule.title or rule.id},
        "fullDescription": {"text": rule.page or rule.title or rule.id},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "help": {"text": _help(rule, say, plain=True), "markdown": _help(rule, say, plain=False)},
        "properties": {
            "security-severity": _SCORES[rule.severity],
            "precision": "very-high",
            "problem.severity": {"note": "recommendation"}.get(_LEVELS[rule.severity], _LEVELS[rule.severity]),
            "tags": ["security", rule.theme or "other", *ids][:_MOST_TAGS],
            "clauses": clauses,
        },
    }
    return made


def _help(rule: RuleWords, say: Words, *, plain: bool) -> str:
    bold, fence = ("", "") if plain else ("**", "```")
    parts = [f"{bold}{say('Why.')}{bold} {rule.why}" if rule.why else ""]
    parts.append(f"{bold}{say('Fix.')}{bold} {rule.fix}" if rule.fix else "")
    for word, snippet in ((say("Good"), rule.good), (say("Bad"), rule.bad)):
        if snippet:
            is_code = fence and not is_prose(snippet)
            parts.append(
                f"{word}:\n\n" + (f"{fence}python\n{snippet.strip()}\n{fence}" if is_code else snippet.strip())
            )
    if rule.clause_texts:
        lines = "\n".join(f"- {clause}" for clause in rule.clause_texts)
        parts.append(f"{bold}{say('Asked for by')}{bold}\n\n{lines}")
    return "\n\n".join(part for part in parts if part) or rule.title or rule.id


# --- results ---------------------------------------------------------------------------------------------------------


def _result(
    finding: Finding, mark: str, number: int, repository: Repository, new: set[str] | None, say: Words
) -> dict[str, Any]:
    is_fail = finding.verdict is not Verdict.UNKNOWN
    related = _related(finding, repository, say)
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "kind": "fail" if is_fail else "open",
        "level": _LEVELS[finding.severity] if is_fail else "none",
        "message": {"text": _message(finding, say)},
        "locations": [_location(finding, repository)],
        "partialFingerprints": {"hospitalCloud/v1": mark, "primaryLocationLineHash": f"{mark}:1"},
        "properties": {
            key: value
            for key, value in {
                "verdict": finding.verdict.value,
                "severity": finding.severity.label,
                "urn": finding.urn,
                "property": finding.property,
                "region": finding.region,
                "account": finding.account,
            }.items()
            if value
        },
    }
    if related:
        made["relatedLocations"] = related
    if finding.verdict is Verdict.WAIVED:
        made["suppressions"] = [_suppression(finding, say)]
    if new is not None:
        made["baselineState"] = "new" if mark in new else "unchanged"
    return made


def _message(finding: Finding, say: Words) -> str:
    if not finding.remedy:
        return _text(say("{0}.", say.message(finding)))
    return _text(say("{0}. {1}", say.message(finding), finding.remedy))


def _text(text: str) -> str:
    """Text that a viewer shows as it is: braces would be placeholders, `[x](y)` a link."""
    if "](" in text:
        text = re.sub(r"([\\\[\]])", r"\\\1", text)
    return text.replace("{", "{{").replace("}", "}}")


def _location(finding: Finding, repository: Repository) -> dict[str, Any]:
    """The line that made the resource; else the component's, else the stack file's, else what was judged."""
    candidates = [(repository.path(place.file), place.line) for place in (finding.source, finding.component) if place]
    if finding.stack:
        candidates.append((repository.stack_path(finding.stack.file), finding.stack.line))
    path, line = next(((p, n) for p, n in candidates if p), (repository.subject_path, 1))
    logical = {"fullyQualifiedName": finding.urn, "name": finding.name, "kind": "resource"}
    return {**_physical(path, line), "logicalLocations": [logical]}


def _related(finding: Finding, repository: Repository, say: Words) -> list[dict[str, Any]]:
    places: list[tuple[str | None, int, str]] = []
    if finding.component:
        path = repository.path(finding.component.file)
        places.append((path, finding.component.line, say("made by this component")))
    if finding.stack:
        path, words = repository.stack_path(finding.stack.file), say("decided by {0}", finding.stack.path)
        places.append((path, finding.stack.line, words))
    found = [(path, line, words) for path, line, words in places if path]
    return [
        {**_physical(path, line), "id": number, "message": {"text": _text(words)}}
        for number, (path, line, words) in enumerate(found, 1)
    ]


def _physical(path: str, line: int) -> dict[str, Any]:
    place = {"artifactLocation": {"uri": uri(path), "uriBaseId": _ROOT}, "region": {"startLine": max(line, 1)}}
    return {"physicalLocation": place}


def _suppression(finding: Finding, say: Words) -> dict[str, Any]:
    reason = {"justification": say.text(str(finding.waiver))} if finding.waiver else {}
    return {"kind": "external", "status": "accepted", **reason}


# --- the run ---------------------------------------------------------------------------------------------------------


def _invocation(report: Report, say: Words) -> dict[str, Any]:
    notices = [("error", say("could not decide: {0}", problem)) for problem in report.problems]
    notices += [
        ("warning", say("not covered by a rule of its own: {0} ({1})", type_token, count))
        for type_token, count in report.not_covered.items()
    ]
    notices += [("note", note) for note in report.notes]
    made: dict[str, Any] = {
        "executionSuccessful": not report.problems,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": [{"level": level, "message": {"text": _text(text)}} for level, text in notices],
    }
    time = _utc(report.head)
    return {**made, "endTimeUtc": time} if time else made


def _utc(head: Mapping[str, str]) -> str:
    """The head's time as SARIF writes it; empty where it is no time of UTC."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(\+00:00|Z)", head.get("time", ""))
    return f"{match[1]}Z" if match else ""

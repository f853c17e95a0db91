"""A report as JUnit XML: a suite a theme, a case a rule and resource. It is red exactly where the gate is: a violation of
low severity is advice and stands as skipped, as do waived and not applicable ones, each with its reason; undecided is an
error. The head stands in the suites' properties and timestamps; everything else is the same for the same input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policies.languages.words import Words, words_of
from policies.reports.markup import safe
from policies.reports.terminal import places
from policies.results import Finding, Report, Severity, Verdict

_WORST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED, Verdict.PASS, Verdict.NOT_APPLICABLE)
JUDGEMENT = "judgement"
"""The suite that says whether everything could be judged."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One test case: `outcome` is empty where it passed, else the name of the element that says what it is."""

    class_name: str
    name: str
    outcome: str = ""
    kind: str = ""
    message: str = ""
    body: str = ""


def render(report: Report) -> str:
    """The document."""
    say = words_of(report)
    suites = {JUDGEMENT: list(_judgement(report, say)), **_by_theme(report, say)}
    every = [case for cases in suites.values() for case in cases]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<testsuites name="hospital-cloud" {_counts(every, skipped=False)} time="0">')
    for number, (name, cases) in enumerate(suites.items()):
        lines += _suite(report, number, name, cases)
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _by_theme(report: Report, say: Words) -> dict[str, list[_Case]]:
    """Theme -> its cases, by rule and resource."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault((finding.theme, finding.rule, finding.urn), []).append(finding)
    labels = Counter((rule, _label(found[0])) for (_, rule, _), found in groups.items())
    suites: dict[str, list[_Case]] = {}
    for (theme, rule, urn), found in sorted(groups.items(), key=lambda item: item[0]):
        label = _label(found[0])
        name = label if labels[rule, label] == 1 else urn
        suites.setdefault(theme, []).append(_case(f"{theme}.{rule}", name, found, say))
    return suites


def _label(finding: Finding) -> str:
    return f"{finding.type} {finding.name}"


def _case(class_name: str, name: str, findings: Sequence[Finding], say: Words) -> _Case:
    """The worst answer that a rule gave about a resource, with all answers that are as bad."""
    worst = min((f.verdict for f in findings), key=_WORST.index)
    told = [f for f in findings if f.verdict is worst]
    first = told[0]
    message = say.message(first) + (say(" (and {0} more)", len(told) - 1) if len(told) > 1 else "")
    kind = first.severity.label
    if worst is Verdict.PASS:
        return _Case(class_name, name)
    if worst is Verdict.NOT_APPLICABLE:
        return _Case(class_name, name, "skipped", worst.value, say("not applicable: {0}", first.found))
    if worst is Verdict.WAIVED:
        reason = say.text(str(first.waiver)) if first.waiver else message
        return _Case(class_name, name, "skipped", worst.value, say("waived: {0}", reason))
    gates = max(f.severity for f in told) >= Severity.MEDIUM
    if not gates:
        return _Case(class_name, name, "skipped", kind, say("advice, does not stop the gate: {0}", message))
    element = "failure" if worst is Verdict.FAIL else "error"
    return _Case(class_name, name, element, kind, message, "\n\n".join(_block(f, say) for f in told))


def _block(finding: Finding, say: Words) -> str:
    """What a person needs to mend it, a line a fact."""
    rows = [
        ("found", finding.found),
        ("wanted", finding.wanted),
        ("remedy", finding.remedy),
        ("property", finding.property),
        *places(finding),
        ("URN", finding.urn),
    ]
    return "\n".join(f"{say(key)}: {safe(value)}" for key, value in rows if value)


def _judgement(report: Report, say: Words) -> Iterable[_Case]:
    """Faults that make the report incomplete; without any, one case that passed."""
    for number, problem in enumerate(report.problems, 1):
        yield _Case(JUDGEMENT, say("problem {0}", number), "error", "undecided", problem, safe(problem))
    if not report.problems:
        yield _Case(JUDGEMENT, say("everything could be judged"))
    for type_token, count in report.not_covered.items():
        message = say("no rule of its own knows this type; {0} of it", count)
        yield _Case(f"{JUDGEMENT}.not-covered", type_token, "skipped", "not covered", message)


# --- XML -------------------------------------------------------------------------------------------------------------


def _counts(cases: Sequence[_Case], *, skipped: bool) -> str:
    tally = Counter(case.outcome for case in cases)
    text = f'tests="{len(cases)}" failures="{tally["failure"]}" errors="{tally["error"]}"'
    return f'{text} skipped="{tally["skipped"]}"' if skipped else text


def _suite(report: Report, number: int, name: str, cases: Sequence[_Case]) -> Iterable[str]:
    time = report.head.get("time", "").partition("+")[0].removesuffix("Z")
    stamp = f' timestamp="{safe(time)}"' if time else ""
    yield f'<testsuite name="{safe(name)}" id="{number}" {_counts(cases, skipped=True)} time="0"{stamp}>'
    if report.head:
        rows = "".join(f'<property name="{safe(k)}" value="{safe(v)}"/>' for k, v in report.head.items())
        yield f"<properties>{rows}</properties>"
    for case in cases:
        head = f'<testcase classname="{safe(case.class_name)}" name="{safe(case.name)}" time="0"'
        if not case.outcome:
            yield f"{head}/>"
            continue
        said = f'<{case.outcome} type="{safe(case.kind)}" message="{safe(case.message)}"'
        yield f"{head}>{said}>{case.body}</{case.outcome}></testcase>" if case.body else f"{head}>{said}/></testcase>"
    yield "</testsuite>"

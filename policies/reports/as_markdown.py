"""A report as Markdown for a comment on a pull request: the verdict first, what changed, then the findings, folded.

Every value of a program or of an earlier report stands in a code span: nothing in it can end a list, mention a person, link,
or become HTML. The text always fits a comment; what had to be left out is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.reports.as_json import verdict
from policies.reports.comparison import changes_of, marked
from policies.reports.rule_words import RuleWords, rules_of
from policies.reports.terminal import clean, places
from policies.results import Finding, Report, Severity, Verdict

MOST_CHARACTERS = 65_000
"""GitHub refuses a comment of more than 65,536; the rest is for what an action adds."""
_LONGEST_VALUE = 300
_SIGNS = {"complies": "✅", "violated": "❌", "undecided": "⚠️"}
_SHOWN = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE, Verdict.WAIVED)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the comment that may be cut: its title and its items, each whole or not at all."""

    title: str
    items: Sequence[str]
    folded: bool = True


def render(report: Report) -> str:
    """The comment."""
    top, bottom = _top(report), _bottom(report)
    room = MOST_CHARACTERS - len(top) - len(bottom)
    middle: list[str] = []
    for part in _parts(report):
        text = _fitted(part, room)
        room -= len(text)
        middle.append(text)
    return top + "".join(middle) + bottom


def code(value: object, longest: int = _LONGEST_VALUE) -> str:
    """Any value as a code span on one line, in which nothing is markup."""
    text = clean(" ".join(str(value).split())) or "-"
    text = text if len(text) <= longest else text[: longest - 1] + "…"
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _fitted(part: _Part, room: int) -> str:
    """The part with as many items as there is room for; nothing where it has none."""
    if not part.items:
        return ""
    head, tail = f"### {part.title}\n\n", "\n"
    if part.folded:
        head, tail = f"<details><summary>{part.title}</summary>\n\n", "\n</details>\n\n"
    room -= len(head) + len(tail) + 80
    kept: list[str] = []
    for item in part.items:
        if len(item) > room:
            break
        kept.append(item)
        room -= len(item)
    left = len(part.items) - len(kept)
    more = f"- and {left} more, which did not fit here: see report.html\n" if left else ""
    return head + "".join(kept) + more + tail


# --- top and bottom --------------------------------------------------------------------------------------------------


def _top(report: Report) -> str:
    details, word = report.details, verdict(report)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", f"{details.get('project', '')}/{details.get('stack', '')}").strip("-")[:100]
    tally: dict[Verdict, int] = {v: sum(t[v] for t in report.tally.values()) for v in Verdict}
    about = ", ".join(
        f"{key} {code(details[key], 80)}" for key in ("stack", "jurisdiction", "lifecycle") if details.get(key)
    )
    counts = (
        f"{len(report.rules)} rules: {tally[Verdict.PASS]} passed, **{tally[Verdict.FAIL]} violated**, "
        f"{tally[Verdict.UNKNOWN]} undecided, {tally[Verdict.WAIVED]} waived"
    )
    lines = [
        f"<!-- hospital-cloud {slug or 'report'} -->",
        f"## {_SIGNS[word]} hospital-cloud: {word}",
        "",
        f"{code(details.get('title') or 'report', 120)}{': ' + about if about else ''}  ",
        f"{counts}.",
        "",
    ]
    changes = changes_of(report)
    if changes is not None:
        lines += [_against(changes), ""]
    return "\n".join(lines) + "\n"


def _against(changes: Mapping[str, Any]) -> str:
    base = changes["base"]
    text = (
        f"Against the base {code(base.get('commit') or 'of no known commit', 60)}: **{len(changes['new'])} new**, "
        f"{len(changes['fixed'])} fixed, {changes['still']} still there."
    )
    if not changes["same_rule_set"]:
        text += " The rule set differs from the base's, so a new finding may come from a new rule."
    return text


def _bottom(report: Report) -> str:
    rows = ["| theme | " + " | ".join(v.value for v in _SHOWN) + " |", "|---|" + "---:|" * len(_SHOWN)]
    for theme, tally in list(report.tally.items())[:50]:
        name = re.sub(r"[^A-Za-z0-9-]+", " ", theme)[:60]
        rows.append(f"| {name} | " + " | ".join(str(tally[v] or "") for v in _SHOWN) + " |")
    head = "".join(f"- {code(key, 60)}: {code(value, 120)}\n" for key, value in list(report.head.items())[:20])
    table = "<details><summary>Verdict per theme</summary>\n\n" + "\n".join(rows) + "\n\n</details>\n\n"
    judged = f"<details><summary>Judged with</summary>\n\n{head}\n</details>\n" if head else ""
    return (table if report.tally else "") + judged


# --- parts -----------------------------------------------------------------------------------------------------------


def _parts(report: Report) -> Iterable[_Part]:
    """From the most to the least urgent: what comes late is cut first."""
    rules = rules_of(report)
    changes = changes_of(report)
    red = [(f, mark) for f, mark in marked(report) if f.verdict is not Verdict.WAIVED]
    new = set(changes["new"]) if changes else set()
    yield _Part("Could not be judged", [f"- {code(p, 500)}\n" for p in report.problems], folded=False)
    if changes:
        yield _group("New", [f for f, mark in red if mark in new], rules, folded=False)
        yield _Part(f"Fixed ({len(changes['fixed'])})", [_fixed(row) for row in changes["fixed"]])
        yield _group("Still there", [f for f, mark in red if mark not in new], rules)
    else:
        gating = [f for f, _ in red if f.verdict is Verdict.FAIL and f.severity >= Severity.MEDIUM]
        yield _group("Violated", gating, rules, folded=False)
        yield _group("Undecided", [f for f, _ in red if f.verdict is Verdict.UNKNOWN], rules)
        low = [f for f, _ in red if f.verdict is Verdict.FAIL and f.severity < Severity.MEDIUM]
        yield _group("Advice, does not stop the gate", low, rules)
    waived = [f for f, _ in marked(report) if f.verdict is Verdict.WAIVED]
    yield _Part(f"Waived ({len(waived)})", [_waived(f) for f in waived])
    open_types = [f"- {code(t)}: {n}\n" for t, n in report.not_covered.items()]
    yield _Part(f"Not covered by a rule of their own ({len(open_types)})", open_types)
    yield _Part("What a reader must know", [f"- {code(note, 500)}\n" for note in report.notes])


def _group(title: str, found: Sequence[Finding], rules: Mapping[str, RuleWords], *, folded: bool = True) -> _Part:
    """Findings by rule: the rule once, with its title and clauses, then its resources. The worst first."""
    groups: dict[str, list[Finding]] = {}
    for finding in sorted(found, key=lambda f: -f.severity):
        groups.setdefault(finding.rule, []).append(finding)
    items: list[str] = []
    for rule_id, inside in groups.items():
        rows = [_row(finding) for finding in inside]
        items += [_rule(rules[rule_id], inside) + rows[0], *rows[1:]]
    return _Part(f"{title} ({len(found)})", items, folded)


def _rule(rule: RuleWords, found: Sequence[Finding]) -> str:
    severity = max(f.severity for f in found).label
    clauses = [code(str(clause), 100) for clause in rule.clauses]
    more = f" and {len(clauses) - 3} more" if len(clauses) > 3 else ""
    asked = f" Asked for by {', '.join(clauses[:3])}{more}." if clauses else ""
    return f"- **{severity}** {code(rule.id)}: {code(rule.title)}.{asked}\n"


def _row(finding: Finding) -> str:
    where = "".join(f", {key} {code(place)}" for key, place in places(finding))
    region = f" in {code(finding.region, 40)}" if finding.region else ""
    path = f", {code(finding.property, 120)}" if finding.property else ""
    decided = "cannot be decided: " if finding.verdict is Verdict.UNKNOWN else ""
    text = f"  - {code(finding.type)} {code(finding.name)}{region}{path}: {decided}found {code(finding.found)}, "
    remedy = f"; {code(finding.remedy)}" if finding.remedy else ""
    return f"{text}wanted {code(finding.wanted)}{remedy}{where}\n"


def _fixed(row: Mapping[str, str]) -> str:
    resource = f"{code(row['type'], 120)} {code(row['name'], 120)}"
    return f"- **{row['severity']}** {code(row['rule'], 100)}: {resource}\n"


def _waived(finding: Finding) -> str:
    why = f": {code(finding.waiver, 500)}" if finding.waiver else ""
    return f"- **{finding.severity.label}** {code(finding.rule)}: {code(finding.type)} {code(finding.name)}{why}\n"

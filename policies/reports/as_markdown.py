"""A report as Markdown for a comment on a pull request: the verdict first, what changed, then the findings, folded.

Every value of a program or of an earlier report stands in a code span: nothing in it can end a list, mention a person, link,
or become HTML. The text always fits a comment; what had to be left out is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.languages.words import Words, words_of
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
    say = words_of(report)
    top, bottom = _top(report, say), _bottom(report, say)
    room = MOST_CHARACTERS - len(top) - len(bottom)
    middle: list[str] = []
    for part in _parts(report, say):
        text = _fitted(part, room, say)
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


def _fitted(part: _Part, room: int, say: Words) -> str:
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
    more = "- " + say("and {0} more, which did not fit here: see report.html", left) + "\n" if left else ""
    return head + "".join(kept) + more + tail


# --- top and bottom --------------------------------------------------------------------------------------------------


def _top(report: Report, say: Words) -> str:
    details, word = report.details, verdict(report)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", f"{details.get('project', '')}/{details.get('stack', '')}").strip("-")[:100]
    tally: dict[Verdict, int] = {v: sum(t[v] for t in report.tally.values()) for v in Verdict}
    about = ", ".join(
        f"{say(key)} {code(details[key], 80)}" for key in ("stack", "jurisdiction", "lifecycle") if details.get(key)
    )
    shown = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED)
    counts = say(
        "{0} rules: {1} passed, **{2} violated**, {3} undecided, {4} waived.",
        len(report.rules),
        *(tally[v] for v in shown),
    )
    if report.advice:
        counts += say(" Advice, which stops nothing: {0}.", len(report.advice))
    lines = [
        f"<!-- hospital-cloud {slug or 'report'} -->",
        f"## {_SIGNS[word]} hospital-cloud: {say(word)}",
        "",
        f"{code(details.get('title') or say('report'), 120)}{': ' + about if about else ''}  ",
        counts,
        "",
    ]
    changes = changes_of(report)
    if changes is not None:
        lines += [_against(changes, say), ""]
    return "\n".join(lines) + "\n"


def _against(changes: Mapping[str, Any], say: Words) -> str:
    base = code(changes["base"].get("commit") or say("of no known commit"), 60)
    numbers = (len(changes["new"]), len(changes["fixed"]), changes["still"])
    text = say("Against the base {0}: **{1} new**, {2} fixed, {3} still there.", base, *numbers)
    if not changes["same_rule_set"]:
        text += say(" The rule set differs from the base's, so a new finding may come from a new rule.")
    return text


def _bottom(report: Report, say: Words) -> str:
    rows = [f"| {say('theme')} | " + " | ".join(say(v.value) for v in _SHOWN) + " |", "|---|" + "---:|" * len(_SHOWN)]
    for theme, tally in list(report.tally.items())[:50]:
        name = re.sub(r"[^\w-]+", " ", say.theme(theme))[:60]
        rows.append(f"| {name} | " + " | ".join(str(tally[v] or "") for v in _SHOWN) + " |")
    head = "".join(
        f"- {code(say(key), 60)}: {code(say.text(value), 120)}\n" for key, value in list(report.head.items())[:20]
    )
    table = f"<details><summary>{say('Verdict per theme')}</summary>\n\n" + "\n".join(rows) + "\n\n</details>\n\n"
    judged = f"<details><summary>{say('Judged with')}</summary>\n\n{head}\n</details>\n" if head else ""
    return (table if report.tally else "") + judged


# --- parts -----------------------------------------------------------------------------------------------------------


def _parts(report: Report, say: Words) -> Iterable[_Part]:
    """From the most to the least urgent: what comes late is cut first."""
    rules = rules_of(report)
    changes = changes_of(report)
    red = [(f, mark) for f, mark in marked(report) if f.verdict is not Verdict.WAIVED]
    new = set(changes["new"]) if changes else set()
    yield _Part(say("Could not be judged"), [f"- {code(p, 500)}\n" for p in report.problems], folded=False)
    if changes:
        yield _group(say("New ({0})"), [f for f, mark in red if mark in new], rules, say, folded=False)
        yield _Part(say("Fixed ({0})", len(changes["fixed"])), [_fixed(row, say) for row in changes["fixed"]])
        yield _group(say("Still there ({0})"), [f for f, mark in red if mark not in new], rules, say)
    else:
        gating = [f for f, _ in red if f.verdict is Verdict.FAIL and f.severity >= Severity.MEDIUM]
        yield _group(say("Violated ({0})"), gating, rules, say, folded=False)
        yield _group(say("Undecided ({0})"), [f for f, _ in red if f.verdict is Verdict.UNKNOWN], rules, say)
        low = [f for f, _ in red if f.verdict is Verdict.FAIL and f.severity < Severity.MEDIUM]
        yield _group(say("Advice, does not stop the gate ({0})"), low, rules, say)
    waived = [f for f, _ in marked(report) if f.verdict is Verdict.WAIVED]
    yield _Part(say("Waived ({0})", len(waived)), [_waived(f, say) for f in waived])
    open_types = [f"- {code(t)}: {n}\n" for t, n in report.not_covered.items()]
    yield _Part(say("Not covered by a rule of their own ({0})", len(open_types)), open_types)
    yield _Part(say("What a reader must know"), [f"- {code(note, 500)}\n" for note in report.notes])


def _group(
    title: str, found: Sequence[Finding], rules: Mapping[str, RuleWords], say: Words, *, folded: bool = True
) -> _Part:
    """Findings by rule, counted in the title: the rule once, with its title and clauses, then its resources. The worst first."""
    groups: dict[str, list[Finding]] = {}
    for finding in sorted(found, key=lambda f: -f.severity):
        groups.setdefault(finding.rule, []).append(finding)
    items: list[str] = []
    for rule_id, inside in groups.items():
        rows = [_row(finding, say) for finding in inside]
        items += [_rule(rules[rule_id], inside, say) + rows[0], *rows[1:]]
    return _Part(title.replace("{0}", str(len(found))), items, folded)


def _rule(rule: RuleWords, found: Sequence[Finding], say: Words) -> str:
    severity = say(max(f.severity for f in found).label)
    clauses = [code(clause, 100) for clause in rule.clause_texts]
    more = say(" and {0} more", len(clauses) - 3) if len(clauses) > 3 else ""
    asked = say(" Asked for by {0}{1}.", ", ".join(clauses[:3]), more) if clauses else ""
    return say("- **{0}** {1}: {2}.", severity, code(rule.id), code(rule.title)) + asked + "\n"


def _row(finding: Finding, say: Words) -> str:
    where = "".join(f", {say(key)} {code(place)}" for key, place in places(finding))
    region = say(" in {0}", code(finding.region, 40)) if finding.region else ""
    path = f", {code(finding.property, 120)}" if finding.property else ""
    what = f"  - {code(finding.type)} {code(finding.name)}{region}{path}"
    values = (what, code(finding.found), code(finding.wanted))
    if finding.verdict is Verdict.UNKNOWN:
        text = say("{0}: cannot be decided: found {1}, wanted {2}", *values)
    else:
        text = say("{0}: found {1}, wanted {2}", *values)
    remedy = f"; {code(finding.remedy)}" if finding.remedy else ""
    return f"{text}{remedy}{where}\n"


def _fixed(row: Mapping[str, str], say: Words) -> str:
    resource = f"{code(row['type'], 120)} {code(row['name'], 120)}"
    return f"- **{say(row['severity'])}** {code(row['rule'], 100)}: {resource}\n"


def _waived(finding: Finding, say: Words) -> str:
    why = f": {code(say.text(str(finding.waiver)), 500)}" if finding.waiver else ""
    return f"- **{say(finding.severity.label)}** {code(finding.rule)}: {code(finding.type)} {code(finding.name)}{why}\n"

"""The findings of a page: what is red or waived, one block each, with filters; what complies, folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policies.languages.words import Words, words_of
from policies.reports.comparison import changes_of, marked
from policies.reports.inventory import short_type
from policies.reports.markup import folded, pairs, safe, table
from policies.reports.rule_words import RuleWords, rules_of
from policies.reports.terminal import places
from policies.results import Finding, Report, Severity, Verdict

_MOST_PASSES = 400
"""Passes of one rule that are listed; report.json has them all."""
_VERDICTS = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED)
_MOST_CLAUSES = 12


def findings(report: Report) -> Iterable[str]:
    """Filters and blocks."""
    say = words_of(report)
    found = sorted(marked(report), key=lambda pair: _VERDICTS.index(pair[0].verdict))
    if not any(f.verdict is not Verdict.WAIVED for f, _ in found):
        yield f"<p>{safe(say('Nothing is violated, nothing is undecided.'))}</p>"
    if not found:
        return
    changes = changes_of(report)
    new = set(changes["new"]) if changes else None
    rules = rules_of(report)
    shown = [
        (f, "" if new is None or f.verdict is Verdict.WAIVED else "new" if m in new else "still") for f, m in found
    ]
    yield _filters(shown, say)
    for finding, change in shown:
        yield _block(finding, change, rules[finding.rule], say)


def _filters(shown: list[tuple[Finding, str]], say: Words) -> str:
    """Shown by the script alone: without it there is nothing to filter with."""
    found = [f for f, _ in shown]
    choices = {
        "severity": [s.label for s in sorted(Severity, reverse=True) if any(f.severity is s for f in found)],
        "verdict": [v.value for v in _VERDICTS if any(f.verdict is v for f in found)],
        "theme": sorted({f.theme for f in found}),
        "rule": sorted({f.rule for f in found}),
        "region": sorted({f.region or "unknown" for f in found}),
        "change": sorted({change for _, change in shown} - {""}),
    }
    selects = "".join(
        f'<label>{safe(say(name))} <select data-filter="{name}"><option value="">{safe(say("all"))}</option>'
        + "".join(f'<option value="{safe(value)}">{safe(_shown(name, value, say))}</option>' for value in values)
        + "</select></label> "
        for name, values in choices.items()
        if values
    )
    search = (
        f'<label>{safe(say("text"))} <input type="search" id="search" autocomplete="off" spellcheck="false"></label>'
    )
    return (
        f'<form id="filters" role="search" aria-label="{safe(say("Filter findings"))}" hidden>{search} {selects}'
        f'<button type="reset">{safe(say("show all"))}</button></form>'
        f'<p><output id="shown" for="search" data-words="{safe(say("{0} of {1} shown"))}"></output></p>'
    )


def _shown(name: str, value: str, say: Words) -> str:
    """A choice of a filter as a reader sees it; ids of rules and names of regions are what they are."""
    return say(value) if name not in ("rule", "region") or value == "unknown" else value


def _block(finding: Finding, change: str, rule: RuleWords, say: Words) -> str:
    clauses = list(rule.clause_texts)
    more = [say("and {0} more", len(clauses) - _MOST_CLAUSES)] if len(clauses) > _MOST_CLAUSES else []
    facts = {
        "resource": f"{finding.type} {finding.name}",
        "region": finding.region,
        "account": finding.account,
        "property": finding.property,
        "found": finding.found,
        "wanted": finding.wanted,
        "remedy": finding.remedy,
        "waived": say.text(str(finding.waiver)) if finding.waiver else "",
        "no waiver": finding.unwaivable,
        **dict(places(finding)),
        "why": rule.why,
        "asked for by": say("; ").join([*clauses[:_MOST_CLAUSES], *more]),
        "URN": finding.urn,
    }
    data = {
        "theme": finding.theme,
        "severity": finding.severity.label,
        "verdict": finding.verdict.value,
        "rule": finding.rule,
        "region": finding.region or "unknown",
        **({"change": change} if change else {}),
    }
    attributes = "".join(f' data-{key}="{safe(value)}"' for key, value in data.items())
    tag = " · ".join(say(part) for part in (finding.verdict.value, finding.severity.label, change) if part)
    told = {say(key): value for key, value in facts.items()}
    return (
        f'<article class="{finding.severity.label}"{attributes}>'
        f'<h3><span class="tag">{safe(tag)}</span> {safe(finding.rule)}</h3>'
        f"{f'<p>{safe(rule.title)}</p>' if rule.why else ''}{pairs(told)}</article>"
    )


def fixed(report: Report) -> str:
    """What an earlier report found and this one does not."""
    changes = changes_of(report)
    rows: Iterable[Mapping[str, str]] = changes["fixed"] if changes else ()
    say = words_of(report)
    cells = [(say(row["severity"]), row["rule"], short_type(row["type"]), row["name"], row["region"]) for row in rows]
    columns = [say("severity"), say("rule"), say("type"), say("name"), say("region")]
    return table(columns, cells) if cells else ""


def complying(report: Report) -> Iterable[str]:
    """Passes and what does not apply, by rule."""
    say = words_of(report)
    groups: dict[tuple[str, str, Verdict], list[Finding]] = {}
    for finding in report.findings:
        if finding.verdict not in _VERDICTS:
            groups.setdefault((finding.theme, finding.rule, finding.verdict), []).append(finding)
    for (theme, rule, kind), found in sorted(groups.items(), key=lambda group: group[0]):
        rows = [(short_type(f.type), f.name, f.region, f.property, f.found) for f in found[:_MOST_PASSES]]
        inner = table([say("type"), say("name"), say("region"), say("property"), say("found")], rows)
        if len(found) > _MOST_PASSES:
            inner += f"<p>{safe(say('and {0} more, all in report.json', len(found) - _MOST_PASSES))}</p>"
        yield folded(say("{0}: {1}, {2} {3}", say.theme(theme), rule, say(kind.value), len(found)), inner)

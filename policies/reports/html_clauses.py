"""The clause matrix of a page: each framework's requirements with what the report says of them. Drawn from
`details["evidence"]`; nothing where a report has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from policies.languages.words import Words, words_of
from policies.reports.markup import folded, listed, safe, table
from policies.results import Report, Verdict

STATUSES = ("proven", "violated", "undecided", "waived", "advised", "not applicable", "needs a document")
_SIGNS = dict(zip(STATUSES, ("✓", "✗", "?", "~", "!", "–", "✎"), strict=True))
"""Beside the word and the colour, so that neither alone carries the answer."""

_FEW = 4
"""Rules that are shown without folding them."""


def clauses(report: Report) -> Iterable[str]:
    """Overview, then each framework, folded where nothing in it is open."""
    said = report.details.get("evidence")
    frameworks: Sequence[Mapping[str, Any]] = said["frameworks"] if isinstance(said, Mapping) else ()
    if not frameworks or not isinstance(said, Mapping):
        return
    say = words_of(report)
    columns = [say(status) for status in (*STATUSES, "documents")]
    rows = [[_title(f, say), *(f["counts"].get(s) or "" for s in STATUSES), f["documents"] or ""] for f in frameworks]
    yield table([say("framework"), *columns], rows, numbers=columns, caption=say("Requirements by framework"))
    yield listed(said.get("notes", ()))
    red = {f.rule for f in report.findings if f.verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED)}
    for framework in frameworks:
        counts = framework["counts"]
        summary = ", ".join(say("{0} {1}", counts[s], say(s)) for s in STATUSES if counts.get(s))
        is_open = bool(counts.get("violated") or counts.get("undecided"))
        inner = _matrix(framework["requirements"], red, say)
        yield folded(say("{0}: {1}", _title(framework, say), summary), inner, opened=is_open)


def _title(framework: Mapping[str, Any], say: Words) -> str:
    return str(say.one_of(framework["title"], framework.get("title_zh", framework["title"])))


def _matrix(requirements: Sequence[Mapping[str, Any]], red: set[str], say: Words) -> str:
    head = "".join(
        f'<th scope="col">{safe(say(name))}</th>'
        for name in ("clause", "what it asks", "answer", "by which rules", "document", "mark")
    )
    body = "\n".join(_row(requirement, red, say) for requirement in requirements)
    return (
        f'<div class="wide"><table class="clauses"><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'
    )


def _row(requirement: Mapping[str, Any], red: set[str], say: Words) -> str:
    status = str(requirement["status"])
    sign = _SIGNS.get(status, "")
    answer = f'<span class="status {safe(status.replace(" ", "-"))}"><span aria-hidden="true">{sign}</span> {safe(say(status))}</span>'
    why = f"<br>{safe(requirement['why'])}" if requirement.get("why") else ""
    rules = _rules(requirement["rules"], red, say)
    told = {key: say.one_of(requirement[key], requirement[f"{key}_zh"]) for key in ("title", "paraphrase", "document")}
    title = f"<b>{safe(told['title'])}</b><br>{safe(told['paraphrase'])}"
    source = f"{safe(requirement['mark'])}" + (
        f"<br>{safe(say.text(requirement['source']))}" if requirement.get("source") else ""
    )
    return (
        f'<tr data-status="{safe(status)}"><th scope="row">{safe(say.text(requirement["clause"]))}</th><td>{title}</td>'
        f"<td>{answer}{why}{_resources(requirement, say)}</td><td>{rules}</td>"
        f"<td>{safe(told['document'])}</td><td>{source}</td></tr>"
    )


def _rules(rules: Sequence[Mapping[str, Any]], red: set[str], say: Words) -> str:
    """Those with something against them in sight, the others folded."""
    open_ones = [r for r in rules if r["rule"] in red or r["status"] in ("violated", "undecided", "waived", "advised")]
    rest = [r for r in rules if r not in open_ones]
    shown = "<br>".join(_rule(rule, red, say) for rule in open_ones)
    if len(rest) < _FEW:
        return "<br>".join([*([shown] if shown else []), *(_rule(rule, red, say) for rule in rest)])
    items = "".join(f"<li>{_rule(rule, red, say)}</li>" for rule in rest)
    proven = sum(1 for rule in rest if rule["status"] == "proven")
    summary = safe(say("{0} rules, {1} proven", len(rest), proven))
    return f"{shown}<details><summary>{summary}</summary><ul>{items}</ul></details>"


def _rule(rule: Mapping[str, Any], red: set[str], say: Words) -> str:
    name = str(rule["rule"])
    counts = ", ".join(say("{0} {1}", n, say(status)) for status, n in rule["findings"].items())
    # Only what is found below can be led to; the script shows the rule's findings then.
    shown = f'<a href="#rule={quote(name, safe="")}">{safe(name)}</a>' if name in red else safe(name)
    return f"{shown}: {safe(counts or say(rule['status']))}"


def _resources(requirement: Mapping[str, Any], say: Words) -> str:
    parts = []
    for status, kept in requirement["resources"].items():
        names = [urn.split("::", 2)[-1] for urn in kept["first"]]
        more = kept["count"] - len(names)
        rest = [say("and {0} more", more)] if more > 0 else []
        parts.append(folded(say("{0} resources {1}", kept["count"], say(status)), listed([*names, *rest])))
    return "".join(parts)

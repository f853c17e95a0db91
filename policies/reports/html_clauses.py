"""The clause matrix of a page: each framework's requirements with what the report says of them. Drawn from
`details["evidence"]`; nothing where a report has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from policies.reports.markup import folded, listed, safe, table
from policies.results import Report, Verdict

STATUSES = ("proven", "violated", "undecided", "waived", "not applicable", "needs a document")
_SIGNS = dict(zip(STATUSES, ("✓", "✗", "?", "~", "–", "✎"), strict=True))
"""Beside the word and the colour, so that neither alone carries the answer."""

_FEW = 4
"""Rules that are shown without folding them."""


def clauses(report: Report) -> Iterable[str]:
    """Overview, then each framework, folded where nothing in it is open."""
    said = report.details.get("evidence")
    frameworks: Sequence[Mapping[str, Any]] = said["frameworks"] if isinstance(said, Mapping) else ()
    if not frameworks or not isinstance(said, Mapping):
        return
    columns = [*STATUSES, "documents"]
    rows = [[f["title"], *(f["counts"].get(s) or "" for s in STATUSES), f["documents"] or ""] for f in frameworks]
    yield table(["framework", *columns], rows, numbers=columns, caption="Requirements by framework")
    yield listed(said.get("notes", ()))
    red = {f.rule for f in report.findings if f.verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED)}
    for framework in frameworks:
        counts = framework["counts"]
        summary = ", ".join(f"{counts[s]} {s}" for s in STATUSES if counts.get(s))
        is_open = bool(counts.get("violated") or counts.get("undecided"))
        yield folded(f"{framework['title']}: {summary}", _matrix(framework["requirements"], red), opened=is_open)


def _matrix(requirements: Sequence[Mapping[str, Any]], red: set[str]) -> str:
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("clause", "what it asks", "answer", "by which rules", "document", "mark")
    )
    body = "\n".join(_row(requirement, red) for requirement in requirements)
    return (
        f'<div class="wide"><table class="clauses"><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'
    )


def _row(requirement: Mapping[str, Any], red: set[str]) -> str:
    status = str(requirement["status"])
    sign = _SIGNS.get(status, "")
    answer = f'<span class="status {safe(status.replace(" ", "-"))}"><span aria-hidden="true">{sign}</span> {safe(status)}</span>'
    why = f"<br>{safe(requirement['why'])}" if requirement.get("why") else ""
    rules = _rules(requirement["rules"], red)
    title = f"<b>{safe(requirement['title'])}</b><br>{safe(requirement['paraphrase'])}"
    source = f"{safe(requirement['mark'])}" + (
        f"<br>{safe(requirement['source'])}" if requirement.get("source") else ""
    )
    return (
        f'<tr data-status="{safe(status)}"><th scope="row">{safe(requirement["clause"])}</th><td>{title}</td>'
        f"<td>{answer}{why}{_resources(requirement)}</td><td>{rules}</td>"
        f"<td>{safe(requirement['document'])}</td><td>{source}</td></tr>"
    )


def _rules(rules: Sequence[Mapping[str, Any]], red: set[str]) -> str:
    """Those with something against them in sight, the others folded."""
    open_ones = [r for r in rules if r["rule"] in red or r["status"] in ("violated", "undecided", "waived")]
    rest = [r for r in rules if r not in open_ones]
    shown = "<br>".join(_rule(rule, red) for rule in open_ones)
    if len(rest) < _FEW:
        return "<br>".join([*([shown] if shown else []), *(_rule(rule, red) for rule in rest)])
    items = "".join(f"<li>{_rule(rule, red)}</li>" for rule in rest)
    proven = sum(1 for rule in rest if rule["status"] == "proven")
    summary = f"{len(rest)} rules, {proven} proven"
    return f"{shown}<details><summary>{summary}</summary><ul>{items}</ul></details>"


def _rule(rule: Mapping[str, Any], red: set[str]) -> str:
    name = str(rule["rule"])
    counts = ", ".join(f"{n} {status}" for status, n in rule["findings"].items())
    # Only what is found below can be led to; the script shows the rule's findings then.
    shown = f'<a href="#rule={quote(name, safe="")}">{safe(name)}</a>' if name in red else safe(name)
    return f"{shown}: {safe(counts or rule['status'])}"


def _resources(requirement: Mapping[str, Any]) -> str:
    parts = []
    for status, kept in requirement["resources"].items():
        names = [urn.split("::", 2)[-1] for urn in kept["first"]]
        more = kept["count"] - len(names)
        rest = [f"and {more} more"] if more > 0 else []
        parts.append(folded(f"{kept['count']} resources {status}", listed([*names, *rest])))
    return "".join(parts)

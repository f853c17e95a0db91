"""A report as one HTML file: no network, no fonts, nothing beside it; whole without scripts, which only filter."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from policies.graph import Graph
from policies.reports.as_json import verdict
from policies.reports.comparison import changes_in_words
from policies.reports.html_clauses import clauses
from policies.reports.html_findings import complying, findings, fixed
from policies.reports.html_residency import residency
from policies.reports.markup import folded, listed, pairs, safe, section, table
from policies.reports.picture import picture
from policies.results import Report, Verdict

_VERDICTS = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE, Verdict.WAIVED)


def render(report: Report, graph: Graph) -> str:
    """The page."""
    details = report.details
    title = str(details.get("title") or graph.stack or "report")
    script = _asset("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    sections = [part for part in _sections(report, graph) if part]
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{safe(title)}: {verdict(report)}</title>",
        f"<style>\n{_asset('report.css')}</style></head><body>",
        '<a class="skip" href="#findings">Skip to the findings</a>',
        _banner(report, title),
        _contents(sections),
        "<main>",
        *sections,
        "</main>",
        f"<footer><p>{safe(_footer(report))}</p></footer>",
        f"<script>{script}</script></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _sections(report: Report, graph: Graph) -> Iterable[str]:
    details = report.details
    yield section("judged", "What was judged, with what", pairs(report.head))
    yield section("themes", "Verdict per theme", _matrix(report))
    yield section("findings", "Findings", *findings(report))
    yield section("fixed", "Fixed since the base", fixed(report))
    yield section("problems", "What could not be decided", listed(report.problems))
    yield section("notes", "What a reader must know", listed(report.notes))
    yield section("clauses", "Evidence by clause", *clauses(report))
    yield section("residency", "Where data can flow", *residency(report))
    yield section("picture", "What stands where", f"<figure>{drawn}</figure>" if (drawn := picture(graph)) else "")
    yield section("resources", "What would be built", *_resources(details.get("resources")))
    yield section("promises", "Promises", _promises(details.get("promises")))
    yield section("sizes", "Sizes, from the demand", _sizes(details.get("sizes")))
    yield section("complies", "What complies, and what does not apply", *complying(report))
    yield section("not-covered", "Not covered by a rule of their own", _not_covered(report))


def _contents(sections: Iterable[str]) -> str:
    """Links to the parts that are there."""
    heads = [re.match(r'<section id="([\w-]+)"><h2>(.*?)</h2>', text) for text in sections]
    items = "".join(f'<li><a href="#{head[1]}">{head[2]}</a></li>' for head in heads if head)
    return f'<nav aria-label="Parts of the report"><ul>{items}</ul></nav>'


def _footer(report: Report) -> str:
    parts = [
        f"{key} {report.head[key]}" for key in ("hospital-cloud", "rule set", "commit", "time") if report.head.get(key)
    ]
    return "Judged with " + ", ".join(parts) if parts else "Judged by hospital-cloud"


@cache
def _asset(name: str) -> str:
    return resources.files("policies.reports").joinpath("assets", name).read_text("utf-8")


def _banner(report: Report, title: str) -> str:
    word = verdict(report)
    tally = Counter(finding.verdict for finding in report.findings)
    details = report.details
    about = ", ".join(
        f"{key} {details[key]}" for key in ("stack", "jurisdiction", "lifecycle", "tier") if details.get(key)
    )
    counts = {
        "rules": len(report.rules),
        "passed": tally[Verdict.PASS],
        "violated": len(report.violations),
        "undecided": len(report.unknowns),
        "waived": tally[Verdict.WAIVED] or "",
        "resources": (details.get("resources") or {}).get("count", ""),
    }
    cells = "".join(f"<div><b>{safe(f'{n:,}')}</b> {safe(name)}</div>" for name, n in counts.items() if n != "")
    words = changes_in_words(report)
    changed = f'<p class="changes">{safe(words[0].upper() + words[1:])}.</p>' if words else ""
    return (
        f'<header class="{word}"><p class="verdict">{word.upper()}</p><h1>{safe(title)}</h1>'
        f'<p>{safe(about)}</p><div class="counts">{cells}</div>{changed}</header>'
    )


def _matrix(report: Report) -> str:
    rows = [[theme, *(tally[v] or "" for v in _VERDICTS)] for theme, tally in report.tally.items()]
    columns = [v.value for v in _VERDICTS]
    return table(["theme", *columns], rows, numbers=columns) if rows else ""


def _not_covered(report: Report) -> str:
    rows = report.not_covered.items()
    return folded(f"{len(rows)} types", table(["type", "resources"], rows, numbers=["resources"])) if rows else ""


# --- details ---------------------------------------------------------------------------------------------------------


def _resources(resources_found: Mapping[str, Any] | None) -> Iterable[str]:
    if not resources_found:
        return
    by_region = resources_found["by_region"].items()
    yield table(["region", "resources"], by_region, numbers=["resources"])
    yield '<div class="tree">' + "\n".join(_branch(node) for node in resources_found["tree"]) + "</div>"
    types = resources_found["by_type"].items()
    yield folded(f"{len(types)} types of resources", table(["type", "resources"], types, numbers=["resources"]))


def _branch(node: Mapping[str, Any]) -> str:
    regions = ", ".join(f"{region} {n}" for region, n in node["by_region"].items())
    label = f"{node['type']} {node['name']}".strip() + f": {node['count']}" + (f" ({regions})" if regions else "")
    own = listed(f"{n} × {type_token}" for type_token, n in node["own"].items())
    return folded(label, own + "\n".join(_branch(child) for child in node["components"]))


def _sizes(sizes: Iterable[Mapping[str, Any]] | None) -> str:
    """Pinned sizes stand beside what was computed; a stack that pins nothing needs no column for it."""
    found = list(sizes or ())
    pinned = ["pinned by hand; computed"] if any(size["pinned"] for size in found) else []
    rows = []
    for size in found:
        computed = _figure(size["computed"], size["unit"]) if size["pinned"] else ""
        between = [computed] if pinned else []
        rows.append((size["path"], _figure(size["value"], size["unit"]), *between, size["arithmetic"]))
    return table(["size", "value", *pinned, "arithmetic"], rows, numbers=["value", *pinned]) if rows else ""


def _promises(promises: Iterable[Mapping[str, Any]] | None) -> str:
    rows = [
        (
            p["name"],
            _figure(p["promised"], p["unit"]),
            _figure(p["computed"], p["unit"]),
            "holds" if p["holds"] else "DOES NOT HOLD",
            p["arithmetic"],
        )
        for p in promises or ()
    ]
    columns = ("promise", "promised", "computed", "verdict", "arithmetic")
    return table(columns, rows, numbers=columns[1:3]) if rows else ""


def _figure(value: object, unit: str) -> str:
    """A number as people read it, with its unit."""
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, int | float):
        text = f"{value:,.6g}" if isinstance(value, float) else f"{value:,}"
    else:
        text = str(value)
    return f"{text} {unit}".rstrip()

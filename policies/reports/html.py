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
from policies.languages.words import Words, words_of
from policies.reports.as_json import verdict
from policies.reports.comparison import changes_in_words
from policies.reports.html_clauses import clauses
from policies.reports.html_findings import complying, findings, fixed
from policies.reports.html_residency import residency
from policies.reports.markup import folded, listed, pairs, safe, section, table
from policies.reports.picture import picture
from policies.reports.terminal import node_name, size_name
from policies.results import Report, Verdict

_VERDICTS = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE, Verdict.WAIVED)


def render(report: Report, graph: Graph) -> str:
    """The page."""
    say = words_of(report)
    title = str(report.details.get("title") or graph.stack or say("report"))
    script = _asset("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    sections = [part for part in _sections(report, graph, say) if part]
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{say.language.tag}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{safe(say('{0}: {1}', title, say(verdict(report))))}</title>",
        f"<style>\n{_asset('report.css')}</style></head><body>",
        f'<a class="skip" href="#findings">{safe(say("Skip to the findings"))}</a>',
        _banner(report, title, say),
        _contents(sections, say),
        "<main>",
        *sections,
        "</main>",
        f"<footer><p>{safe(_footer(report, say))}</p></footer>",
        f"<script>{script}</script></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _sections(report: Report, graph: Graph, say: Words) -> Iterable[str]:
    details = report.details
    yield section("judged", say("What was judged, with what"), pairs(_head(report, say)))
    yield section("themes", say("Verdict per theme"), _matrix(report, say))
    yield section("findings", say("Findings"), *findings(report))
    yield section("fixed", say("Fixed since the base"), fixed(report))
    yield section("problems", say("What could not be decided"), listed(report.problems))
    yield section("notes", say("What a reader must know"), listed(report.notes))
    yield section("clauses", say("Evidence by clause"), *clauses(report))
    yield section("residency", say("Where data can flow"), *residency(report))
    drawn = picture(graph, say)
    yield section("picture", say("What stands where"), f"<figure>{drawn}</figure>" if drawn else "")
    yield section("resources", say("What would be built"), *_resources(details.get("resources"), say))
    yield section("promises", say("Promises"), _promises(details.get("promises"), say))
    yield section("sizes", say("Sizes, from the demand"), _sizes(details.get("sizes"), say))
    yield section("complies", say("What complies, and what does not apply"), *complying(report))
    yield section("not-covered", say("Not covered by a rule of their own"), _not_covered(report, say))


def _head(report: Report, say: Words) -> Mapping[str, str]:
    return {say(key): say.text(value) if " " in value else say(value) for key, value in report.head.items()}


def _contents(sections: Iterable[str], say: Words) -> str:
    """Links to the parts that are there."""
    heads = [re.match(r'<section id="([\w-]+)"><h2>(.*?)</h2>', text) for text in sections]
    items = "".join(f'<li><a href="#{head[1]}">{head[2]}</a></li>' for head in heads if head)
    return f'<nav aria-label="{safe(say("Parts of the report"))}"><ul>{items}</ul></nav>'


def _footer(report: Report, say: Words) -> str:
    parts = [
        f"{say(key)} {report.head[key]}"
        for key in ("hospital-cloud", "rule set", "commit", "time")
        if report.head.get(key)
    ]
    return say("Judged with {0}", ", ".join(parts)) if parts else say("Judged by hospital-cloud")


@cache
def _asset(name: str) -> str:
    return resources.files("policies.reports").joinpath("assets", name).read_text("utf-8")


def _banner(report: Report, title: str, say: Words) -> str:
    word = verdict(report)
    tally = Counter(finding.verdict for finding in report.findings)
    details = report.details
    about = ", ".join(
        f"{say(key)} {say(str(details[key]))}"
        for key in ("stack", "jurisdiction", "lifecycle", "tier")
        if details.get(key)
    )
    counts = {
        "rules": len(report.rules),
        "passed": tally[Verdict.PASS],
        "violated": len(report.violations),
        "undecided": len(report.unknowns),
        "waived": tally[Verdict.WAIVED] or "",
        "advice": len(report.advice) or "",
        "resources": (details.get("resources") or {}).get("count", ""),
    }
    cells = "".join(f"<div><b>{safe(f'{n:,}')}</b> {safe(say(name))}</div>" for name, n in counts.items() if n != "")
    words = changes_in_words(report)
    changed = f'<p class="changes">{safe(say("{0}.", words[0].upper() + words[1:]))}</p>' if words else ""
    return (
        f'<header class="{word}"><p class="verdict">{safe(say(word).upper())}</p><h1>{safe(title)}</h1>'
        f'<p>{safe(about)}</p><div class="counts">{cells}</div>{changed}</header>'
    )


def _matrix(report: Report, say: Words) -> str:
    rows = [[say.theme(theme), *(tally[v] or "" for v in _VERDICTS)] for theme, tally in report.tally.items()]
    columns = [say(v.value) for v in _VERDICTS]
    return table([say("theme"), *columns], rows, numbers=columns) if rows else ""


def _not_covered(report: Report, say: Words) -> str:
    rows = report.not_covered.items()
    columns = [say("type"), say("resources")]
    return folded(say("{0} types", len(rows)), table(columns, rows, numbers=columns[1:])) if rows else ""


# --- details ---------------------------------------------------------------------------------------------------------


def _resources(resources_found: Mapping[str, Any] | None, say: Words) -> Iterable[str]:
    if not resources_found:
        return
    by_region = resources_found["by_region"].items()
    number = say("resources")
    yield table([say("region"), number], by_region, numbers=[number])
    yield '<div class="tree">' + "\n".join(_branch(node, say) for node in resources_found["tree"]) + "</div>"
    types = resources_found["by_type"].items()
    listed_types = table([say("type"), number], types, numbers=[number])
    yield folded(say("{0} types of resources", len(types)), listed_types)


def _branch(node: Mapping[str, Any], say: Words) -> str:
    regions = ", ".join(f"{region} {n}" for region, n in node["by_region"].items())
    label = (
        f"{node['type']} {node_name(node, say)}".strip() + f": {node['count']}" + (f" ({regions})" if regions else "")
    )
    own = listed(f"{n} × {type_token}" for type_token, n in node["own"].items())
    return folded(label, own + "\n".join(_branch(child, say) for child in node["components"]))


def _sizes(sizes: Iterable[Mapping[str, Any]] | None, say: Words) -> str:
    """Pinned sizes stand beside what was computed; a stack that pins nothing needs no column for it."""
    found = list(sizes or ())
    pinned = [say("pinned by hand; computed")] if any(size["pinned"] for size in found) else []
    rows = []
    for size in found:
        computed = _figure(size["computed"], size["unit"], say) if size["pinned"] else ""
        between = [computed] if pinned else []
        rows.append((size_name(size, say), _figure(size["value"], size["unit"], say), *between, size["arithmetic"]))
    columns = [say("size"), say("value"), *pinned, say("arithmetic")]
    return table(columns, rows, numbers=columns[1:-1]) if rows else ""


def _promises(promises: Iterable[Mapping[str, Any]] | None, say: Words) -> str:
    rows = [
        (
            p["name"],
            _figure(p["promised"], p["unit"], say),
            _figure(p["computed"], p["unit"], say),
            say("holds" if p["holds"] else "DOES NOT HOLD"),
            p["arithmetic"],
        )
        for p in promises or ()
    ]
    columns = (say("promise"), say("promised"), say("computed"), say("verdict"), say("arithmetic"))
    return table(columns, rows, numbers=columns[1:3]) if rows else ""


def _figure(value: object, unit: str, say: Words) -> str:
    """A number as people read it, with its unit."""
    if isinstance(value, bool):
        text = say("yes" if value else "no")
    elif isinstance(value, int | float):
        text = f"{value:,.6g}" if isinstance(value, float) else f"{value:,}"
    else:
        text = str(value)
    return f"{text} {unit}".rstrip()

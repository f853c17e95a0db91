"""A report as one HTML file: no network, no fonts, nothing beside it; whole without scripts, which only filter."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from policies.graph import Graph
from policies.registry import Rule, all_rules
from policies.reports.as_json import verdict
from policies.reports.inventory import short_type
from policies.reports.markup import folded, listed, pairs, safe, section, table
from policies.reports.picture import picture
from policies.reports.terminal import places
from policies.results import Finding, Report, Verdict

_MOST_PASSES = 400
"""Passes of one rule that are listed; report.json has them all."""
_VERDICTS = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE, Verdict.WAIVED)


def render(report: Report, graph: Graph) -> str:
    """The page."""
    details = report.details
    title = str(details.get("title") or graph.stack or "report")
    script = _asset("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{safe(title)}: {verdict(report)}</title>",
        f"<style>\n{_asset('report.css')}</style></head><body>",
        _banner(report, title),
        section("judged", "What was judged, with what", pairs(report.head)),
        section("themes", "Verdict per theme", _matrix(report)),
        section("findings", "Findings", _filters(report), *_red(report)),
        section("problems", "What could not be decided", listed(report.problems)),
        section("notes", "What a reader must know", listed(report.notes)),
        section("picture", "What stands where", f"<figure>{drawn}</figure>" if (drawn := picture(graph)) else ""),
        section("resources", "What would be built", *_resources(details.get("resources"))),
        section("promises", "Promises", _promises(details.get("promises"))),
        section("sizes", "Sizes, from the demand", _sizes(details.get("sizes"))),
        section("complies", "What complies, and what does not apply", *_green(report)),
        section("not-covered", "Not covered by a rule of their own", _not_covered(report)),
        f"<script>{script}</script></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


@cache
def _asset(name: str) -> str:
    return resources.files("policies.reports").joinpath("assets", name).read_text("utf-8")


@cache
def _rules() -> Mapping[str, Rule]:
    return {rule.id: rule for rule in all_rules()}


def _banner(report: Report, title: str) -> str:
    word = verdict(report)
    passes = sum(1 for finding in report.findings if finding.verdict is Verdict.PASS)
    details = report.details
    about = ", ".join(
        f"{key} {details[key]}" for key in ("stack", "jurisdiction", "lifecycle", "tier") if details.get(key)
    )
    counts = {
        "rules": len(report.rules),
        "passed": passes,
        "violated": len(report.violations),
        "undecided": len(report.unknowns),
        "resources": (details.get("resources") or {}).get("count", ""),
    }
    cells = "".join(f"<div><b>{safe(f'{n:,}')}</b> {safe(name)}</div>" for name, n in counts.items() if n != "")
    return (
        f'<header class="{word}"><p class="verdict">{word.upper()}</p><h1>{safe(title)}</h1>'
        f'<p>{safe(about)}</p><div class="counts">{cells}</div></header>'
    )


def _matrix(report: Report) -> str:
    rows = [[theme, *(tally[v] or "" for v in _VERDICTS)] for theme, tally in report.tally.items()]
    columns = [v.value for v in _VERDICTS]
    return table(["theme", *columns], rows, numbers=columns) if rows else ""


# --- findings --------------------------------------------------------------------------------------------------------


def _filters(report: Report) -> str:
    """Shown by the script alone: without it there is nothing to filter with."""
    red = [*report.violations, *report.unknowns]
    if not red:
        return "<p>Nothing is violated, nothing is undecided.</p>"
    choices = {
        "theme": sorted({f.theme for f in red}),
        "severity": list(dict.fromkeys(f.severity.label for f in sorted(red, key=lambda f: -f.severity))),
        "verdict": sorted({f.verdict.value for f in red}),
        "region": sorted({f.region or "unknown" for f in red}),
    }
    selects = "".join(
        f'<label>{name} <select data-filter="{name}"><option value="">all</option>'
        + "".join(f'<option value="{safe(value)}">{safe(value)}</option>' for value in values)
        + "</select></label> "
        for name, values in choices.items()
    )
    return f'<form id="filters" hidden>{selects}<output id="shown"></output></form>'


def _red(report: Report) -> Iterable[str]:
    for finding in (*report.violations, *report.unknowns):
        yield _finding(finding)


def _finding(finding: Finding) -> str:
    rule = _rules().get(finding.rule)
    facts = {
        "resource": f"{finding.type} {finding.name}",
        "region": finding.region,
        "account": finding.account,
        "property": finding.property,
        "found": finding.found,
        "wanted": finding.wanted,
        "remedy": finding.remedy,
        **dict(places(finding)),
        "why": rule.why if rule else "",
        "URN": finding.urn,
    }
    return (
        f'<article class="{finding.severity.label}" data-theme="{safe(finding.theme)}" '
        f'data-severity="{finding.severity.label}" data-verdict="{finding.verdict.value}" '
        f'data-region="{safe(finding.region or "unknown")}">'
        f'<h3><span class="tag">{finding.verdict.value} · {finding.severity.label}</span> {safe(finding.rule)}</h3>'
        f"{f'<p>{safe(rule.title)}</p>' if rule else ''}{pairs(facts)}</article>"
    )


def _green(report: Report) -> Iterable[str]:
    groups: dict[tuple[str, str, Verdict], list[Finding]] = {}
    for finding in report.findings:
        if finding.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
            groups.setdefault((finding.theme, finding.rule, finding.verdict), []).append(finding)
    for (theme, rule, kind), findings in sorted(groups.items(), key=lambda group: group[0]):
        rows = [(short_type(f.type), f.name, f.region, f.property, f.found) for f in findings[:_MOST_PASSES]]
        inner = table(["type", "name", "region", "property", "found"], rows)
        if len(findings) > _MOST_PASSES:
            inner += f"<p>and {len(findings) - _MOST_PASSES} more, all in report.json</p>"
        yield folded(f"{theme}: {rule}, {kind.value} {len(findings)}", inner)


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

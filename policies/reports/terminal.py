"""A report on a terminal: the verdict per theme, every finding that is red, what is not covered."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from policies.graph import Graph, Resource
from policies.reports.as_json import verdict
from policies.results import Finding, Report, Severity, Verdict

_COLOURS = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "cyan"}
_VERDICT_COLOURS = {"complies": "bold green", "violated": "bold red", "undecided": "bold yellow"}


def show(console: Console, report: Report, *, passes: bool = False) -> None:
    """Prints the report; `passes` also lists what complies."""
    console.print(themes(report))
    for finding in [*report.violations, *report.unknowns]:
        console.print(finding_block(finding))
    if passes:
        for finding in report.findings:
            if finding.verdict is Verdict.PASS:
                console.print(Text(f"pass {finding.rule}: {finding.message}", style="green"))
    if report.not_covered:
        listed = ", ".join(f"{t} ({n})" for t, n in report.not_covered.items())
        console.print(Text(f"Not covered by a rule of their own: {listed}", style="dim"))
    for note in report.notes:
        console.print(Text(f"Note: {note}", style="dim"))
    for problem in report.problems:
        console.print(Text(f"Could not decide: {problem}", style="yellow"))
    console.print(summary(report))


def summary(report: Report) -> Text:
    """The last line: the verdict in one word, and the numbers behind it."""
    word = verdict(report)
    passed = sum(1 for f in report.findings if f.verdict is Verdict.PASS)
    text = (
        f"{word}: {len(report.rules)} rules, {passed} passed, {len(report.violations)} violated, "
        f"{len(report.unknowns)} undecided"
    )
    return Text(text, style=_VERDICT_COLOURS[word])


def themes(report: Report) -> Table:
    """The verdict per rule theme."""
    table = Table(title="Verdict per theme", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("theme")
    for verdict_column in ("pass", "fail", "unknown", "not applicable", "waived"):
        table.add_column(verdict_column, justify="right")
    for theme, counts in report.tally.items():
        red = counts[Verdict.FAIL] + counts[Verdict.UNKNOWN]
        cells = [str(counts[v] or "") for v in (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE, Verdict.WAIVED)]  # fmt: skip
        table.add_row(theme, *cells, style="red" if red else None)
    return table


def finding_block(finding: Finding) -> RenderableType:
    """One finding: what, found, wanted, remedy, places."""
    head = Text(f"{finding.verdict.value.upper()} {finding.rule}", style=_COLOURS[finding.severity])
    head.append(f" [{finding.severity.label}] {finding.type} {finding.name}", style="default")
    if finding.region:
        head.append(f" in {finding.region}", style="dim")
    rows = [("property", finding.property), ("found", finding.found), ("wanted", finding.wanted), ("remedy", finding.remedy)]
    if finding.stack:
        rows.append(("stack", f"{finding.stack.file}:{finding.stack.line} ({finding.stack.path})"))
    rows += [(key, str(place)) for key, place in (("source", finding.source), ("component", finding.component)) if place]
    lines = [Text(f"  {key:9} {value}") for key, value in rows if value]
    return Group(head, *lines)


def resource_tree(graph: Graph, title: str) -> Tree:
    """Components with the number of resources below each, by region."""
    tree = Tree(Text(title, style="bold"))
    by_name = {r.urn: r for r in graph.resources}
    tops = [r for r in graph.resources if not r.custom and (r.parent is None or r.parent not in by_name)]
    for top in sorted(tops, key=lambda r: (r.type, r.name)):
        _branch(tree, graph, top.urn, depth=0)
    return tree


def _branch(tree: Tree, graph: Graph, urn: str, depth: int) -> None:
    node = graph.by_urn[urn]
    below = list(_below(graph, urn))
    regions: dict[str, int] = {}
    for resource in below:
        if resource.custom:
            regions[resource.region or "unknown"] = regions.get(resource.region or "unknown", 0) + 1
    counts = ", ".join(f"{region} {n}" for region, n in sorted(regions.items()))
    label = escape(f"{node.type.rpartition(':')[2]} {node.name}")
    branch = tree.add(f"{label}  [dim]{sum(regions.values())} resources: {escape(counts)}[/dim]")
    if depth < 1:
        for child in graph.children.get(urn, ()):
            if not child.custom:
                _branch(branch, graph, child.urn, depth + 1)


def _below(graph: Graph, urn: str) -> Iterator[Resource]:
    for child in graph.children.get(urn, ()):
        yield child
        yield from _below(graph, child.urn)

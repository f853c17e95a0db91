"""A report on a terminal: what would be built, the verdict per theme, every finding that is red, what is not covered.

Names and values come from programs that others wrote: nothing of them reaches the terminal but printable text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from policies.languages.words import ENGLISH, Words, words_of
from policies.reports.as_json import verdict
from policies.reports.comparison import changes_in_words
from policies.reports.inventory import LOOSE
from policies.reports.rule_words import title_in_words
from policies.results import Finding, Report, Severity, Verdict

_COLOURS = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "cyan"}
_VERDICT_COLOURS = {"complies": "bold green", "violated": "bold red", "undecided": "bold yellow"}
_MOST_NODES = 60
"""Components on one level of the tree; more are summed up in a line."""


def clean(text: str) -> str:
    """The text on one line, without anything that could move a cursor or turn the reading direction."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def show(console: Console, report: Report, *, passes: bool = False) -> None:
    """Prints the whole report; `passes` also lists what complies."""
    resources = report.details.get("resources")
    say = words_of(report)
    if resources:
        console.print(Text(clean(str(report.details.get("title", ""))), style="bold"))
        console.print(resource_tree(resources, say=say))
        console.print(Text(counts(resources, say)))
        console.print()
    findings(console, report, passes=passes)


def findings(console: Console, report: Report, *, passes: bool = False) -> None:
    """Prints verdicts, findings and evidence alone."""
    from policies.reports.evidence_text import blocks  # it uses this module's words

    say = words_of(report)
    console.print(themes(report))
    for finding in [*report.violations, *report.unknowns, *report.waived]:
        console.print()
        console.print(finding_block(finding, say))
    console.print()
    if passes:
        for finding in report.findings:
            if finding.verdict is Verdict.PASS:
                console.print(Text(clean(say("pass {0}: {1}", finding.rule, say.message(finding))), style="green"))
    if report.not_covered:
        listed = ", ".join(f"{clean(t)} ({n})" for t, n in report.not_covered.items())
        console.print(Text(say("Not covered by a rule of their own: {0}", listed), style="dim"))
    for note in report.notes:
        console.print(Text(say("Note: {0}", clean(note)), style="dim"))
    for problem in report.problems:
        console.print(Text(say("Could not decide: {0}", clean(problem)), style="yellow"))
    for block in blocks(report):
        console.print(block)
    if changed := changes_in_words(report):
        console.print(Text(clean(changed)))
    console.print(summary(report))


def summary(report: Report) -> Text:
    """The last line: the verdict in one word, and the numbers behind it."""
    word = verdict(report)
    passed = sum(1 for f in report.findings if f.verdict is Verdict.PASS)
    say = words_of(report)
    numbers = (len(report.rules), passed, len(report.violations), len(report.unknowns))
    text = say("{0}: {1} rules, {2} passed, {3} violated, {4} undecided", say(word), *numbers)
    if report.waived:
        text += say(", {0} waived", len(report.waived))
    if report.advice:
        text += say("; advice, which stops nothing: {0}", len(report.advice))
    return Text(text, style=_VERDICT_COLOURS[word])


def themes(report: Report) -> Table:
    """The verdict per rule theme."""
    say = words_of(report)
    table = Table(title=say("Verdict per theme"), title_justify="left", box=None, pad_edge=False, header_style="bold")
    table.add_column(say("theme"))
    shown = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE, Verdict.WAIVED)
    for column in shown:
        table.add_column(say(column.value), justify="right")
    for theme, tally in report.tally.items():
        red = tally[Verdict.FAIL] + tally[Verdict.UNKNOWN]
        table.add_row(say.theme(theme), *(str(tally[v] or "") for v in shown), style="red" if red else None)
    return table


def finding_block(finding: Finding, say: Words = ENGLISH) -> RenderableType:
    """One finding: what, found, wanted, remedy, places."""
    head = Text(f"{say(finding.verdict.value).upper()} {finding.rule}", style=_COLOURS[finding.severity])
    head.append(clean(f" [{say(finding.severity.label)}] {finding.type} {finding.name}"), style="default")
    if finding.region:
        head.append(clean(say(" in {0}", finding.region)), style="dim")
    rows = [
        ("rule", title_in_words(finding.rule, say)),
        ("property", finding.property),
        ("found", finding.found),
        ("wanted", finding.wanted),
        ("waived", say.text(str(finding.waiver)) if finding.waiver else ""),
        ("remedy", finding.remedy if finding.verdict is not Verdict.WAIVED else ""),
        *places(finding),
    ]
    lines = [Text(f"  {_padded(say(key), 9)} {clean(value)}") for key, value in rows if value]
    return Group(head, *lines)


def _padded(text: str, width: int) -> str:
    """The text in so many columns at least; a Chinese letter takes two."""
    return text + " " * (width - cell_len(text))


def places(finding: Finding) -> list[tuple[str, str]]:
    """Where a finding can be mended: kind of place, place."""
    found = []
    if finding.stack:
        found.append(("stack", f"{finding.stack.file}:{finding.stack.line} ({finding.stack.path})"))
    found += [(key, str(p)) for key, p in (("source", finding.source), ("component", finding.component)) if p]
    return found


def resource_tree(resources: Mapping[str, Any], depth: int = 2, say: Words = ENGLISH) -> Tree:
    """Components with the number of resources below each, by region; `depth` levels of them."""
    tree = Tree(Text(say("Components"), style="bold"))
    _branches(tree, resources["tree"], depth, say)
    return tree


def _branches(tree: Tree, nodes: Sequence[Mapping[str, Any]], depth: int, say: Words) -> None:
    for node in nodes[:_MOST_NODES]:
        label = Text(clean(f"{node['type']} {node_name(node, say)}".strip()))
        label.append(f"  {node['count']}: {_by_region(node)}" if node["count"] else "  0", style="dim")
        branch = tree.add(label)
        if depth > 1:
            _branches(branch, node["components"], depth - 1, say)
    if len(nodes) > _MOST_NODES:
        rest = nodes[_MOST_NODES:]
        number = sum(node["count"] for node in rest)
        tree.add(Text(say("and {0} more with {1} resources", len(rest), number), style="dim"))


def node_name(node: Mapping[str, Any], say: Words) -> str:
    """What a component is called; what stands under none has a name of ours."""
    return say(LOOSE) if node["name"] == LOOSE and not node["type"] else str(node["name"])


def size_name(size: Mapping[str, Any], say: Words) -> str:
    """A size by its path in the plan; in another language with its name before it."""
    name = size.get("name")
    return str(say.one_of(size["path"], f"{name} ({size['path']})" if name else size["path"]))


def counts(resources: Mapping[str, Any], say: Words = ENGLISH) -> str:
    """All resources, by region, in one line."""
    return say("{0} resources: {1}", resources["count"], _by_region(resources))


def _by_region(node: Mapping[str, Any]) -> str:
    return ", ".join(f"{clean(region)} {n}" for region, n in node["by_region"].items())

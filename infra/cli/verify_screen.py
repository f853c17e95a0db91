"""What `verify` shows: each answer that is wrong, and what could not be told, once for each reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from policies.reports import terminal
from policies.reports.as_json import verdict
from policies.results import Finding, Report, Verdict

_MOST_NAMES = 3
_COLOURS = {"complies": "bold green", "violated": "bold red", "undecided": "bold yellow"}


def show_verified(console: Console, report: Report, *, passes: bool = False) -> None:
    """Prints the report."""
    console.print(terminal.themes(report))
    for finding in report.violations:
        console.print()
        console.print(terminal.finding_block(finding))
    console.print()
    for line in _without_answer(report):
        console.print(Text(terminal.clean(line), style="yellow"))
    if passes:
        for finding in report.findings:
            if finding.verdict is Verdict.PASS:
                console.print(Text(terminal.clean(f"pass {finding.rule}: {finding.message}"), style="green"))
    if report.not_covered:
        listed = ", ".join(f"{terminal.clean(t)} ({n})" for t, n in report.not_covered.items())
        console.print(Text(f"Stores that no check knows: {listed}", style="yellow"))
    for note in report.notes:
        console.print(Text(f"Note: {terminal.clean(note)}", style="dim"))
    for problem in report.problems:
        console.print(Text(f"Could not verify: {terminal.clean(problem)}", style="yellow"))
    console.print(Text(summary(report), style=_COLOURS[verdict(report)]))


def summary(report: Report) -> str:
    """The last line: the verdict in one word, and the numbers behind it."""
    counts = Counter(f.verdict for f in report.findings)
    resources = len({f.urn for f in report.findings})
    return (
        f"{verdict(report)}: {len(report.rules)} checks of {resources} resources: {counts[Verdict.PASS]} answers as they "
        f"should be, {counts[Verdict.FAIL]} not, {counts[Verdict.UNKNOWN]} without answer, "
        f"{counts[Verdict.WAIVED]} not checked"
    )


def _without_answer(report: Report) -> Iterator[str]:
    """One line for each reason: a region that does not answer would else fill the screen."""
    groups: dict[str, list[Finding]] = {}
    for finding in report.unknowns:
        groups.setdefault(finding.found, []).append(finding)
    for reason, findings in groups.items():
        names = list(dict.fromkeys(f"{f.rule} of {f.name}" for f in findings))
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        yield f"UNKNOWN {reason}: {', '.join(names[:_MOST_NAMES])}{more}"

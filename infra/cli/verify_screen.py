"""What `verify` shows: each answer that is wrong, and what could not be told, once for each reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from policies.languages.words import words_of
from policies.reports import terminal
from policies.reports.as_json import verdict
from policies.results import Finding, Report, Verdict

_MOST_NAMES = 3
_COLOURS = {"complies": "bold green", "violated": "bold red", "undecided": "bold yellow"}


def show_verified(console: Console, report: Report, *, passes: bool = False) -> None:
    """Prints the report."""
    say = words_of(report)
    console.print(terminal.themes(report))
    for finding in report.violations:
        console.print()
        console.print(terminal.finding_block(finding, say))
    console.print()
    for line in _without_answer(report):
        console.print(Text(terminal.clean(line), style="yellow"))
    if passes:
        for finding in report.findings:
            if finding.verdict is Verdict.PASS:
                console.print(
                    Text(terminal.clean(say("pass {0}: {1}", finding.rule, say.message(finding))), style="green")
                )
    if report.not_covered:
        listed = ", ".join(f"{terminal.clean(t)} ({n})" for t, n in report.not_covered.items())
        console.print(Text(say("Stores that no check knows: {0}", listed), style="yellow"))
    for note in report.notes:
        console.print(Text(say("Note: {0}", terminal.clean(note)), style="dim"))
    for problem in report.problems:
        console.print(Text(say("Could not verify: {0}", terminal.clean(problem)), style="yellow"))
    console.print(Text(summary(report), style=_COLOURS[verdict(report)]))


def summary(report: Report) -> str:
    """The last line: the verdict in one word, and the numbers behind it."""
    counts = Counter(f.verdict for f in report.findings)
    resources = len({f.urn for f in report.findings})
    say = words_of(report)
    return say(
        "{0}: {1} checks of {2} resources: {3} answers as they should be, {4} not, {5} without answer, {6} not checked",
        *(say(verdict(report)), len(report.rules), resources, counts[Verdict.PASS], counts[Verdict.FAIL]),
        *(counts[Verdict.UNKNOWN], counts[Verdict.WAIVED]),
    )


def _without_answer(report: Report) -> Iterator[str]:
    """One line for each reason: a region that does not answer would else fill the screen."""
    say = words_of(report)
    groups: dict[str, list[Finding]] = {}
    for finding in report.unknowns:
        groups.setdefault(finding.found, []).append(finding)
    for reason, findings in groups.items():
        names = list(dict.fromkeys(say("{0} of {1}", f.rule, f.name) for f in findings))
        more = say(" and {0} more", len(names) - _MOST_NAMES) if len(names) > _MOST_NAMES else ""
        yield say("UNKNOWN {0}: {1}{2}", reason, ", ".join(names[:_MOST_NAMES]), more)

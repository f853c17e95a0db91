"""A preview on a terminal: title, resources, sizes, promises, then the report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from infra.cli.screen import console, printing
from infra.cli.tables import sizing, table
from infra.preview import Preview
from policies.languages.words import ENGLISH, Words, words_of
from policies.reports.as_json import verdict
from policies.reports.terminal import clean, counts, findings, resource_tree
from policies.results import Report, Verdict

MOST_SITES = 20
"""Sites that a preview lists; `hospital-cloud size` lists them all."""


def show_preview(seen: Preview, files: Sequence[Path], *, passes: bool) -> None:
    """Prints a preview and says where its report was written."""
    say = words_of(seen.report)
    with printing():
        out = console()
        for block in (*_head(seen, say), *sizing(seen.report.details, MOST_SITES, say)):
            out.print(block)
        out.print()
        findings(out, seen.report, passes=passes)
        out.print(Text(say("report: {0}", ", ".join(clean(str(file)) for file in files))))


def _head(seen: Preview, say: Words) -> Iterator[RenderableType]:
    details = seen.report.details
    yield Text(clean(say("{0}: stack {1}", details["title"], seen.stack)), style="bold")
    stated = [say(str(details[key])) for key in ("jurisdiction", "lifecycle", "tier")]
    yield Text(say("jurisdiction {0}, lifecycle {1}, tier {2}", *stated))
    yield Text()
    yield resource_tree(details["resources"], say=say)
    yield Text(counts(details["resources"], say))


# --- all stacks ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One stack in the summary of all."""

    stack: str
    exit_code: int
    verdict: str = "bad input"
    tier: str = ""
    resources: int = 0
    passed: int = 0
    violated: int = 0
    undecided: int = 0
    broken_promises: int = 0

    @staticmethod
    def of(seen: Preview) -> Row:
        """The row of a preview."""
        report: Report = seen.report
        return Row(
            stack=seen.stack,
            exit_code=report.exit_code,
            verdict=verdict(report),
            tier=report.details["tier"],
            resources=report.details["resources"]["count"],
            passed=sum(1 for f in report.findings if f.verdict is Verdict.PASS),
            violated=len(report.violations),
            undecided=len(report.unknowns),
            broken_promises=len(seen.plan.broken_promises()),
        )


def summary(rows: Sequence[Row], out: Path, say: Words = ENGLISH) -> Table:
    """All stacks, one line each."""
    numbers = [say(n) for n in ("resources", "passed", "violated", "undecided", "broken promises")]
    lines = table(say("All stacks"), say("stack"), say("verdict"), say("tier"), *numbers, right=numbers)
    lines.caption = say("reports: {0}/STACK/report.html and report.json", out)
    lines.caption_justify = "left"
    for row in rows:
        cells = [row.stack, say(row.verdict), say(row.tier)]
        cells += [str(n) for n in (row.resources, row.passed, row.violated, row.undecided, row.broken_promises)]
        lines.add_row(*(Text(clean(cell)) for cell in cells), style={0: "green", 1: "red", 2: "yellow"}[row.exit_code])
    return lines


def summary_json(rows: Sequence[Row]) -> str:
    """The same as JSON."""
    return json.dumps({"format": 1, "stacks": [asdict(row) for row in rows]}, indent=1, ensure_ascii=False) + "\n"

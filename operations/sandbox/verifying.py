"""The first `verify`: the emulator is asked by boto3 whether it holds what the engine's state says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from operations.live import Live
from operations.sandbox import record
from operations.sandbox.life import Sandbox
from operations.sandbox.record import Phase
from operations.verify.gaps import read_gaps
from operations.verify.run import verify as ask
from policies.reports import as_json, terminal
from policies.results import Report, Verdict

GAPS: Final = Path(__file__).with_name("verify_gaps.yaml")
FILE: Final = "verify.json"


def verify(sandbox: Sandbox) -> Report:
    """Asks; the report is written beside the record. Raises LiveError, SandboxError, Failed."""
    way = sandbox.way_in()
    with sandbox.step(Phase.VERIFY, ""), way.entered():
        state = sandbox.ready_engine().deployed()
        live = Live(endpoint_url=way.endpoint_url)
        done = ask(state.graph, live, gaps=read_gaps(GAPS), notes=state.notes, on_progress=sandbox.screen.count)
        record.write(sandbox.folder / FILE, as_json.dumps(done.report))
    return done.report


def counts(report: Report) -> Mapping[str, int]:
    """How many answers there were of each kind."""
    found = Counter(f.verdict for f in report.findings)
    return {verdict.value: found[verdict] for verdict in Verdict if found[verdict]}


def show(console: Console, report: Report) -> None:
    """Prints what is not as it should be, and what could not be told."""
    for finding in report.violations:
        console.print(terminal.finding_block(finding))
    for finding in report.unknowns[:_SHOWN]:
        text = terminal.clean(f"undecided: {finding.rule} of {finding.name}: {finding.found}")
        console.print(Text(text, style="yellow"))
    for note in report.notes:
        console.print(Text(terminal.clean(note), style="dim"))
    numbers = ", ".join(f"{count} {verdict}" for verdict, count in counts(report).items())
    console.print(f"verify: {len(report.rules)} checks: {numbers}", markup=False)


_SHOWN: Final = 20

"""What a run did, as a file for programs and a table for people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from operations.sandbox.emulated import Emulated, is_real
from operations.sandbox.gaps import Gaps, How
from operations.sandbox.record import Record, write
from policies.graph import Graph

FILE: Final = "summary.json"
_FORMAT: Final = 1


def summary_of(
    record: Record, graph: Graph, adapted: Emulated, added: tuple[str, ...], gaps: Gaps, verified: Mapping[str, Any]
) -> dict[str, Any]:
    """Counts by type of what was applied and what was only made up, fields that were not sent or not compared, seconds of
    each step. `graph` is the stack's own."""
    types = sorted({r.type for r in graph.resources if is_real(r)})
    by_urn = graph.by_urn
    applied = Counter(by_urn[urn].type for urn in adapted.applied if urn in by_urn)
    echoed = Counter(by_urn[urn].type for urn in adapted.echoed)
    changed = Counter((by_urn[c.urn].type, c.gap.path, c.gap.how.value) for c in adapted.changed if c.urn in by_urn)
    return {
        "format": _FORMAT,
        "stack": record.stack,
        "engine": record.engine,
        "emulator": gaps.emulator,
        "resources": {"applied": applied.total(), "echoed": echoed.total(), "added": len(added)},
        "types": {t: {"applied": applied[t], "echoed": echoed[t]} for t in types},
        "echoed": [
            {
                "type": t,
                "count": n,
                "because": _row(adapted, by_urn, t).because,
                "instead": _row(adapted, by_urn, t).instead,
            }
            for t, n in sorted(echoed.items())
        ],
        "changed": [{"type": t, "path": path, "how": how, "count": n} for (t, path, how), n in sorted(changed.items())],
        "seconds": {name: done.seconds for name, done in record.done.items()},
        "verified": dict(verified),
    }


def _row(adapted: Emulated, by_urn: Mapping[str, Any], type_token: str) -> Any:
    return next(gap for urn, gap in adapted.echoed.items() if by_urn[urn].type == type_token)


def keep(folder: Path, summary: Mapping[str, Any]) -> Path:
    """Writes it beside the record."""
    write(folder / FILE, json.dumps(summary, indent=1, ensure_ascii=False) + "\n")
    return folder / FILE


def show(console: Console, folder: Path, summary: Mapping[str, Any]) -> None:
    """Prints it."""
    counts = summary["resources"]
    console.print(
        f"{summary['stack']} by {summary['engine']} in {summary['emulator']}: {counts['applied']} resources applied, "
        f"{counts['echoed']} only made up (the emulator lacks them), a second plan is empty",
        markup=False,
    )
    if summary["echoed"]:
        table = Table("only made up", "count", "because", "checked instead", box=None, pad_edge=False)
        for row in summary["echoed"]:
            table.add_row(_short(row["type"]), str(row["count"]), row["because"], row["instead"])
        console.print(table)
    if summary["changed"]:
        table = Table("changed", "count", "what became of it", box=None, pad_edge=False)
        for row in summary["changed"]:
            path = f"{_short(row['type'])} {row['path']}".strip()
            table.add_row(path, str(row["count"]), _BECAME[row["how"]])
        console.print(table)
    times = ", ".join(f"{name} {seconds:.0f}" for name, seconds in summary["seconds"].items())
    console.print(f"seconds: {times}", markup=False)
    console.print(f"logs: {folder / 'logs'}, {folder / 'emulator.log'}; all of this: {folder / FILE}", markup=False)


_BECAME: Final = {
    How.STAND_IN.value: "another type stands in for it",
    How.DROP.value: "not sent",
    How.SET.value: "sent with another value",
    How.IGNORE.value: "sent, not compared",
}


def _short(type_token: str) -> str:
    return type_token.removeprefix("aws:").partition("/")[0] + " " + type_token.rpartition(":")[2]

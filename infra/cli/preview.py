"""`hospital-cloud preview`: what a stack would build, how it was sized, whether it may be deployed."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.files import all_stack_files, folder_name, stack_file

if TYPE_CHECKING:
    from infra.preview import Preview

STACK = "cn-tertiary"


def preview(
    stack: Annotated[str, typer.Option(help="Name of a stack in stacks/, or the path of its file.")] = STACK,
    every: Annotated[bool, typer.Option("--all", help="Every stack in stacks/, as one table.")] = False,
    passes: Annotated[bool, typer.Option("--passes", help="List what complies, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON instead.")] = False,
    out: Annotated[Path, typer.Option(help="Where OUT/STACK/report.html and report.json go.")] = Path("out"),
) -> int:
    """Show what a stack would build, how it was sized, and whether it may be deployed. Offline."""
    if every:
        return _all(out, as_json)
    seen, files = _one(stack_file(stack), out)
    from infra.cli.preview_screen import show_preview
    from infra.cli.screen import text
    from policies.reports.as_json import dumps

    if as_json:
        text(dumps(seen.report))
    else:
        show_preview(seen, files, passes=passes)
    return seen.report.exit_code


def _one(file: Path, out: Path) -> tuple[Preview, list[Path]]:
    """Previews one stack and writes its report."""
    from infra.cli.screen import reporting
    from infra.preview import preview as run
    from infra.preview import stack_name

    with reporting(stack_name(file)) as progress:
        seen = run(file, on_resource=progress.count, on_step=progress.step)
        progress.step("writing the report")
        files = write_report(out / folder_name(seen.stack), seen)
    return seen, files


def write_report(folder: Path, seen: Preview) -> list[Path]:
    """Writes report.html and report.json; where they are."""
    from infra.cli.files import write
    from policies.reports import as_json, html

    return write(
        folder,
        {"report.html": html.render(seen.report, seen.graph), "report.json": as_json.dumps(seen.report)},
    )


def _all(out: Path, as_json: bool) -> int:
    """Every stack, one after the other; the worst exit code: violated before undecided before complying."""
    from infra.cli.guard import said, sentence
    from infra.cli.preview_screen import Row, summary, summary_json
    from infra.cli.screen import show, text
    from infra.preview import stack_name
    from infra.settings import StackFileErrors

    rows: list[Row] = []
    for file in all_stack_files():
        try:
            seen, _ = _one(file, out)
            rows.append(Row.of(seen))
            del seen
            gc.collect()  # collecting is off (infra.cli.main); between stacks it keeps the memory of one
        except Exception as error:  # one stack's fault must not hide another's violation
            said(sentence(error))
            rows.append(Row(stack_name(file), 2, "bad input" if isinstance(error, StackFileErrors) else "fault"))
    if as_json:
        text(summary_json(rows))
    else:
        show(summary(rows, out))
    return max((row.exit_code for row in rows), key=(0, 2, 1).index)

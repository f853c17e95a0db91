"""`hospital-cloud`: one verb a file. Nothing heavy is imported here: each verb imports what it needs when it runs."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import Any

import typer

from infra.cli import audit, bootstrap, checkov, export, graph, new, preview, rules, size, verify
from infra.cli.guard import FAULT, guarded, hush, said, sentence

app = typer.Typer(
    name="hospital-cloud",
    help="A hospital's cloud from one stack file: what it builds, how it is sized, whether it may be deployed.",
    epilog="Exit codes: 0 complies, 1 something is violated, 2 bad input, a fault, or not decidable.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for verb in (
    preview.preview,
    audit.audit,
    checkov.checkov,
    graph.graph,
    rules.rules,
    size.size,
    new.new,
    bootstrap.bootstrap,
    verify.verify,
):
    app.command(verb.__name__)(guarded(verb))

exports = typer.Typer(help="Write a stack in another tool's words.", no_args_is_help=True, rich_markup_mode=None)
exports.command("terraform")(guarded(export.terraform))
app.add_typer(exports, name="export")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code: Any = app(args=None if arguments is None else list(arguments), standalone_mode=False)
        sys.stdout.flush()
    except SystemExit as end:
        code = FAULT if end.code else 0
    except (KeyboardInterrupt, typer.Abort):
        code = said("interrupted")
    except BrokenPipeError:
        hush()
        code = FAULT
    except Exception as error:
        code = _wrong_usage(error)
    return code if code in (0, 1, 2) else FAULT


def _wrong_usage(error: Exception) -> int:
    """A wrong option or argument, said by the parser itself with the usage; anything else is a fault."""
    show = getattr(error, "show", None)
    if show is None:
        return said(sentence(error))
    show(file=sys.stderr)
    return FAULT


def run() -> None:
    """The console script."""
    gc.disable()  # what a verb makes lives to its end; collecting in between is half of what a large stack costs
    code = main()
    hush()
    gc.freeze()  # ending would collect once more what is about to vanish
    sys.exit(code)

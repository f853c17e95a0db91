"""`hospital-cloud size`: what a stack's demand comes to, with the arithmetic."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.cli.files import stack_file
from infra.cli.preview import STACK


def size(
    stack: Annotated[str, typer.Option(help="Name of a stack in stacks/, or the path of its file.")] = STACK,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON instead.")] = False,
) -> int:
    """Show what a stack's demand comes to: every size with its arithmetic, every promise beside what can be held."""
    import json

    from infra.cli.screen import show, text
    from infra.cli.tables import sizing as tables
    from infra.report_details import sizing
    from infra.settings import load
    from infra.sizing import plan_of

    found = sizing(plan_of(load(stack_file(stack))))
    if as_json:
        text(json.dumps({"format": 1, **found}, indent=1, ensure_ascii=False) + "\n")
    else:
        show(f"tier {found['tier']}", *tables(found))
    return 0

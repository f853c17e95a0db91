"""`hospital-cloud graph`: every resource of a stack or program, with its edges, as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infra.cli.files import stack_file
from infra.cli.guard import Refused
from infra.cli.preview import STACK


def graph(
    source: Annotated[
        Path | None, typer.Argument(help="Folder of a Pulumi project, or a Python program. Left out: our own stack.")
    ] = None,
    stack: Annotated[str | None, typer.Option(help=f"Which stack. Left out: {STACK}, or the first of SOURCE.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Computed outputs are unknown, as in an engine's preview.")
    ] = False,
    jurisdiction: Annotated[
        str, typer.Option(help="For SOURCE: where functions of the provider answer from.")
    ] = "cn-mainland",
    time_limit_s: Annotated[int, typer.Option(min=1, max=86_400, help="For SOURCE: seconds it may run.")] = 900,
) -> int:
    """Print the resource graph as JSON, in canonical order."""
    from infra.cli.screen import text

    if source is None:
        text(_own(stack or STACK, strict))
    else:
        text(_foreign(source, stack, strict, jurisdiction, time_limit_s))
    return 0


def _own(stack: str, strict: bool) -> str:
    from infra.cli.screen import reporting
    from infra.preview import recording
    from infra.settings import load

    file = stack_file(stack)
    with reporting(stack) as progress:
        progress.step("running the program")
        return recording(file, load(file), strict=strict, on_resource=progress.count).graph.dumps()


def _foreign(source: Path, stack: str | None, strict: bool, jurisdiction: str, time_limit_s: int) -> str:
    from infra.audit import run
    from infra.cli.screen import reporting
    from policies.context import of_jurisdiction
    from policies.sources.project import find

    law = of_jurisdiction(jurisdiction).jurisdiction
    if source.suffix == ".json":
        raise Refused(f"{source} is no program; a graph that was written before can be audited: hospital-cloud audit")
    project = find(source, stack)
    with reporting(f"graph {project.name}") as progress:
        progress.step("running the program")
        return run(project, law.id, time_limit_s, strict=strict, on_resource=progress.count).graph.dumps()

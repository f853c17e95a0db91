"""The options by which a verb is told of waivers and of the laws to answer to."""

from __future__ import annotations

from pathlib import Path

import typer

from infra.cli.guard import Refused

WAIVERS_OPTION = typer.Option(
    help="The reviewed file of waivers. Left out: waivers/STACK.yaml beside the stack files, else waivers.yaml beside "
    "Pulumi.yaml."
)
NO_WAIVERS_OPTION = typer.Option("--no-waivers", help="Let no waiver count.")
FRAMEWORK_OPTION = typer.Option(
    "--framework",
    help="A framework to show clause by clause (docs/reference/clauses.md), or all; may be given more than once. Left "
    "out: those of the jurisdiction, in a line each.",
)
CHECKOV_OPTION = typer.Option("--checkov", help="Run Checkov's own checks too, and merge what they find.")


def checked(waivers: Path | None, no_waivers: bool, frameworks: list[str] | None) -> None:
    """Raises Refused or NoSuchFramework with a sentence before anything is run."""
    if waivers is not None and no_waivers:
        raise Refused("--waivers and --no-waivers were both given; wanted: one of them")
    if frameworks:
        from policies.frameworks_loader import frameworks_of

        frameworks_of("", None, frameworks)

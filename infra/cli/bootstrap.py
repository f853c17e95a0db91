"""`hospital-cloud bootstrap`: what must be there before the first deployment, made in the live accounts."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from infra.cli.files import stack_file

if TYPE_CHECKING:
    from infra.bootstrap import Prepared
    from operations.bootstrap import Done
    from operations.live import Live


class Account(str, Enum):
    """Which account."""

    WORKLOAD = "workload"
    LOG = "log"
    BACKUP = "backup"
    ALL = "all"


def bootstrap(
    stack: Annotated[str, typer.Option(help="Name of a stack in stacks/, or the path of its file.")],
    account: Annotated[
        Optional[Account], typer.Option(help="Which account; left out, the one that the credentials are of.")
    ] = None,
    profile: Annotated[Optional[str], typer.Option(help="A profile of the AWS configuration files.")] = None,
    role: Annotated[
        Optional[str], typer.Option(help="Role to take on in accounts that are not the credentials' own.")
    ] = None,
    endpoint_url: Annotated[Optional[str], typer.Option(help="An emulator's address, instead of AWS.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be made or corrected.")] = False,
) -> int:
    """Make what bounds the deploying hands, and where the state is kept. Safe to repeat; deletes nothing."""
    from infra.bootstrap import brings_its_own, chosen, next_lines, prepare, way_in
    from infra.cli.screen import reporting, show
    from infra.gate import refusal

    file = stack_file(stack)
    with reporting(f"bootstrap {stack}") as progress:
        prepared = prepare(file, on_step=progress.step)
        if prepared.report.exit_code:
            show(refusal(prepared.report))
            return prepared.report.exit_code
        progress.step("asking whose credentials these are")
        hospital = prepared.loaded.hospital
        live, caller = way_in(hospital, profile=profile, role=role, endpoint_url=endpoint_url)
        names = chosen(hospital, account.value if account else None, caller.account_id, role)
    done: list[Done] = []
    for name in names:
        if said := brings_its_own(hospital, name):
            show(said)
        done += _one(prepared, name, live, dry_run)
    if "workload" in names and not dry_run:
        show("Next, as a role that may use the state:", *(f"  {line}" for line in next_lines(prepared, endpoint_url)))
    return 1 if any(line.outcome.name == "TOO_MUCH" for line in done) else 0


def _one(prepared: Prepared, name: str, live: Live, dry: bool) -> list[Done]:
    """One account; what was done is shown also where it ends early."""
    from infra.cli.guard import Refused
    from infra.cli.screen import reporting, show
    from operations.bootstrap import Run, steps

    hospital = prepared.loaded.hospital
    stated = hospital.accounts.by_role()[name]
    plan = steps(prepared.graph, hospital.law, stated.id, hospital.primary.region)
    done: list[Done] = []
    try:
        with reporting(f"{name} {stated.id}") as progress:
            run = Run(
                live, stated.id, dry=dry, on_wait=lambda what: progress.step(f"waiting until AWS knows of {what}")
            )
            for line in run.run(plan):
                done.append(line)
                progress.step(f"{len(done)} of {len(plan)}: {line.label}: {line.outcome.value}")
    except KeyboardInterrupt:
        raise Refused("interrupted; what is made stays: run the same command again to go on") from None
    finally:
        show(*account_of(f"{name} {stated.id}", done))
    return done


def account_of(what: str, done: list[Done]) -> list[str]:
    """How many of each, and each that was not there already."""
    counts: dict[str, int] = {}
    for line in done:
        counts[line.outcome.value] = counts.get(line.outcome.value, 0) + 1
    told = [
        f"  {line.label}: {line.outcome.value}{f' ({line.detail})' if line.detail else ''}"
        for line in done
        if line.outcome.name != "PRESENT"
    ]
    return [f"{what}: {', '.join(f'{count} {outcome}' for outcome, count in counts.items()) or 'nothing'}", *told]

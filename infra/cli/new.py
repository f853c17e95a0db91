"""`hospital-cloud new`: a few questions, then a commented stack file that passes."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from infra.cli.guard import Refused

if TYPE_CHECKING:
    from infra.settings.scaffold import Answers

T = TypeVar("T")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,61}[a-z0-9]")


def new(
    name: Annotated[str, typer.Argument(help="Name of the stack: small letters, digits, dashes.")],
    jurisdiction: Annotated[str | None, typer.Option(help="Whose law counts, such as cn-mainland or eu.")] = None,
    place: Annotated[str | None, typer.Option(help="City of the main site.")] = None,
    outpatients_per_day: Annotated[int | None, typer.Option(help="Visits on a working day.")] = None,
    inpatients: Annotated[int | None, typer.Option(help="Occupied beds.")] = None,
    imaging_per_day: Annotated[
        int | None, typer.Option(help="Imaging studies a day, all modalities. Left out: from usual rates.")
    ] = None,
    workload_account: Annotated[str | None, typer.Option(help="AWS account of the hospital, 12 digits.")] = None,
    log_account: Annotated[str | None, typer.Option(help="AWS account that keeps audit logs.")] = None,
    backup_account: Annotated[str | None, typer.Option(help="AWS account that keeps isolated backups.")] = None,
) -> int:
    """Write a stack file for a hospital: asks for what no option states, where there is somebody to ask."""
    from infra.cli.files import stack_folder, write
    from infra.cli.screen import console
    from infra.settings.scaffold import render

    file = _free(name, stack_folder(to_write=True))
    asked = _Questions()
    answers = _answers(
        asked,
        name,
        jurisdiction,
        place,
        (outpatients_per_day, inpatients, imaging_per_day),
        (workload_account, log_account, backup_account),
    )
    write(file.parent, {file.name: render(answers)})
    out = console(sys.stderr)
    out.print(f"written: {file}; now put the hospital's own values where CHANGE stands", markup=False)
    return _check(file)


def _free(name: str, folder: Path) -> Path:
    """Where the new stack file goes. Raises Refused for a bad name, or where there is one already."""
    if not _NAME.fullmatch(name):
        raise Refused(
            f"{name!r} is no name for a stack; wanted: 2 to 63 small letters, digits and dashes, a letter first, no dash last"
        )
    file = folder / f"Pulumi.{name}.yaml"
    if file.exists() or file.is_symlink():
        raise Refused(f"{file} is there already, and is not overwritten")
    return file


class _Questions:
    """Asks where there is a terminal; where there is none, notes what is missing: a default would be a guess."""

    def __init__(self) -> None:
        self.can_ask = sys.stdin.isatty() and sys.stderr.isatty()
        self.missing: list[str] = []

    def ask(self, given: T | None, option: str, question: str, default: T | None, kind: Callable[[str], T]) -> T | None:
        """The option's value, else the answer; without anybody to ask, None."""
        if given is not None:
            return given
        if self.can_ask:
            answer: Any = typer.prompt(question, default=default, type=kind, err=True)
            return kind(answer)
        self.missing.append(option)
        return None


def _answers(
    questions: _Questions,
    name: str,
    jurisdiction: str | None,
    place: str | None,
    demand: tuple[int | None, int | None, int | None],
    accounts: tuple[str | None, str | None, str | None],
) -> Answers:
    """What the stack file is made from. Raises Refused with everything that is missing."""
    import jurisdictions
    from infra.settings.scaffold import Answers, cities

    ask = questions.ask
    law = ask(jurisdiction, "--jurisdiction", f"Jurisdiction ({', '.join(jurisdictions.names())})", "cn-mainland", str)
    if law is not None and law not in jurisdictions.names():
        from infra.settings.errors import did_you_mean

        known = jurisdictions.names()
        raise Refused(f"there is no jurisdiction {law!r}; allowed: {', '.join(known)}{did_you_mean(law, known)}")
    known_cities = cities(law or "cn-mainland")
    city = ask(place, "--place", f"City of the main site ({', '.join(known_cities)})", known_cities[0], str)
    outpatients = ask(demand[0], "--outpatients-per-day", "Outpatients on a working day", None, int)
    inpatients = ask(demand[1], "--inpatients", "Inpatients (occupied beds)", None, int)
    workload = ask(accounts[0], "--workload-account", "AWS account of the hospital (12 digits)", None, str)
    if questions.missing:
        raise Refused(f"nobody to ask here, and these are missing: {', '.join(questions.missing)}")
    return Answers(
        name=name,
        jurisdiction=str(law),
        city=str(city),
        outpatients_per_day=int(outpatients or 0),
        inpatients=int(inpatients or 0),
        workload_account_id=str(workload),
        imaging_per_day=_optional(questions, demand[2], "Imaging studies a day (empty: from usual rates)"),
        log_account_id=accounts[1]
        or _optional_text(questions, accounts[1], "AWS account for audit logs (empty: none)"),
        backup_account_id=accounts[2]
        or _optional_text(questions, accounts[2], "AWS account for isolated backups (empty: none)"),
    )


def _optional_text(questions: _Questions, given: str | None, question: str) -> str | None:
    if given is not None or not questions.can_ask:
        return given
    answer = str(typer.prompt(question, default="", show_default=False, err=True)).strip()
    return answer or None


def _optional(questions: _Questions, given: int | None, question: str) -> int | None:
    if given is not None or not questions.can_ask:
        return given
    answer = _optional_text(questions, None, question)
    if answer is None:
        return None
    if not answer.isdecimal():
        raise Refused(f"{answer!r} is no number of studies")
    return int(answer)


def _check(file: Path) -> int:
    """Judges the new stack as it stands."""
    from infra.cli.screen import console, printing, reporting
    from infra.preview import preview, stack_name
    from policies.reports.terminal import finding_block, summary

    with reporting(stack_name(file)) as progress:
        seen = preview(file, on_resource=progress.count, on_step=progress.step)
    with printing():
        out = console()
        for finding in [*seen.report.violations, *seen.report.unknowns]:
            out.print(finding_block(finding))
        out.print(summary(seen.report))
        out.print(f"next: hospital-cloud preview --stack {stack_name(file)}", markup=False)
    return seen.report.exit_code

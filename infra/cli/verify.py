"""`hospital-cloud verify`: whether the live account holds what the state says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.cli.files import folder_name
from infra.cli.languages import LANG_OPTION, Language


def verify(
    source: Annotated[
        Path,
        typer.Argument(
            help="What `pulumi stack export` prints, or `terraform show -json` of a state; - is standard input."
        ),
    ],
    endpoint_url: Annotated[
        str | None, typer.Option(help="Ask every service here instead of at AWS: an emulator.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="A profile of the AWS configuration files.")] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            help="ARN of the role to take in its account; may be repeated. Left out: what the state's providers take."
        ),
    ] = None,
    known_gaps: Annotated[
        Path | None, typer.Option(help="YAML list of what this endpoint cannot answer: shown as not checked.")
    ] = None,
    passes: Annotated[bool, typer.Option("--passes", help="List what is as it should be, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON instead.")] = False,
    lang: Annotated[Language, LANG_OPTION] = Language.EN,
    out: Annotated[Path, typer.Option(help="Where OUT/verify-NAME/report.html and report.json go.")] = Path("out"),
) -> int:
    """Ask the live account, by reading calls alone, whether every store, copy and alarm of the state is as it should be:
    keys, replication, backups, locks, targets."""
    from infra.cli.files import write
    from infra.cli.screen import console, printing, reporting, text
    from infra.cli.verify_screen import show_verified
    from infra.verify import read_state, roles_by_account
    from infra.verify import verify as run
    from operations.live import Live
    from policies.languages.report import in_language
    from policies.languages.words import words
    from policies.reports import as_json as json_report
    from policies.reports import html, terminal

    live = Live(endpoint_url=endpoint_url, profile=profile, role_arns=roles_by_account(role or []))
    with reporting(f"verify {source}", words(lang)) as progress:
        progress.step("reading the state")
        state = read_state(source, sys.stdin.buffer)
        progress.step("asking the account")
        done = run(state, source, live, known_gaps=known_gaps, on_progress=progress.part)
    report = in_language(done.report, lang)
    files = write(
        out / folder_name(f"verify-{done.name}"),
        {"report.html": html.render(report, done.graph), "report.json": json_report.dumps(report)},
    )
    if as_json:
        text(json_report.dumps(report))
        return done.report.exit_code
    with printing():
        screen = console()
        show_verified(screen, report, passes=passes)
        listed = ", ".join(terminal.clean(str(file)) for file in files)
        screen.print(words(lang)("report: {0}", listed), markup=False)
    return done.report.exit_code

"""`hospital-cloud audit`: judges any Pulumi Python program, or a document: a preview, a state, a plan, a graph."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from infra.cli.files import folder_name
from infra.cli.guard import Refused
from infra.cli.languages import LANG_OPTION, Language
from infra.cli.renderings import BASE_OPTION, FORMAT_OPTION, Format
from infra.cli.reviewed import CHECKOV_OPTION, FRAMEWORK_OPTION, NO_WAIVERS_OPTION, WAIVERS_OPTION, checked


class Lifecycle(str, Enum):
    """What the audited stack may be taken for."""

    TRIAL = "trial"
    LIVE = "live"
    RETIRING = "retiring"


def audit(
    source: Annotated[
        Path,
        typer.Argument(
            help="Folder of a Pulumi project, a Python program, or a document: what `pulumi preview --json --show-sames`, "
            "`pulumi stack export`, `terraform show -json` or `hospital-cloud graph` prints; - is standard input."
        ),
    ],
    jurisdiction: Annotated[
        str | None, typer.Option(help="Whose law counts. Left out: what the stack states, else cn-mainland.")
    ] = None,
    stack: Annotated[str | None, typer.Option(help="Which stack's configuration. Left out: the first.")] = None,
    lifecycle: Annotated[Lifecycle | None, typer.Option(help="Left out: what the stack states, else live.")] = None,
    mlps_level: Annotated[int | None, typer.Option(min=1, max=4, help="Level of protection (GB/T 22239).")] = None,
    data_class_tag: Annotated[
        str | None, typer.Option(help="The program's own tag that says what hospital-cloud:data-class says.")
    ] = None,
    record_kind_tag: Annotated[str | None, typer.Option(help="The same for hospital-cloud:record-kind.")] = None,
    backup_tag: Annotated[str | None, typer.Option(help="The same for hospital-cloud:backup.")] = None,
    whole_accounts: Annotated[
        bool,
        typer.Option(
            "--whole-accounts",
            help="The program prepares its accounts as wholes: a trail, detectors, recorders, a password policy must be in it.",
        ),
    ] = False,
    time_limit_s: Annotated[int, typer.Option(min=1, max=86_400, help="Seconds the program may run.")] = 900,
    passes: Annotated[bool, typer.Option("--passes", help="List what complies, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON instead.")] = False,
    waivers: Annotated[Path | None, WAIVERS_OPTION] = None,
    no_waivers: Annotated[bool, NO_WAIVERS_OPTION] = False,
    frameworks: Annotated[list[str] | None, FRAMEWORK_OPTION] = None,
    formats: Annotated[list[Format] | None, FORMAT_OPTION] = None,
    base: Annotated[Path | None, BASE_OPTION] = None,
    checkov: Annotated[bool, CHECKOV_OPTION] = False,
    lang: Annotated[Language, LANG_OPTION] = Language.EN,
    out: Annotated[Path, typer.Option(help="Where OUT/audit-NAME/report.html and its like go.")] = Path("out"),
) -> int:
    """Judge a Pulumi Python program, a preview, an export, or a plan or state of Terraform. A document is only read. A
    program runs in a process of its own: without credentials, with limits on time and memory, and without network where
    the system can refuse it."""
    from infra.audit import Frame, is_document
    from infra.audit import audit as run
    from infra.cli.renderings import against, repository_of_source, write_report
    from infra.cli.screen import console, printing, reporting, text
    from policies.languages.report import in_language
    from policies.languages.words import words
    from policies.reports import as_json as json_report
    from policies.reports import terminal

    checked(waivers, no_waivers, frameworks)
    frame = Frame(
        jurisdiction=jurisdiction,
        stack=stack,
        lifecycle=lifecycle.value if lifecycle else None,
        mlps_level=mlps_level,
        tag_names=_tags(data_class_tag, record_kind_tag, backup_tag),
        whole_accounts=whole_accounts,
        waiver_file=waivers,
        waive=not no_waivers,
        frameworks=tuple(frameworks or ()),
        time_limit_s=time_limit_s,
    )
    with reporting(f"audit {source.name or source}", words(lang)) as progress:
        progress.step("judging" if is_document(source) else "running the program")
        done = run(source, frame, on_resource=progress.count)
        if checkov:
            from infra.checkov_report import audit_with_checkov

            done = audit_with_checkov(done, on_step=progress.step)
    folder = folder_name(f"audit-{done.name}")
    report = in_language(against(done.report, base, folder), lang)
    files = write_report(out / folder, report, done.graph, repository_of_source(source), formats)
    if as_json:
        text(json_report.dumps(report))
        return report.exit_code
    with printing():
        screen = console()
        terminal.show(screen, report, passes=passes)
        listed = ", ".join(terminal.clean(str(file)) for file in files)
        screen.print(words(lang)("report: {0}", listed), markup=False)
    return report.exit_code


def _tags(data_class: str | None, record_kind: str | None, backup: str | None) -> dict[str, str]:
    """Our tags -> the program's own."""
    from jurisdictions import BACKUP_TAG, DATA_CLASS_TAG, RECORD_KIND_TAG

    named = {DATA_CLASS_TAG: data_class, RECORD_KIND_TAG: record_kind, BACKUP_TAG: backup}
    empty = [ours for ours, theirs in named.items() if theirs == ""]
    if empty:
        raise Refused(f"the tag for {empty[0]} is empty; wanted: the name of the program's own tag")
    return {ours: theirs for ours, theirs in named.items() if theirs}

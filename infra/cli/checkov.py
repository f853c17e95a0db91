"""`hospital-cloud checkov`: Checkov's own checks on any Pulumi Python program, preview, export or plan."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.audit import Lifecycle
from infra.cli.guard import Refused
from infra.cli.languages import LANG_OPTION, Language
from infra.cli.reviewed import NO_WAIVERS_OPTION, WAIVERS_OPTION, checked

if TYPE_CHECKING:
    from infra.audit import Audit

_CHECK = re.compile(r"[A-Za-z0-9_*?-]{1,80}")


class Output(str, Enum):
    """Checkov's names of forms."""

    CLI = "cli"
    JSON = "json"
    SARIF = "sarif"
    JUNITXML = "junitxml"


class Framework(str, Enum):
    """Checkov's names of what it reads."""

    ALL = "all"
    TERRAFORM_PLAN = "terraform_plan"
    KUBERNETES = "kubernetes"


def checkov(
    source: Annotated[
        Path,
        typer.Argument(
            help="Folder of a Pulumi project, a Python program, or a document: what `pulumi preview --json --show-sames`, "
            "`pulumi stack export`, `terraform show -json` or `hospital-cloud graph` prints; - is standard input."
        ),
    ],
    check: Annotated[
        list[str] | None, typer.Option("--check", "-c", help="Only these; ids with commas, * and ?.")
    ] = None,
    skip_check: Annotated[list[str] | None, typer.Option("--skip-check", help="All but these.")] = None,
    framework: Annotated[Framework, typer.Option(help="Only what becomes a plan, or only manifests.")] = Framework.ALL,
    output: Annotated[Output, typer.Option("--output", "-o", help="The form of what is printed.")] = Output.CLI,
    compact: Annotated[bool, typer.Option("--compact", help="One line a finding.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only what failed.")] = False,
    soft_fail: Annotated[bool, typer.Option("--soft-fail", "-s", help="Exit 0 when a check fails.")] = False,
    stack: Annotated[str | None, typer.Option(help="Which stack's configuration. Left out: the first.")] = None,
    jurisdiction: Annotated[str | None, typer.Option(help="Left out: what the stack states, else cn-mainland.")] = None,
    lifecycle: Annotated[Lifecycle | None, typer.Option(help="Left out: what the stack states, else live.")] = None,
    waivers: Annotated[Path | None, WAIVERS_OPTION] = None,
    no_waivers: Annotated[bool, NO_WAIVERS_OPTION] = False,
    lang: Annotated[Language, LANG_OPTION] = Language.EN,
    time_limit_s: Annotated[int, typer.Option(min=1, max=86_400, help="Seconds the program may run.")] = 900,
) -> int:
    """Run Checkov's own checks on a Pulumi program, a preview, an export, or a plan or state of Terraform. A program runs
    as `audit` runs it; Checkov runs without network."""
    from infra.audit import Frame, audit, is_document
    from infra.checkov_report import only_checkov
    from infra.cli.screen import reporting
    from policies.checkov_runner.findings import FRAMEWORKS, Wish
    from policies.languages.report import in_language
    from policies.languages.words import words

    checked(waivers, no_waivers, None)
    wish = Wish(
        checks=_ids("--check", check),
        skip_checks=_ids("--skip-check", skip_check),
        frameworks=FRAMEWORKS if framework is Framework.ALL else (framework.value,),
    )
    frame = Frame(
        jurisdiction=jurisdiction,
        stack=stack,
        lifecycle=lifecycle.value if lifecycle else None,
        waiver_file=waivers,
        waive=not no_waivers,
        time_limit_s=time_limit_s,
    )
    with reporting(f"checkov {source.name or source}", words(lang)) as progress:
        progress.step("reading" if is_document(source) else "running the program")
        done = only_checkov(audit(source, frame, on_resource=progress.count), wish, on_step=progress.step)
    done = replace(done, report=in_language(done.report, lang))
    _show(done, source, output, compact=compact, quiet=quiet)
    return 0 if soft_fail and done.report.exit_code == 1 else done.report.exit_code


def _ids(option: str, given: list[str] | None) -> tuple[str, ...]:
    ids = tuple(part.strip() for text in given or () for part in text.split(",") if part.strip())
    bad = [text for text in ids if not _CHECK.fullmatch(text)]
    if bad:
        raise Refused(
            f"{option} {bad[0][:80]!r} is no id of a check; wanted: CKV_AWS_18, CKV2_AWS_*, with commas between"
        )
    return ids


def _show(done: Audit, source: Path, output: Output, *, compact: bool, quiet: bool) -> None:
    from infra.cli.renderings import repository_of_source
    from infra.cli.screen import console, printing, text
    from policies.reports import as_json, as_junit, as_sarif, terminal

    if output is Output.JSON:
        text(as_json.dumps(done.report))
    elif output is Output.SARIF:
        text(as_sarif.render(done.report, repository_of_source(source)))
    elif output is Output.JUNITXML:
        text(as_junit.render(done.report))
    elif compact:
        text("".join(f"{terminal.clean(line)}\n" for line in _lines(done, quiet)))
    else:
        with printing():
            terminal.show(console(), done.report, passes=not quiet)


def _lines(done: Audit, quiet: bool) -> Iterable[str]:
    """One line a finding, what failed first; then how many."""
    from policies.languages.words import words_of
    from policies.results import Verdict

    say = words_of(done.report)
    words = {Verdict.FAIL: say("FAILED"), Verdict.PASS: say("PASSED"), Verdict.WAIVED: say("SKIPPED")}
    for verdict in (Verdict.FAIL,) if quiet else (Verdict.FAIL, Verdict.WAIVED, Verdict.PASS):
        for finding in done.report.findings:
            if finding.verdict is verdict:
                place = f" {finding.source}" if finding.source else ""
                yield f"{words[verdict]} {finding.rule} {finding.type} {finding.name}{place}: {finding.wanted}"
    counts = {v: sum(f.verdict is v for f in done.report.findings) for v in words}
    yield ", ".join(f"{words[v].lower()} {counts[v]}" for v in (Verdict.PASS, Verdict.FAIL, Verdict.WAIVED))
    yield from (say("problem: {0}", problem) for problem in done.report.problems)
    yield from (f"note: {note}" for note in done.report.notes if note.startswith("Checkov did not see"))

"""`hospital-cloud preview`: what a stack would build, how it was sized, whether it may be deployed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.files import all_stack_files, folder_name, stack_file
from infra.cli.guard import Refused
from infra.cli.languages import LANG_OPTION, Language
from infra.cli.renderings import BASE_OPTION, FORMAT_OPTION, Format
from infra.cli.reviewed import CHECKOV_OPTION, FRAMEWORK_OPTION, NO_WAIVERS_OPTION, WAIVERS_OPTION, checked

if TYPE_CHECKING:
    from infra.preview import Preview

STACK = "cn-tertiary"


def preview(
    stack: Annotated[str, typer.Option(help="Name of a stack in stacks/, or the path of its file.")] = STACK,
    every: Annotated[bool, typer.Option("--all", help="Every stack in stacks/, as one table.")] = False,
    passes: Annotated[bool, typer.Option("--passes", help="List what complies, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON instead.")] = False,
    waivers: Annotated[Path | None, WAIVERS_OPTION] = None,
    no_waivers: Annotated[bool, NO_WAIVERS_OPTION] = False,
    frameworks: Annotated[list[str] | None, FRAMEWORK_OPTION] = None,
    formats: Annotated[list[Format] | None, FORMAT_OPTION] = None,
    base: Annotated[Path | None, BASE_OPTION] = None,
    checkov: Annotated[bool, CHECKOV_OPTION] = False,
    lang: Annotated[Language, LANG_OPTION] = Language.EN,
    out: Annotated[Path, typer.Option(help="Where OUT/STACK/report.html and its like go.")] = Path("out"),
) -> int:
    """Show what a stack would build, how it was sized, and whether it may be deployed. Offline."""
    checked(waivers, no_waivers, frameworks)
    judged = partial(
        _one,
        out=out,
        formats=formats,
        base=base,
        waive=not no_waivers,
        frameworks=frameworks or (),
        checkov=checkov,
        lang=lang,
    )
    if every:
        if waivers is not None:
            raise Refused(f"--waivers {waivers} is one file, --all judges every stack, each with a file of its own")
        return _all(judged, out, as_json, base, lang)
    seen, files = judged(stack_file(stack), waivers=waivers)
    from infra.cli.preview_screen import show_preview
    from infra.cli.screen import text
    from policies.reports.as_json import dumps

    if as_json:
        text(dumps(seen.report))
    else:
        show_preview(seen, files, passes=passes)
    return seen.report.exit_code


def _one(
    file: Path,
    *,
    out: Path,
    formats: list[Format] | None,
    base: Path | None,
    waive: bool,
    frameworks: Sequence[str],
    checkov: bool,
    lang: Language,
    waivers: Path | None = None,
) -> tuple[Preview, list[Path]]:
    """Previews one stack and writes its report."""
    from infra import program
    from infra.cli.renderings import against, repository_of, write_report
    from infra.cli.screen import reporting
    from infra.preview import preview as run
    from infra.preview import stack_name
    from policies.languages.report import in_language
    from policies.languages.words import words

    with reporting(stack_name(file), words(lang)) as progress:
        seen = run(
            file,
            waiver_file=waivers,
            waive=waive,
            frameworks=frameworks,
            on_resource=progress.count,
            on_step=progress.step,
        )
        if checkov:
            from infra.checkov_report import preview_with_checkov

            seen = preview_with_checkov(seen, on_step=progress.step)
        progress.step("writing the report")
        folder = folder_name(seen.stack)
        seen = replace(seen, report=in_language(against(seen.report, base, folder), lang))
        files = write_report(out / folder, seen.report, seen.graph, repository_of(program.ROOT, file), formats)
    return seen, files


def _all(
    judged: Callable[[Path], tuple[Preview, list[Path]]], out: Path, as_json: bool, base: Path | None, lang: Language
) -> int:
    """Every stack, one after the other; the worst exit code: violated before undecided before complying."""
    if base is not None and not base.is_dir():
        raise Refused(f"--base {base} is one report, --all judges every stack; wanted: a folder with STACK/report.json")
    from infra.cli.guard import said, sentence
    from infra.cli.preview_screen import Row, summary, summary_json
    from infra.cli.screen import show, text
    from infra.preview import stack_name
    from infra.settings import StackFileErrors
    from policies.languages.words import words
    from policies.waiver_file import BadWaivers

    rows: list[Row] = []
    for file in all_stack_files():
        try:
            seen, _ = judged(file)
            rows.append(Row.of(seen))
            del seen
            gc.collect()  # collecting is off (infra.cli.main); between stacks it keeps the memory of one
        except Exception as error:  # one stack's fault must not hide another's violation
            said(sentence(error))
            rows.append(
                Row(stack_name(file), 2, "bad input" if isinstance(error, StackFileErrors | BadWaivers) else "fault")
            )
    if as_json:
        text(summary_json(rows))
    else:
        show(summary(rows, out, words(lang)))
    return max((row.exit_code for row in rows), key=(0, 2, 1).index)

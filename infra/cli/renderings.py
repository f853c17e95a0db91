"""The forms in which a verb writes its report, and the comparison with an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from policies.graph import Graph
    from policies.reports.repository import Repository
    from policies.results import Report


class Format(str, Enum):
    """How a report may be written."""

    HTML = "html"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"


DEFAULT = (Format.HTML, Format.JSON)
FORMAT_OPTION = typer.Option("--format", help="A form to write; may be given more than once. Left out: html and json.")
BASE_OPTION = typer.Option(
    help="An earlier report.json (of the base branch), or a folder of such reports: what is new and fixed since is told."
)
_FILES = {
    Format.HTML: "report.html",
    Format.JSON: "report.json",
    Format.SARIF: "report.sarif",
    Format.JUNIT: "report.xml",
    Format.MARKDOWN: "report.md",
}


def against(report: Report, base: Path | None, folder: str) -> Report:
    """The report with what changed since `base`: a report.json, or a folder in which FOLDER/report.json is one. Raises
    BadBase or NotAState with a sentence."""
    if base is None:
        return report
    from policies.reports.comparison import base_in, compared
    from policies.sources.deployed import document

    file = base / folder / "report.json" if base.is_dir() else base
    changes = compared(report, base_in(document(file), str(file)))
    return replace(report, details={**report.details, "changes": changes})


def write_report(
    folder: Path, report: Report, graph: Graph, repository: Repository, formats: Sequence[Format] | None
) -> list[Path]:
    """Writes the report in each of the forms; where they are."""
    from infra.cli.files import write

    chosen = [form for form in Format if form in (formats or DEFAULT)]
    made = {form: make() for form, make in _makers(report, graph, repository).items() if form in chosen}
    return write(folder, {_FILES[form]: text for form, text in made.items()})


def _makers(report: Report, graph: Graph, repository: Repository) -> Mapping[Format, Callable[[], str]]:
    from policies.reports import as_json, as_junit, as_markdown, as_sarif, html

    return {
        Format.HTML: lambda: html.render(report, graph),
        Format.JSON: lambda: as_json.dumps(report),
        Format.SARIF: lambda: as_sarif.render(report, repository),
        Format.JUNIT: lambda: as_junit.render(report),
        Format.MARKDOWN: lambda: as_markdown.render(report),
    }


def repository_of(project: Path, subject: Path) -> Repository:
    """Where the places of a report lie: relative to `project`, in the repository that holds it. `subject` is the file
    that was judged."""
    from policies.reports.repository import Repository

    root = project.resolve()
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    return Repository(top.as_posix(), root.as_posix(), Path.cwd().as_posix(), subject.resolve().as_posix())


def repository_of_source(source: Path) -> Repository:
    """The same for what `audit` was given: a project's folder, its Pulumi.yaml, a program, a document."""
    if source.is_dir():
        names = [name for name in ("Pulumi.yaml", "Pulumi.yml") if (source / name).is_file()]
        return repository_of(source, source / (names[0] if names else "Pulumi.yaml"))
    return repository_of(source.parent, source)

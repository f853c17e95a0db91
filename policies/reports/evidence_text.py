"""Evidence on a terminal: each framework in a line; clause by clause those that were asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from policies.languages.words import Words, words_of
from policies.reports.terminal import clean
from policies.results import Report

_COLUMNS = ("proven", "violated", "undecided", "waived", "advised", "not applicable", "needs a document")
_COLOURS = {"violated": "red", "undecided": "yellow", "proven": "green", "waived": "cyan", "advised": "cyan"}
_NAMES = 3
"""Resources that a row names; report.json has more."""


def blocks(report: Report) -> Iterator[RenderableType]:
    """What is printed of a report's evidence; nothing where it has none."""
    said = report.details.get("evidence")
    if not said or not said["frameworks"]:
        return
    say = words_of(report)
    yield _summary(said["frameworks"], say)
    for framework in said["frameworks"] if said["asked"] else ():
        yield Text()
        yield _clauses(framework, say)
    for note in said["notes"]:
        yield Text(say("Evidence: {0}", clean(note)), style="dim")


def _summary(frameworks: list[Mapping[str, Any]], say: Words) -> Table:
    table = _table(say("Evidence by framework: requirements"))
    table.add_column(say("framework"))
    for column in (*_COLUMNS, "documents"):
        table.add_column(say(column), justify="right")
    for framework in frameworks:
        counts = framework["counts"]
        numbers = [*(counts[column] for column in _COLUMNS), framework["documents"]]
        style = "red" if counts["violated"] else "yellow" if counts["undecided"] else None
        name = say.one_of(framework["id"], framework.get("title_zh", framework["id"]))
        table.add_row(name, *(str(n or "") for n in numbers), style=style)
    return table


def _clauses(framework: Mapping[str, Any], say: Words) -> Table:
    titles = say.one_of(f"{framework['title']} ({framework['title_zh']})", framework["title_zh"])
    table = _table(titles)
    for column in (say("clause"), say("requirement"), say("evidence"), say("by"), say("mark")):
        table.add_column(column, overflow="fold")
    for row in framework["requirements"]:
        status = row["status"]
        wanted = say.one_of(row["document"], row["document_zh"])
        document = say("document: {0}", wanted) if wanted else ""
        by = say("; ").join(part for part in (_by(row, say), row["why"], document) if part)
        table.add_row(
            *(Text(clean(text)) for text in (say.text(row["clause"]), say.one_of(row["title"], row["title_zh"]))),
            Text(
                say(status) + (say(" + document") if document and status == "proven" else ""),
                style=_COLOURS.get(status, ""),
            ),
            Text(clean(by)),
            row["mark"],
        )
    return table


def _by(row: Mapping[str, Any], say: Words) -> str:
    """The resources behind the status: how many, and the first of them."""
    found = row["resources"].get(row["status"])
    if not found:
        return ""
    names = ", ".join(urn.rpartition("::")[2] for urn in found["first"][:_NAMES])
    more = say(" and {0} more", found["count"] - _NAMES) if found["count"] > _NAMES else ""
    rules = sum(1 for rule in row["rules"] if rule["status"] == row["status"])
    said = say("{0} resources, {1} of {2} rules: {3}", found["count"], rules, len(row["rules"]), names)
    return said + more


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")

"""A report in another language: its texts are; ids, themes, verdicts and every other key that a program reads stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from policies.languages.language import Language
from policies.languages.messages import Messages, messages
from policies.languages.words import LANGUAGE, Words, words
from policies.results import Finding, Report

_CHECKOV = "checkov"
"""The theme of findings that want what a check of Checkov is called: its own words, in English."""


def in_language(report: Report, language: Language) -> Report:
    """The report with its texts in the language, which its head names."""
    head = {**report.head, LANGUAGE: language.tag}
    if language is Language.EN:
        return replace(report, head=head)
    known = messages(language)
    return replace(
        report,
        findings=tuple(_finding(finding, known) for finding in report.findings),
        notes=tuple(known.text(note) for note in report.notes),
        problems=tuple(known.text(problem) for problem in report.problems),
        head=head,
        details=details_in(report.details, language),
    )


def _finding(finding: Finding, known: Messages) -> Finding:
    return replace(
        finding,
        found=known.text(finding.found),
        wanted=finding.wanted if finding.theme == _CHECKOV else known.text(finding.wanted),
        remedy=known.text(finding.remedy),
        unwaivable=known.text(finding.unwaivable),
    )


def details_in(details: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """What a report says beside its findings, in the language: places of data, evidence, sizes and promises."""
    made = dict(details)
    if language is Language.EN:
        return made
    known = messages(language)
    if isinstance(made.get("residency"), Sequence):
        made["residency"] = [_store(store, known) for store in made["residency"]]
    if isinstance(made.get("evidence"), Mapping):
        made["evidence"] = _evidence(made["evidence"], known)
    for part, keys in (("sizes", ("name", "unit", "arithmetic")), ("promises", ("name", "unit", "arithmetic"))):
        if part in made:
            made[part] = [_figure(row, keys, known, words(language)) for row in made[part]]
    return made


def _figure(row: Mapping[str, Any], keys: Sequence[str], known: Messages, say: Words) -> dict[str, Any]:
    """A size or promise: a name or unit of one word (`images`, `days`) is a word of ours, and no value."""
    texts = {key: row[key] for key in keys if isinstance(row.get(key), str)}
    return {**row, **{key: say(t) if " " not in t else known.text(t) for key, t in texts.items()}}


def _row(row: Mapping[str, Any], keys: Sequence[str], known: Messages) -> dict[str, Any]:
    return {**row, **{key: known.text(row[key]) for key in keys if isinstance(row.get(key), str)}}


def _store(store: Mapping[str, Any], known: Messages) -> dict[str, Any]:
    return {**store, "sinks": [_sink(sink, known) for sink in store["sinks"]]}


def _sink(sink: Mapping[str, Any], known: Messages) -> dict[str, Any]:
    path = [_row(hop, ("to",), known) for hop in sink.get("path", ())]
    return {**_row(sink, ("where", "authentication"), known), "path": path}


def _evidence(said: Mapping[str, Any], known: Messages) -> dict[str, Any]:
    frameworks = [
        {**framework, "requirements": [_row(row, ("why",), known) for row in framework["requirements"]]}
        for framework in said["frameworks"]
    ]
    return {**said, "frameworks": frameworks, "notes": [known.text(note) for note in said["notes"]]}

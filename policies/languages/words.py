"""The words of renderings, in the language of the report that is shown."""

from __future__ import annotations

from functools import cache
from typing import Final

from policies.languages import catalogue, messages
from policies.languages.language import Language, language_of
from policies.languages.template import Template
from policies.results import Finding, Report, Verdict

LANGUAGE = "language"
"""Where the head of a report names its language."""


class Words:
    """Says a word or a sentence of the renderings. `say("{0} rules", 3)`: the English text is the name of the row."""

    def __init__(self, language: Language):
        self.language = language
        self._rows = catalogue.screens(language)

    def __call__(self, english: str, *values: object) -> str:
        return (
            Template.of(self._rows.get(english, english)).filled(values) if values else self._rows.get(english, english)
        )

    def theme(self, identifier: str) -> str:
        """The name of a theme; one that is not ours (a foreign rule's) stays."""
        return self(identifier)

    @property
    def is_english(self) -> bool:
        return self.language is Language.EN

    def text(self, message: str) -> str:
        """A message of a rule: found by its template."""
        return message if self.is_english else messages.messages(self.language).text(message)

    def one_of(self, english: str, other: str) -> str:
        """The one of two texts that is in this language: where data carry both."""
        return english if self.is_english else other

    def message(self, finding: Finding) -> str:
        """A finding in one sentence: resource, value found, value wanted."""
        if self.is_english:
            return finding.message
        where = f"{finding.type} {finding.name}" + (f"，{finding.property}" if finding.property else "")
        if finding.verdict is Verdict.PASS:
            return self("{0}: {1}", where, finding.found or self("as it should be"))
        if finding.verdict is Verdict.UNKNOWN:
            return self("{0}: cannot be decided: {1}; wanted: {2}", where, finding.found, finding.wanted)
        return self("{0}: found {1}; wanted {2}", where, finding.found, finding.wanted)


@cache
def words(language: Language) -> Words:
    """The words of a language."""
    return Words(language)


def words_of(report: Report) -> Words:
    """The words for a report: in the language that its head names."""
    return words(language_of(report.head.get(LANGUAGE)))


ENGLISH: Final = words(Language.EN)

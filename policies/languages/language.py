"""The languages in which a report may be read."""

from __future__ import annotations

from enum import Enum


class Language(str, Enum):
    """Named as on the command line."""

    EN = "en"
    ZH = "zh"

    @property
    def tag(self) -> str:
        """As HTML and the head of a report name it (BCP 47)."""
        return {Language.EN: "en", Language.ZH: "zh-CN"}[self]


def language_of(tag: str | None) -> Language:
    """The language with this tag; English for any other."""
    return next((language for language in Language if language.tag == tag), Language.EN)

"""The characters of a file of Terraform's, read from the left."""

from __future__ import annotations

import re
from typing import Final

_SPACE: Final = re.compile(r"[ \t\r]+|#[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)


class BadHcl(ValueError):
    """The text is not of the form that this reader knows."""


class Characters:
    """One text, and how far it was read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def _is_over(self) -> bool:
        return self.at >= len(self.text)

    def _peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else "\0"

    def _took(self, text: str) -> bool:
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._took(text):
            raise BadHcl(f"no {text!r} where one is due")

    def _match(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise BadHcl("no word where one is due")
        self.at = match.end()
        return match.group()

    def _space(self, *, lines: bool = False) -> None:
        while True:
            match = _SPACE.match(self.text, self.at)
            if match:
                self.at = match.end()
            elif lines and self._peek() == "\n":
                self.at += 1
            else:
                return

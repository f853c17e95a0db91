"""A template of a message: literal text with numbered places, `copied to {0}`.

Matching finds what stands at the places. It is a walk over the text from one literal to the next, so that no text, however
hostile, takes longer than its length times the number of literals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

_REGION: Final[re.Pattern[str]] = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d{1,2}")
_PLACE: Final = re.compile(r"\{(\d+)(?::(\w+))?\}")

KINDS: Final[Mapping[str, Callable[[str], bool]]] = {
    "word": lambda text: bool(text) and not any(c.isspace() for c in text),
    "number": lambda text: bool(text) and all(c in "0123456789.,-" for c in text),
    "region": lambda text: text in ("global", "unknown", "None", "any region") or bool(_REGION.fullmatch(text)),
    "raw": lambda text: True,
    "told": lambda text: True,
}
"""What a row may ask of a place, `{0:word}`: else the template does not fit. `raw` is never translated itself, `told` also
where it is one word."""


@dataclass(frozen=True)
class Template:
    """Literals and places by turns: `literals` has one more than `places`."""

    text: str
    literals: tuple[str, ...]
    places: tuple[int, ...]
    kinds: tuple[str, ...]

    @staticmethod
    def of(text: str) -> Template:
        """The template in a text; braces that hold no number are text."""
        literals: list[str] = []
        places: list[int] = []
        kinds: list[str] = []
        end = 0
        for found in _PLACE.finditer(text):
            literals.append(text[end : found.start()])
            places.append(int(found[1]))
            kinds.append(found[2] or "")
            end = found.end()
        literals.append(text[end:])
        return Template(text, tuple(literals), tuple(places), tuple(kinds))

    @cached_property
    def weight(self) -> int:
        """How much of it is literal: among several that fit, the heaviest is meant."""
        return sum(len(literal) for literal in self.literals)

    @property
    def is_plain(self) -> bool:
        """Whether it has no places."""
        return not self.places

    def match(self, text: str) -> tuple[str, ...] | None:
        """What stands at the places, in the order in which they stand; None where the text does not fit."""
        first, last = self.literals[0], self.literals[-1]
        if not self.places:
            return () if text == first else None
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return None
        end = len(text) - len(last)
        at = len(first)
        found: list[str] = []
        for literal in self.literals[1:-1]:
            start = text.find(literal, at, end) if literal else at
            if start < 0:
                return None
            found.append(text[at:start])
            at = start + len(literal)
        found.append(text[at:end])
        return tuple(found)

    def filled(self, values: Sequence[object]) -> str:
        """The text with value N at each place N."""
        parts = [self.literals[0]]
        for place, literal in zip(self.places, self.literals[1:], strict=True):
            parts += [str(values[place]), literal]
        return "".join(parts)

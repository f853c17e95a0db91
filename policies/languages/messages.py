"""Messages of rules in another language: the template that a text fits, and so on for what stands at its places.

Rules build their messages as plain English text. What no row knows stays as it is: names, values, what a person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from policies.languages import catalogue
from policies.languages.language import Language
from policies.languages.template import KINDS, Template

_WORD: Final = re.compile(r"[A-Za-z]{2}")
_KEY: Final = 3
"""Letters of the first or last literal by which templates are found."""
_LIGHT: Final = 6
"""Letters of a template that any foreign sentence may hold (` in `, ` at `): it fits only words and messages of ours."""
_DEEPEST: Final = 12
_KEPT: Final = 50_000
"""Texts that are remembered: the next ones are translated anew."""
_SEPARATORS: Final = (("; ", "；"), (": ", "："), (", ", "、"), (" + ", " + "), (" x ", " x "))
_HOP: Final = " → "
"""Between the hops of a path, which are told one by one."""
_CHOICES: Final = ((" or ", " 或 "), (" and ", " 和 "))
_UNKNOWN: Final = re.compile(r"\(known after deploy(?:, from ([^()]*))?\)|\(secret\)")


class Messages:
    """The messages of one language."""

    def __init__(self, rows: Mapping[str, str]):
        self._plain: dict[str, str] = {}
        self._by_head: dict[str, list[tuple[Template, Template]]] = {}
        self._by_tail: dict[str, list[tuple[Template, Template]]] = {}
        self._others: list[tuple[Template, Template]] = []
        self._known: dict[str, str] = {}
        for english, said in rows.items():
            pair = (Template.of(english), Template.of(said))
            if pair[0].is_plain:
                self._plain[english] = said
            else:
                self._shelf(pair[0]).append(pair)

    def _shelf(self, template: Template) -> list[tuple[Template, Template]]:
        head, tail = template.literals[0], template.literals[-1]
        if len(head) >= _KEY:
            return self._by_head.setdefault(head[:_KEY], [])
        if len(tail) >= _KEY:
            return self._by_tail.setdefault(tail[-_KEY:], [])
        return self._others

    def text(self, message: str) -> str:
        """The message in the language."""
        return self._text(message, 0, told=True)

    def _text(self, message: str, depth: int, *, told: bool = False) -> str:
        """`told`: whether one word alone is a message; at a place it is a name or a value unless the row says so."""
        if " " not in message:
            return self._plain.get(message, message) if told else message
        known = self._known.get(message)
        if known is not None:
            return known
        if depth > _DEEPEST or not _WORD.search(message):
            return message
        said = self._plain.get(message)
        if said is None and _HOP in message:
            said = _HOP.join(self._text(hop, depth + 1) for hop in message.split(_HOP))
        if said is None:
            said = self._fitted(message, depth)
        if said is None:
            said = self._apart(message, depth)
        if len(self._known) < _KEPT:
            self._known[message] = said
        return said

    def _fitted(self, message: str, depth: int) -> str | None:
        """By the heaviest template that fits."""
        best: tuple[Template, Template] | None = None
        values: Sequence[str] = ()
        for shelf in (self._by_head.get(message[:_KEY], ()), self._by_tail.get(message[-_KEY:], ()), self._others):
            for pair in shelf:
                if best is None or pair[0].weight > best[0].weight:
                    found = pair[0].match(message)
                    if found is not None and _allowed(pair, found):
                        best, values = pair, found
        if best is None:
            return None
        kinds = dict(zip(best[1].places, best[1].kinds, strict=True))
        told = [
            v if kinds.get(n) == "raw" or v == message else self._text(v, depth + 1, told=kinds.get(n) == "told")
            for n, v in enumerate(values)
        ]
        if best[0].weight <= _LIGHT and any(
            " " in v and told[n] == v and kinds.get(n) != "raw" for n, v in enumerate(values)
        ):
            return None
        return best[1].filled(told)

    def _apart(self, message: str, depth: int) -> str:
        """A list or a pair, of which the parts are known; else the text itself."""
        if message[0] in "[{(":
            return _UNKNOWN.sub(lambda found: self._plain.get(found[0]) or self._hidden(found), message)
        for separator, said in _SEPARATORS:
            parts = message.split(separator)
            if len(parts) > 1:
                told = [self._text(part, depth + 1) for part in parts]
                return said.join(told) if told != parts else message
        for separator, said in _CHOICES:
            parts = message.split(separator)
            if len(parts) > 1 and not any(" " in part for part in parts):
                return said.join(self._text(part, depth + 1) for part in parts)
        return message

    def _hidden(self, found: re.Match[str]) -> str:
        """A value that is not known yet, inside a list of others."""
        return self._fitted(found[0], _DEEPEST) or found[0]


def _allowed(pair: tuple[Template, Template], values: Sequence[str]) -> bool:
    """Whether each value is of the kind that the row asks for."""
    return all(
        not kind or KINDS[kind](values[place]) for place, kind in zip(pair[1].places, pair[1].kinds, strict=True)
    )


@cache
def messages(language: Language) -> Messages:
    """The messages of a language, read once."""
    return Messages(catalogue.messages(language))

"""What is wrong in a stack file, as sentences: file, line, path, value, what is allowed."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Where a value stands: keys and list positions, from the hospital down."""

_LONGEST = 60
"""Characters of a value that a message shows."""


def plain(text: str) -> str:
    """The text without anything that could move a terminal's cursor: control and format characters are escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def shown(value: object) -> str:
    """A value as a message shows it: short, on one line, harmless."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        cut = value if len(value) <= _LONGEST else value[: _LONGEST - 3] + "..."
        return f"'{plain(cut)}'"
    if isinstance(value, int):
        digits = value.bit_length() * 0.30103
        return f"a number of about {math.ceil(digits)} digits" if digits > _LONGEST else str(value)
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return plain(str(value))[:_LONGEST]


def dotted(path: Sequence[str | int]) -> str:
    """The path as people write it: `data_centres.beijing.region`, `egress_allow_list[2]`."""
    text = ""
    for part in path:
        step = f"[{part}]" if isinstance(part, int) else plain(part if len(part) <= _LONGEST else part[:57] + "...")
        text += step if isinstance(part, int) or not text else f".{step}"
    return text


def did_you_mean(value: object, allowed: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing when no allowed value is near."""
    near = difflib.get_close_matches(str(value)[:_LONGEST].lower(), list(allowed), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def listed(allowed: Iterable[str], most: int = 30) -> str:
    """The allowed values in order, cut when there are very many."""
    values = list(allowed)
    rest = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(values[:most]) + rest


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, before it is known where in a file it stands."""

    path: Path
    value: object
    message: str


@dataclass(frozen=True, slots=True)
class StackError:
    """One wrong thing in a stack file. `value` is as a message may show it; None when there is none."""

    file: str | None
    line: int | None
    column: int | None
    path: str
    value: str | None
    message: str

    def __str__(self) -> str:
        place = plain(self.file) if self.file else "hospital-cloud:hospital"
        if self.line is not None:
            place += f":{self.line}"
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class StackFileErrors(Exception):
    """Everything that is wrong in one stack file, in the order of its lines."""

    def __init__(self, errors: Iterable[StackError]) -> None:
        self.errors: tuple[StackError, ...] = tuple(sorted(errors, key=lambda e: (e.line or 0, e.path, e.message)))
        super().__init__("\n".join(str(error) for error in self.errors))

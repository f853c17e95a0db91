"""Settings that arrive as JSON or as a mapping: the same bounds as for YAML."""

from __future__ import annotations

import json
import math
from typing import Any

from infra.settings.errors import Path, Problem, shown
from infra.settings.yaml_lines import DEEPEST, LARGEST_BYTES, LONGEST_NUMBER, MOST_VALUES


class _TooLong(ValueError):
    """A number of more digits than any setting has."""


def from_json(text: str) -> tuple[Any, list[Problem]]:
    """The data of a JSON text, and what is wrong with it."""
    if len(text) > LARGEST_BYTES:
        return None, [Problem((), None, f"is larger than {LARGEST_BYTES // 1024} KiB")]
    try:
        value = json.loads(text, parse_int=_integer)
    except _TooLong as error:
        return None, [Problem((), None, str(error))]
    except RecursionError:
        return None, [Problem((), None, f"is more than {DEEPEST} levels deep")]
    except ValueError as error:
        return None, [Problem((), None, f"is not JSON: {error}")]
    return value, bounded(value)


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise _TooLong(f"has a number of {len(digits)} digits")
    return int(digits)


def bounded(value: object) -> list[Problem]:
    """What cannot be settings at all: too deep, too many, numbers without end, keys and values of other types."""
    found: list[Problem] = []
    todo: list[tuple[Path, object]] = [((), value)]
    count = 0
    while todo:
        path, part = todo.pop()
        count += 1
        if count > MOST_VALUES:
            return [Problem((), None, f"has more than {MOST_VALUES:,} values")]
        if len(path) > DEEPEST:
            return [Problem((), None, f"is more than {DEEPEST} levels deep")]
        if isinstance(part, dict):
            strange = [key for key in part if not isinstance(key, str)]
            if strange:
                return [Problem(path, None, f"has the key {shown(strange[0])}, which is not text")]
            todo.extend(((*path, key), inner) for key, inner in part.items())
        elif isinstance(part, list):
            todo.extend(((*path, index), inner) for index, inner in enumerate(part))
        elif isinstance(part, float) and not math.isfinite(part):
            found.append(Problem(path, None, f"{part} is not a number that can be used"))
        elif part is not None and not isinstance(part, str | int | float):
            found.append(Problem(path, None, f"is of a type that settings cannot have: {type(part).__name__}"))
        elif isinstance(part, int) and abs(part) >= 10**LONGEST_NUMBER:
            found.append(Problem(path, None, f"{shown(part)} is larger than any setting"))
    return found

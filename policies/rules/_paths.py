"""Every value at a path that passes through lists: `rules[*].destination.bucket`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from policies.graph import SECRET, Unknown, Value

_INDEX = re.compile(r"\[\d+\]")


def each(value: Value, pattern: str, at: str = "") -> Iterator[tuple[str, Value]]:
    """(concrete path, value) for each place that the pattern names. `[*]` goes through a list and takes a single block
    for a list of one; `*` goes through a map; a step without either takes a list of one for the block. A container that
    is absent or empty gives nothing where the pattern says `[*]`, else an absent value; one that is unknown gives
    itself, at the whole path; one of another shape gives itself too, so that no rule takes it for absent."""
    if not pattern:
        yield at, value
        return
    if isinstance(value, Unknown) or value is SECRET:
        yield _joined(at, pattern), value
        return
    if pattern.startswith("[*]"):
        rest = pattern[3:].removeprefix(".")
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from each(item, rest, f"{at}[{index}]")
        elif isinstance(value, Mapping) or (value is not None and not rest):
            yield from each(value, rest, at)
        elif value is not None:
            yield at, value
        return
    step = pattern.partition(".")[0].partition("[")[0]
    rest = pattern[len(step) :].removeprefix(".")
    if step == "*" and isinstance(value, Mapping):
        for key, item in value.items():
            yield from each(item, rest, _joined(at, str(key)))
        return
    if isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from each(item, pattern, f"{at}[{index}]")
    elif isinstance(value, Mapping):
        yield from each(value.get(step), rest, _joined(at, step))
    elif value is None or value == []:
        yield from each(None, rest, _joined(at, step))
    else:
        yield at, value


def _joined(at: str, step: str) -> str:
    return f"{at}.{step}" if at and not step.startswith("[") else f"{at}{step}"


def is_whole(path: str, pattern: str) -> bool:
    """Whether `each` came to the end of the pattern: where it did not, the value has another shape."""
    if "*" in pattern.replace("[*]", ""):
        return path.startswith(pattern.partition("*")[0])
    return _INDEX.sub("", path).replace("[*]", "") == pattern.replace("[*]", "")


def one_of(value: Value, *allowed: Value) -> bool:
    """Whether a value is one of those allowed, a boolean written as text included."""
    value = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    return any(type(value) is type(a) and value == a for a in allowed)


def whole_number(value: Value) -> int | None:
    """The number a value is, also where it is written as text or with a decimal point; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if number.is_integer() else None


def is_hidden(value: Value) -> bool:
    """Whether a value is there and cannot be seen before deploy."""
    return isinstance(value, Unknown) or value is SECRET

"""Functions and operators of Terraform's language that only put values together, over values of which parts may not be known."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from policies.graph import SECRET, Unknown, Value, marker, walk
from policies.sources.terraform_documents import DATA

NOTHING: Final = Unknown()
"""A value of which nothing is known, not even what it comes from."""
_LONGEST: Final = 1024 * 1024
_SHORTENS: Final = frozenset(
    {
        "element",
        "lower",
        "one",
        "replace",
        "split",
        "substr",
        "tostring",
        "trim",
        "trimprefix",
        "trimspace",
        "trimsuffix",
        "upper",
    }
)
"""Functions of whose result the first argument is the source; the others are no values."""
_SAME: Final = frozenset({"toset", "tolist", "tomap", "nonsensitive", "try"})
_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def called(name: str, values: Sequence[Value]) -> Value | None:
    """What a function gives; None where it is not followed here, or not for these values."""
    if not values:
        return None
    first = values[0]
    if name == "sensitive":
        return SECRET
    if name in _SAME:
        return first
    if name == "jsonencode" and len(values) == 1:
        return encoded(first)
    if name in _SHORTENS and isinstance(first, Unknown):
        return first
    if all(isinstance(value, Mapping) for value in values):
        return _of_maps(name, values)
    if name == "lookup" and isinstance(first, Mapping) and len(values) > 1 and isinstance(values[1], str):
        return first.get(values[1], values[2] if len(values) > 2 else NOTHING)
    if all(isinstance(value, list) for value in values):
        return _of_lists(name, values)
    if name == "join" and len(values) == 2 and isinstance(first, str) and isinstance(values[1], list):
        return joined([part for item in values[1] for part in (first, item)][1:])
    if name == "contains" and len(values) == 2 and isinstance(first, list):
        found = [operated("==", [item, values[1]]) for item in first]
        return True if True in found else NOTHING if any(f is not False for f in found) else False
    if name == "length" and isinstance(first, str):
        return len(first)
    return None


def _of_maps(name: str, values: Sequence[Any]) -> Value | None:
    if name == "merge":
        return {key: item for value in values for key, item in value.items()}
    if name in ("length", "keys", "values") and len(values) == 1:
        rows = sorted(values[0].items())
        return len(rows) if name == "length" else [row[name == "values"] for row in rows]
    return None


def _of_lists(name: str, values: Sequence[Any]) -> Value | None:
    if name == "concat":
        return [item for value in values for item in value]
    if name == "flatten" and len(values) == 1:
        return list(_flat(values[0]))
    if name == "length" and len(values) == 1:
        return len(values[0])
    return None


def _flat(items: Sequence[Value]) -> list[Value]:
    return [leaf for item in items for leaf in (_flat(item) if isinstance(item, list) else [item])]


def operated(sign: str, values: Sequence[Value]) -> Value:
    """What an operator gives, where what it needs is known."""
    if sign == "!":
        return not values[0] if isinstance(values[0], bool) else NOTHING
    if sign in ("&&", "||"):
        ends = sign == "||"
        if ends in [value for value in values if isinstance(value, bool)]:
            return ends
        return not ends if all(isinstance(value, bool) for value in values) else NOTHING
    if not all(value is None or isinstance(value, (str, int, float)) for value in values):
        return NOTHING
    if any(isinstance(value, str) and "${urn:" in value for value in values):
        return NOTHING
    one, other = values
    if sign in ("==", "!="):
        same = isinstance(one, bool) is isinstance(other, bool) and one == other
        return same is (sign == "==")
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        return _ORDERS[sign](one, other)
    return NOTHING


def joined(values: Sequence[Value]) -> Value:
    """Texts in a row, as one."""
    parts = []
    for value in values:
        if value is SECRET:
            return SECRET
        text = text_of(value)
        if text is None:
            return NOTHING
        parts.append(text)
    return "".join(parts)[:_LONGEST]


def text_of(value: Value) -> str | None:
    """A value inside a text: what is not known as the name of what it comes from. None where it cannot be told."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, Unknown) and len(value.references) == 1 and not value.references[0].urn.startswith(DATA):
        [reference] = value.references
        return marker(reference.urn, reference.property or "id")
    return None


def encoded(value: Value) -> Value:
    """A value as JSON, what is not known in it as the name of what it comes from."""
    leaves = [leaf for _, leaf in walk(value)]
    if any(leaf is SECRET for leaf in leaves):
        return SECRET
    if any(isinstance(leaf, Unknown) and text_of(leaf) is None for leaf in leaves):
        return NOTHING
    return json.dumps(_marked(value))


def _marked(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    return text_of(value) if isinstance(value, Unknown) else value

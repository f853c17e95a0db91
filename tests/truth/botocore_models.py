"""Argument values against AWS's own service models, as botocore ships them: enums, patterns, lengths, ranges.

The provider passes most values through untouched: what the model of the service refuses, the service refuses, on deploy
and not before. Values that are unknown, secret, or hold a reference to another resource are left to the deploy.
"""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from policies.graph import Resource, Value
from tests.truth import sdk_types
from tests.truth.naming import is_settled, joined, plain, sentence
from tests.truth.service_members import constraints, find, inner, member_at, member_of, table, words_of

_TAG_KEY, _TAG_VALUE = 128, 256
_NUMBERS = ("integer", "long", "float", "double")


def problems(resource: Resource) -> list[str]:
    """What the service's model would refuse in a resource's inputs."""
    return list(_Check(resource, [], []).all()) if covers(resource) else []


def covers(resource: Resource) -> bool:
    """Whether this check has anything to say about a resource."""
    return resource.custom and resource.type.startswith("aws:") and sdk_types.resource_class(resource.type) is not None


def coverage(resource: Resource) -> tuple[list[str], list[str]]:
    """The paths of a resource's scalar arguments that a model was found for, and those without one."""
    check = _Check(resource, [], [])
    for _ in check.all():
        pass
    return check.placed, check.unplaced


@dataclass(frozen=True)
class _Check:
    """The walk over one resource's inputs."""

    resource: Resource
    placed: list[str]
    unplaced: list[str]

    def all(self) -> Iterator[str]:
        """Every argument."""
        for key, value in self.resource.inputs.items():
            if value is None or key.startswith("__") or key == "region":
                continue
            member = member_of(self.resource.type, key)
            yield from self._value(value, member.shape if member else None, member.where if member else "", key)

    def _value(self, value: Value, shape: Shape | None, where: str, path: str) -> Iterator[str]:
        exact = member_at(self.resource.type, plain(path))
        if exact is not None:
            shape, where = exact.shape, exact.where
        if value is None or not is_settled(value):
            return
        yield from self._documented(value, path)
        if isinstance(value, Mapping):
            yield from self._mapping(value, shape, where, path)
        elif isinstance(value, (list, tuple)):
            yield from self._list(value, shape, where, path)
        else:
            found = inner(shape) if shape is not None else None
            if any(plain(path) in table()[part].get(self.resource.type, {}) for part in ("limits", "choices")):
                self.placed.append(path)
            elif found is None or isinstance(found, (StructureShape, MapShape)):
                self.unplaced.append(path)
            else:
                self.placed.append(path)
                yield from self._scalar(value, found, where, path)

    def _documented(self, value: Value, path: str) -> Iterator[str]:
        """Limits that stand in a service's documentation and not in its model."""
        limits = table()["limits"].get(self.resource.type, {}).get(plain(path))
        if limits and isinstance(value, (int, float)) and _outside(value, *limits):
            yield self._says(path, value, "the service's documentation", f"allowed: {_range(*limits)}")
        choices = table()["choices"].get(self.resource.type, {}).get(plain(path))
        if choices and isinstance(value, str) and value not in choices:
            yield self._says(path, value, "the service's documentation", f"allowed: {', '.join(choices)}")
        if path == "tags" and isinstance(value, Mapping):
            for key, item in value.items():
                if len(key) > _TAG_KEY or (isinstance(item, str) and is_settled(item) and len(item) > _TAG_VALUE):
                    says = f"allowed: keys of at most {_TAG_KEY} characters, values of at most {_TAG_VALUE}"
                    yield self._says(joined(path, key), item, "AWS's tagging", says)

    def _list(self, value: Sequence[Value], shape: Shape | None, where: str, path: str) -> Iterator[str]:
        if isinstance(shape, StructureShape):  # CloudFront's {Quantity, Items}
            shape = shape.members.get("Items", shape)
        if isinstance(shape, ListShape):
            low, high = shape.metadata.get("min"), shape.metadata.get("max")
            if _outside(len(value), low, high):
                yield self._says(path, value, where, f"{len(value)} items; allowed: {_range(low, high)} items")
            shape = shape.member
        elif isinstance(shape, MapShape):  # a list of objects that name their own key
            shape = shape.value
        for index, item in enumerate(value):
            yield from self._value(item, shape, where, f"{path}[{index}]")

    def _mapping(self, value: Mapping[str, Value], shape: Shape | None, where: str, path: str) -> Iterator[str]:
        shape = inner(shape) if shape is not None else None
        pair = _key_and_value(shape)
        if pair and "value" not in value:
            for key, item in value.items():
                yield from self._scalar(key, pair[0], where, joined(path, key))
                yield from self._value(item, pair[1], where, joined(path, key))
            return
        parent = words_of(plain(path).rpartition(".")[2])
        for key, item in value.items():
            found = find(key, shape, parent) if shape is not None else None
            deeper = f"{where}.{found[0]}" if found else ""
            yield from self._value(item, found[1] if found else None, deeper, joined(path, key))

    def _scalar(self, value: Value, shape: Shape, where: str, path: str) -> Iterator[str]:
        if value in table()["values"].get(self.resource.type, {}).get(plain(path), ()):
            return
        _, choices, pattern, low, high = constraints(shape)
        if isinstance(shape, StringShape) and isinstance(value, str):
            if choices and value not in choices:
                yield self._says(path, value, where, f"allowed: {', '.join(choices)}")
            if _outside(len(value), low, high):
                yield self._says(
                    path, value, where, f"{len(value)} characters; allowed: {_range(low, high)} characters"
                )
            if pattern and not _matches(pattern, value):
                yield self._says(path, value, where, f"allowed: what matches {pattern}")
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if shape.type_name in _NUMBERS and is_number:
            if choices and value not in choices:
                yield self._says(path, value, where, f"allowed: {', '.join(map(str, choices))}")
            if _outside(value, low, high):
                yield self._says(path, value, where, f"allowed: {_range(low, high)}")

    def _says(self, path: str, value: Value, where: str, says: str) -> str:
        return sentence(self.resource, path, value, f"{where} refuses it; {says}")


def _key_and_value(shape: Shape | None) -> tuple[Shape, Shape] | None:
    """Key and value of a map, or of a list of pairs as tags and dimensions are."""
    if isinstance(shape, MapShape):
        return shape.key, shape.value
    if isinstance(shape, StructureShape) and len(shape.members) == 2:
        members = {name.lower().removeprefix("tag").replace("name", "key"): m for name, m in shape.members.items()}
        if members.keys() == {"key", "value"}:
            return members["key"], members["value"]
    return None


def _outside(number: float, low: float | None, high: float | None) -> bool:
    return (low is not None and number < low) or (high is not None and number > high)


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high}"
    if high is None:
        return f"at least {low}"
    return f"{low} to {high}"


_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": r"\s",
    r"\p{M}": "\u0300-\u036f",
    r"\p{S}": r"$+<=>^`|~",
    r"\p{P}": r"!-#%-*,-/:;?@\[-\]_{}",
    r"\p{Alnum}": r"a-zA-Z0-9",
    r"\p{Graph}": "!-~",
    r"\p{Print}": " -~",
    r"\p{ASCII}": r"\x00-\x7f",
    r"\uD800\uDC00-\uDBFF\uDFFF": "\U00010000-\U0010ffff",
    r"\ud800\udc00-\udbff\udfff": "\U00010000-\U0010ffff",
    "[:alnum:]": r"a-zA-Z0-9",
}


@functools.cache
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A model's pattern in Python's words; None for one that Python cannot say, which is then not checked."""
    text = pattern
    for java, python in _CLASSES.items():
        text = text.replace(java, python)
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        warnings.simplefilter("error", DeprecationWarning)
        try:
            return re.compile(text)
        except (re.error, FutureWarning, DeprecationWarning, OverflowError):
            return None


def _matches(pattern: str, value: str) -> bool:
    """Services hold the whole value against the pattern, unless the pattern says itself where the value begins or ends;
    one that begins with `^` and ends with a repetition (`^[a-z][a-z0-9-]*`) means the whole value too."""
    form = compiled(pattern)
    if form is None:
        return True
    open_ended = pattern.startswith("^") and pattern[-1] not in "*+}"
    return bool(form.search(value) if open_ended or pattern.endswith("$") else form.fullmatch(value))

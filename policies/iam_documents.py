"""Policy documents as rules read them: who may do what to which resource, under which conditions, in any partition.

A document comes as JSON text, as data, or with markers of other resources' outputs inside. It is read into statements
of one shape; what cannot be read is said, so that a rule fails or stays undecided and never passes. Actions are
compared as IAM does: without regard to case, `*` and `?` as wildcards, `NotAction` as everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from policies.graph import SECRET, Unknown, Value, references_in
from policies.resolve import decoded


class State(str, Enum):
    """How far a document could be read."""

    READ = "read"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    """Its text comes from somewhere else."""
    BROKEN = "broken"
    """No policy document: not JSON, or of another shape."""


@dataclass(frozen=True, slots=True)
class Principal:
    """One principal: `kind` is AWS, Service, Federated, CanonicalUser, or `*` for the bare star."""

    kind: str
    value: Value

    @property
    def is_everyone(self) -> bool:
        return bool(self.value == "*")

    @property
    def account(self) -> str | None:
        """The twelve digits it names; None for services, stars, and references."""
        if not isinstance(self.value, str):
            return None
        return self.value if _ACCOUNT.fullmatch(self.value) else account_of_arn(self.value)

    def __str__(self) -> str:
        return "*" if self.kind == "*" else f"{self.kind}: {self.value}"


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a statement. `operator` and `key` are in lower case; `quantifier` is ``, `foranyvalue` or
    `forallvalues`."""

    operator: str
    quantifier: str
    if_exists: bool
    key: str
    values: tuple[Value, ...]

    @property
    def is_negative(self) -> bool:
        return "not" in self.operator


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `path` is where it stands in the resource's inputs."""

    path: str
    sid: str
    allows: bool
    principals: tuple[Principal, ...]
    other_principals: tuple[Principal, ...]
    """`NotPrincipal`: it concerns everyone but these."""
    actions: tuple[str, ...]
    other_actions: tuple[str, ...]
    resources: tuple[str, ...]
    other_resources: tuple[str, ...]
    conditions: tuple[Condition, ...]
    doubt: Value = None
    """A part of it that is not known before deploy."""

    @property
    def concerns_everyone(self) -> bool:
        """Whether it leaves nobody out: a star of any kind, or a `NotPrincipal`, which takes in strangers."""
        return bool(self.other_principals) or any(p.is_everyone for p in self.principals)

    def covers_action(self, action: str) -> bool:
        """Whether it concerns an action (`s3:GetObject`) or all of a service (`s3:*`)."""
        if self.other_actions:
            return not any(overlaps(pattern, action) for pattern in self.other_actions)
        return any(matches(pattern, action) for pattern in self.actions)

    @property
    def covers_all_actions(self) -> bool:
        """Whether it concerns all actions of the service, or of all services."""
        return bool(self.other_actions) or any(a == "*" or a.endswith(":*") for a in self.actions)


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document, as far as it could be read."""

    state: State
    statements: tuple[Statement, ...] = ()
    value: Value = None
    problem: str = ""

    @property
    def allowing(self) -> Iterator[Statement]:
        return (s for s in self.statements if s.allows)

    @property
    def denying(self) -> Iterator[Statement]:
        return (s for s in self.statements if not s.allows)


# --- reading ---------------------------------------------------------------------------------------------------------

_ACCOUNT = re.compile(r"\d{12}")
_KINDS = {"aws": "AWS", "service": "Service", "federated": "Federated", "canonicaluser": "CanonicalUser", "*": "*"}
_OPERATOR = re.compile(r"(?:(foranyvalue|forallvalues):)?([a-z]+?)(ifexists)?")
_PARTS = frozenset(
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"]
)
_UNREADABLE: tuple[Any, ...] = ("", True, (), (), (), (), (), (), ())


class _Broken(ValueError):
    """Not the shape of a policy document; the text says what."""


def read(value: Value, path: str = "policy") -> Document:
    """The document that an input holds."""
    if value is None or value == "":
        return Document(State.ABSENT)
    if isinstance(value, Unknown) or value is SECRET:
        return Document(State.UNKNOWN, value=value)
    if isinstance(value, str):
        return _read_text(value, path)
    return _read_data(value, path)


@lru_cache(maxsize=4096)
def _read_text(value: str, path: str) -> Document:
    """The same text is read once, whoever asks: many rules do."""
    if value.lstrip()[:1] not in ("{", "[") and references_in(value):
        return Document(State.UNKNOWN, value=value)
    return _read_data(value, path)


def _read_data(value: Value, path: str) -> Document:
    data = decoded(value)
    if not isinstance(data, Mapping):
        return Document(State.BROKEN, value=value, problem="not a JSON object")
    statements = data.get("Statement")
    if isinstance(statements, Unknown):
        return Document(State.UNKNOWN, value=statements)
    rows = statements if isinstance(statements, list) else [statements]
    try:
        found = tuple(_statement(row, f"{path}.Statement[{index}]") for index, row in enumerate(rows))
    except _Broken as error:
        return Document(State.BROKEN, value=value, problem=str(error))
    return Document(State.READ, found, value=value)


def _statement(row: Value, path: str) -> Statement:
    if isinstance(row, Unknown):
        return Statement(path, *_UNREADABLE, doubt=row)  # type: ignore[misc]
    if not isinstance(row, Mapping):
        raise _Broken(f"{path} is no object")
    strange = sorted(str(key) for key in row if key not in _PARTS)
    if strange:
        raise _Broken(f"{path} has {strange[0]!r}, which policy documents do not have")
    effect = row.get("Effect")
    if isinstance(effect, Unknown):
        return Statement(path, *_UNREADABLE, doubt=effect)  # type: ignore[misc]
    if effect not in ("Allow", "Deny"):
        raise _Broken(f"{path}.Effect is neither Allow nor Deny")
    if not any(row.get(key) for key in ("Action", "NotAction")):
        raise _Broken(f"{path} names no action")
    parts = {key: row.get(key) for key in _PARTS}
    return Statement(
        path=path,
        sid=str(row.get("Sid") or ""),
        allows=effect == "Allow",
        principals=tuple(_principals(parts["Principal"], f"{path}.Principal")),
        other_principals=tuple(_principals(parts["NotPrincipal"], f"{path}.NotPrincipal")),
        actions=_texts(parts["Action"], f"{path}.Action"),
        other_actions=_texts(parts["NotAction"], f"{path}.NotAction"),
        resources=_texts(parts["Resource"], f"{path}.Resource"),
        other_resources=_texts(parts["NotResource"], f"{path}.NotResource"),
        conditions=tuple(_conditions(parts["Condition"], f"{path}.Condition")),
        doubt=_first_unknown(list(parts.values())),
    )


def _listed(value: Value) -> list[Value]:
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def _texts(value: Value, path: str) -> tuple[str, ...]:
    found = []
    for item in _listed(value):
        if isinstance(item, str):
            found.append(item)
        elif not isinstance(item, Unknown):
            raise _Broken(f"{path} holds something that is no text")
    return tuple(found)


def _principals(value: Value, path: str) -> Iterator[Principal]:
    if value is None or isinstance(value, Unknown):
        return
    if value == "*":
        yield Principal("*", "*")
        return
    if not isinstance(value, Mapping):
        raise _Broken(f"{path} is neither * nor an object")
    for kind, names in value.items():
        known = _KINDS.get(str(kind).lower())
        if known is None:
            raise _Broken(f"{path} has {kind!r}, which is no kind of principal")
        for name in _listed(names):
            if not isinstance(name, (str, Unknown)):
                raise _Broken(f"{path}.{kind} holds something that is no text")
            yield Principal(known, name)


def _conditions(value: Value, path: str) -> Iterator[Condition]:
    if value is None or isinstance(value, Unknown):
        return
    if not isinstance(value, Mapping):
        raise _Broken(f"{path} is no object")
    for operator, tests in value.items():
        match = _OPERATOR.fullmatch(str(operator).lower())
        if isinstance(tests, Unknown):
            continue
        if not match or not isinstance(tests, Mapping):
            raise _Broken(f"{path}.{operator} is no condition")
        for key, values in tests.items():
            yield Condition(
                match[2], match[1] or "", bool(match[3]), str(key).lower(), tuple(_text(v) for v in _listed(values))
            )


def _text(value: Value) -> Value:
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, (int, float)) else value


def _first_unknown(value: Any) -> Value:
    if isinstance(value, Unknown):
        return value
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return next((found for item in items if (found := _first_unknown(item)) is not None), None)


# --- comparing -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def matches(pattern: str, text: str) -> bool:
    """Whether a pattern takes in a text, or a whole narrower pattern (`s3:*` takes in `s3:Get*`). In time bounded by
    the product of the lengths, which regular expressions are not."""
    pattern, text = pattern.lower(), text.lower()
    star = mark = -1
    at = index = 0
    while index < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, mark, at = at, index, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[index]):
            at, index = at + 1, index + 1
        elif star >= 0:
            mark += 1
            at, index = star + 1, mark
        else:
            return False
    return not pattern[at:].strip("*")


def overlaps(one: str, other: str) -> bool:
    """Whether two patterns, one of which takes in the other, have something in common."""
    return matches(one, other) or matches(other, one)


def account_of_arn(text: str) -> str | None:
    """The account in an ARN; None where it has none."""
    parts = text.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[0] == "arn" and _ACCOUNT.fullmatch(parts[4]) else None


def partition_of_arn(text: Value) -> str | None:
    """The partition in an ARN; None where the text is none, or names none."""
    parts = text.split(":", 5) if isinstance(text, str) else []
    return parts[1] if len(parts) == 6 and parts[0] == "arn" and re.fullmatch(r"aws[a-z-]*", parts[1]) else None

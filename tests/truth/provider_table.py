"""The table of names and shapes between pulumi-aws and Terraform's AWS provider, as `policies/terraform/provider.json`.

Walks every Terraform type that a Pulumi type stands for: the provider's schema and the SDK's classes side by side. Needs
terraform and the provider, which users have not: the result is committed, one line a type and a block, equal blocks
once. `make docs` writes it anew where terraform is.

A field is `[kind, flags, Pulumi name, nesting, min, max, block, name in provider 6]`, cut off where the rest says nothing. Flags: r(equired),
o(ptional), c(omputed), s(ensitive), d(eprecated), f(lat: Pulumi writes the one element alone), a(ttribute whose type is
an object), n(ewer: the SDK has it, the schema has not; its Terraform name is by rule), B, N, S (Pulumi has a bool, number,
string instead). The Pulumi name is `""` where it
is the Terraform name in camelCase, null where the SDK has no such argument or output.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import pulumi_aws

from tests.truth import provider_schema, sdk_types, tf_names
from tests.truth.naming import joined, numbers_of, snake, squash
from tests.truth.sdk_types import Argument

FORMAT = 1
_SCALARS = {"string": "string", "boolean": "bool", "integer": "number", "number": "number"}
_SCALAR_FLAGS = {"bool": "B", "number": "N", "string": "S"}
_ENGINE = {"id", "urn"}


def text() -> str:
    """The table as canonical JSON, one line a block, a type, a token. Raises LookupError without terraform."""
    schema = provider_schema.load()
    walk = _Walk()
    types: dict[str, list[list[Any]]] = {}
    absent = []
    by_type: dict[str, list[str]] = {}
    for token in sdk_types.tokens():
        name = tf_names.type_of(token)
        if name is None:
            absent.append(token)
        else:
            by_type.setdefault(name, []).append(token)
    for name, tokens in sorted(by_type.items()):
        fields = _of_block(schema.raw["types"][name])
        tokens.sort(key=lambda token: _preference(name, token))
        types[name] = [[token, walk.block(fields, sdk_fields(token), _Where(name, ""))] for token in tokens]
    provider = sdk_types.arguments(sdk_types.arguments_class(pulumi_aws.Provider))
    head = {
        "format": FORMAT,
        "provider": schema.version,
        "sdk": version("pulumi-aws"),
        "provider_block": walk.block(_of_block(schema.raw["provider"]), provider, _Where("", "")),
    }
    unclaimed = sorted(schema.types - types.keys())
    parts = [
        *(f"{_line(key)}: {_line(value)}" for key, value in head.items()),
        f'"absent_tokens": {_rows(absent)}',
        f'"absent_types": {_rows(unclaimed)}',
        '"types": {\n' + ",\n".join(f"{_line(name)}: {_line(row)}" for name, row in types.items()) + "\n}",
        f'"blocks": {_rows(walk.blocks)}',
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _rows(values: list[Any]) -> str:
    return "[\n" + ",\n".join(map(_line, values)) + "\n]"


def _preference(name: str, token: str) -> tuple[Any, ...]:
    """The order of the Pulumi types of one Terraform type: current ones first, then the one named most alike."""
    words = "".join(tf_names.parts(token))
    deprecated = bool(sdk_types.class_deprecation(_class(token)))
    return (deprecated, words != squash(name.removeprefix("aws_")), len(token), token)


def _class(token: str) -> type:
    cls = sdk_types.resource_class(token)
    if cls is None:
        raise LookupError(f"{token} is not in the SDK")
    return cls


def sdk_fields(token: str) -> Mapping[str, Argument]:
    """All arguments and outputs of a resource type."""
    cls = _class(token)
    state = getattr(sys.modules[cls.__module__], f"_{cls.__name__}State", None)
    found = dict(sdk_types.arguments(state)) if state else {}
    return {**sdk_types.arguments(sdk_types.arguments_class(cls)), **found}


# --- the provider's side ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Tf:
    """One field of the provider's, whether attribute or nested block. `inner` are the fields below it."""

    kind: Any
    flags: str
    nesting: str = ""
    low: int = 0
    high: int = 0
    inner: Mapping[str, _Tf] | None = None


def _of_block(raw: Mapping[str, Any]) -> Mapping[str, _Tf]:
    found = {name: _of_attribute(kind, flags) for name, (kind, flags) in raw["a"].items()}
    for name, (nesting, low, high, deprecated, inner) in raw["b"].items():
        flags = ("r" if low else "o") + ("d" if deprecated else "")
        found[name] = _Tf(None, flags, nesting, low, high, _of_block(inner))
    return found


def _of_attribute(kind: Any, flags: str) -> _Tf:
    """An attribute; one whose type is an object, or a list, set, map of objects, has fields of its own."""
    outer, inner = (kind[0], kind[1]) if isinstance(kind, list) else ("", None)
    if outer == "object":
        return _Tf("object", flags + "a", "single", inner=_of_object(kind, flags))
    if outer in ("list", "set", "map") and isinstance(inner, list) and inner[0] == "object":
        return _Tf([outer, "object"], flags + "a", outer, inner=_of_object(inner, flags))
    return _Tf(kind, flags)


def _of_object(kind: Any, flags: str) -> Mapping[str, _Tf]:
    """The fields of an object type: Terraform asks for all that are not optional, Pulumi's bridge fills them with null,
    so none is required here."""
    own = "".join(flag for flag in flags.replace("r", "o") if flag in "oc")
    return {name: _of_attribute(inner, own) for name, inner in kind[1].items()}


# --- both side by side -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Where:
    """A place in a type: what the reviewed exceptions are keyed by."""

    type_name: str
    path: str

    def below(self, name: str) -> _Where:
        return _Where(self.type_name, joined(self.path, name))


@dataclass
class _Walk:
    """The blocks found so far, each once."""

    blocks: list[Any] = field(default_factory=list)
    _index: dict[str, int] = field(default_factory=dict)
    _above: list[Mapping[str, Argument]] = field(default_factory=list)

    def block(self, fields: Mapping[str, _Tf] | None, sdk: Mapping[str, Argument], where: _Where) -> int:
        """The number of a block. `fields` is None where the provider at hand has no such block."""
        names = paired(fields or {}, sdk, where.type_name, where.path)
        self._above.append(sdk)
        rows = {
            name: self._field(found, name, names.get(name), sdk, where)
            for name, found in sorted((fields or {}).items())
        }
        known = {*names.values(), *(() if where.path else _ENGINE)}
        for name, argument in sdk.items():
            # An object inside its own kind (rules of a firewall) goes on for ever in the SDK, not in the provider.
            if name not in known and not any(inside(argument) is above for above in self._above):
                by_rule = newer_name(name, argument)
                own = snake(name) if by_rule in rows else by_rule
                if own not in rows:
                    rows[own] = self._newer(own, name, argument, where)
        self._above.pop()
        line = _line(rows)
        if line not in self._index:
            self._index[line] = len(self.blocks)
            self.blocks.append(rows)
        return self._index[line]

    def _field(
        self, found: _Tf, name: str, pulumi: str | None, sdk: Mapping[str, Argument], where: _Where
    ) -> list[Any]:
        if pulumi is None:
            own = "id" if name == "id" and not where.path else None
            row = [found.kind, found.flags, own]
            inner = None
        else:
            argument = sdk[pulumi]
            flags = found.flags + ("f" if _sequence(found) and not is_list(argument) else "") + _scalar(found, argument)
            row = [found.kind, flags, "" if pulumi == tf_names.camel(name) else pulumi]
            inner = inside(argument)
        if found.inner is not None:
            below = self.block(found.inner, inner, where.below(pulumi or name)) if inner is not None else None
            row += [found.nesting, found.low, found.high, below]
        row = _cut(row)
        renamed = tf_names.table()["fields_in_6"].get(where.type_name, {}).get(name) if not where.path else None
        return [*row, *_FILL[len(row) :], renamed] if renamed else row

    def _newer(self, name: str, pulumi: str, argument: Argument, where: _Where) -> list[Any]:
        """A field that the provider at hand has not, as the SDK has it."""
        own = "" if pulumi == tf_names.camel(name) else pulumi
        inner = inside(argument)
        if inner is not None:
            below = self.block(None, inner, where.below(pulumi))
            return [None, "on", own, "list" if is_list(argument) else "single", 0, 0, below]
        return _cut([_kind(argument.types), "on", own])


_FILL = ["", "", "", "", 0, 0, None]


def _cut(row: list[Any]) -> list[Any]:
    return row[:-1] if row[-1] == "" and len(row) == 3 else row


def paired(fields: Collection[str], sdk: Mapping[str, Argument], type_name: str, path: str) -> Mapping[str, str]:
    """Terraform name -> Pulumi name, each once: reviewed exceptions, then the same word, then its other number."""
    names: dict[str, str] = {}
    left = {squash(name): name for name in fields}
    fixed = tf_names.table()["fields"]
    waiting = []
    for pulumi in sdk:
        here = joined(path, pulumi)
        known = fixed.get(type_name, {}).get(here) or fixed["any"].get(here)
        if known in fields:
            names[known] = pulumi
            left.pop(squash(known), None)
        else:
            waiting.append(pulumi)
    for forms in (lambda word: [word], numbers_of):
        rest = []
        for pulumi in waiting:
            word = next((w for w in forms(squash(pulumi)) if w in left), None)
            if word is None:
                rest.append(pulumi)
            else:
                names[left.pop(word)] = pulumi
        waiting = rest
    return names


def _scalar(found: _Tf, argument: Argument) -> str:
    """The flag of the scalar that pulumi-aws makes of the provider's; empty where they are the same."""
    kinds = {_SCALARS[t.kind] for t in argument.types if t.kind in _SCALARS}
    if found.kind not in _SCALARS.values() or not kinds or found.kind in kinds:
        return ""
    return _SCALAR_FLAGS[kinds.pop()]


def _sequence(found: _Tf) -> bool:
    outer = found.nesting or (found.kind[0] if isinstance(found.kind, list) else "")
    return outer in ("list", "set")


def is_list(argument: Argument) -> bool:
    """Whether Pulumi writes an argument as a list."""
    return any(t.kind == "list" for t in argument.types)


def inside(argument: Argument) -> Mapping[str, Argument] | None:
    """The arguments of the objects in an argument; None where it holds no objects."""
    for outer in argument.types:
        for one in (outer, *outer.item):
            if one.cls is not None:
                return sdk_types.arguments(one.cls)
    return None


def newer_name(pulumi: str, argument: Argument) -> str:
    """By rule: Terraform writes attributes as Pulumi does, blocks in the singular."""
    name = snake(pulumi)
    if not (is_list(argument) and inside(argument) is not None):
        return name
    if name.endswith("ies"):
        return name[:-3] + "y"
    return re.sub(r"(?<=ss|sh|ch|.x)es$|(?<!s)s$", "", name)


def _kind(types: tuple[sdk_types.Type, ...]) -> Any:
    for one in types:
        if one.kind in _SCALARS:
            return _SCALARS[one.kind]
        if one.kind in ("list", "map"):
            return [one.kind, _kind(one.item)]
    return "string" if any(t.kind == "asset" for t in types) else "dynamic"


if __name__ == "__main__":
    sys.stdout.write(text())

"""Arguments as a plan shows them: known values, what is known only after the deploy, and the expressions behind both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from policies.terraform.provider_table import Block, Field

_FILE: Final = Path(__file__).with_name("defaults.json")
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that is not known before the deploy, and the outputs that it comes from."""

    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """A known text that comes from other resources all the same."""

    text: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What the provider plans where a program says nothing, by path without indices: a default, or that it is known
    only after the deploy. Empty for a type that the provider could not be asked about."""

    defaults: Mapping[str, Any] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()


def unsaid(type_name: str) -> Unsaid:
    """What the table says of a Terraform type."""
    row = _table().get(type_name)
    if row is None:
        return Unsaid()
    return Unsaid(row.get("defaults", {}), frozenset(row.get("computed", ())))


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    if not _FILE.is_file():
        return {}
    types: Mapping[str, Mapping[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))["types"]
    return types


# --- values ----------------------------------------------------------------------------------------------------------


def values(
    arguments: Mapping[str, Any], block: Block, table: Unsaid, path: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what is known, what is not) of the arguments of a block, the fields that nobody set included."""
    known: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    for name, spec in block.by_terraform.items():
        where = f"{path}.{name}" if path else name
        if name in arguments:
            value, hidden = _given(arguments[name], spec, table, where)
        elif spec.newer or (name == "region" and not path):
            continue
        else:
            value, hidden = _not_given(spec, table, where)
        if value is not _ABSENT:
            known[name] = value
        if hidden is not False:
            unknown[name] = hidden
    return known, unknown


def _given(value: Any, spec: Field, table: Unsaid, path: str) -> tuple[Any, Any]:
    if spec.block is None or spec.attribute or isinstance(value, (Computed, Stated)):
        return _plain(_with_empty_lists(value, spec.block) if spec.block else value, spec.kind)
    inner = spec.block
    if spec.nesting == "map" and isinstance(value, Mapping):
        pairs = {key: values(item, inner, table, path) for key, item in value.items()}
        return {k: v for k, (v, _) in pairs.items()}, {k: u for k, (_, u) in pairs.items()}
    if isinstance(value, list):
        items = [values(item, inner, table, path) for item in value]
        return [v for v, _ in items], [u for _, u in items]
    return values(value, inner, table, path)


def _with_empty_lists(value: Any, block: Block) -> Any:
    """Objects of an attribute (the rules of a security group) with a list that nobody set as empty, as the provider writes
    it: to Checkov null is a list of one, and an open port passed for it."""
    if isinstance(value, list):
        return [_with_empty_lists(item, block) for item in value]
    if not isinstance(value, Mapping):
        return value
    fields = block.by_terraform
    return {key: [] if item is None and key in fields and fields[key].sequence else item for key, item in value.items()}


def _not_given(spec: Field, table: Unsaid, path: str) -> tuple[Any, Any]:
    if path in table.defaults:
        return table.defaults[path], False
    if spec.computed or spec.required or path in table.computed:
        return _ABSENT, True
    if spec.block is not None and not spec.attribute:
        return (None, False) if spec.nesting in ("single", "group") else ([], [])
    return None, False


def _plain(value: Any, kind: Any) -> tuple[Any, Any]:
    """(known, unknown) of an attribute's value. A set or a map with an element that is not known is not known itself;
    in a list null stands for it."""
    if isinstance(value, Computed):
        return _ABSENT, True
    if isinstance(value, Stated):
        return _scalar(value.text, kind), False
    inner = kind[1] if isinstance(kind, list) and len(kind) > 1 else ""
    if isinstance(value, Mapping):
        if kind == "string":
            return _as_text(value)
        pairs = {
            _unescaped(k): _plain(v, inner.get(k, "") if isinstance(inner, Mapping) else inner)
            for k, v in sorted(value.items())
        }
        if any(v is _ABSENT for v, _ in pairs.values()):
            return _ABSENT, True
        return {k: v for k, (v, _) in pairs.items()}, {}
    if isinstance(value, list):
        if kind == "string":
            return _as_text(value)
        items = [_plain(item, inner) for item in value]
        if isinstance(kind, list) and kind[0] == "set" and any(v is _ABSENT for v, _ in items):
            return _ABSENT, True
        return [None if v is _ABSENT else v for v, _ in items], [u for _, u in items]
    return _scalar(value, kind), False


def _as_text(value: Any) -> tuple[Any, Any]:
    """A document that the program wrote as an object."""
    known, unknown = _plain(value, "")
    hidden = known is _ABSENT or _any_true(unknown)
    return (_ABSENT, True) if hidden else (json.dumps(known, sort_keys=True), False)


def _any_true(unknown: Any) -> bool:
    if isinstance(unknown, Mapping):
        return any(_any_true(item) for item in unknown.values())
    if isinstance(unknown, list):
        return any(_any_true(item) for item in unknown)
    return unknown is True


def _scalar(value: Any, kind: Any) -> Any:
    """A scalar in the type that Terraform has for it."""
    if kind == "string" and isinstance(value, (bool, int, float)):
        return str(value).lower() if isinstance(value, bool) else f"{value:.15g}"
    if kind == "bool" and isinstance(value, str):
        return {"true": True, "false": False}.get(value, value)
    if kind == "number" and isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return value
    if kind == "number" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _unescaped(key: str) -> str:
    return key.replace("$${", "${").replace("%%{", "%{") if "{" in key else key


# --- expressions -----------------------------------------------------------------------------------------------------


def expression(value: Any, spec: Field) -> Any:
    """What a plan's configuration says of an argument: a constant, or the outputs it refers to."""
    if spec.block is not None and not spec.attribute and isinstance(value, (list, Mapping)):
        inner = spec.block
        if spec.nesting == "map" and isinstance(value, Mapping):
            return {key: _expressions(item, inner) for key, item in value.items()}
        return [_expressions(v, inner) for v in value] if isinstance(value, list) else _expressions(value, inner)
    found: dict[str, None] = {}
    if _gather(value, found):
        return {"references": list(found)} if found else {}
    known, _ = _plain(value, spec.kind)
    return {"constant_value": known}


def _expressions(value: Mapping[str, Any], block: Block) -> dict[str, Any]:
    return {name: expression(item, block.by_terraform[name]) for name, item in sorted(value.items())}


def _gather(value: Any, found: dict[str, None]) -> bool:
    """Adds the references inside a value; whether it has a part that is no constant."""
    if isinstance(value, (Computed, Stated)):
        found.update(dict.fromkeys(value.references))
        return True
    hidden = False
    inside = [item for _, item in sorted(value.items())] if isinstance(value, Mapping) else value
    for item in inside if isinstance(inside, list) else ():
        hidden = _gather(item, found) or hidden
    return hidden

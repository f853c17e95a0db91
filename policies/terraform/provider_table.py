"""Names and shapes between Pulumi's AWS provider and Terraform's: which type, which field, written in which form.

Reads `provider.json`, which is generated from the provider's schema and the SDK's classes (`make docs`); needs neither at
run time. The file says for which versions it holds: `version()`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FORMAT = 1
_FILE = Path(__file__).with_name("provider.json")
_BLOCKS = '"blocks": ['


@dataclass(frozen=True, slots=True)
class Field:
    """One argument or output of a block.

    `name` is Terraform's (`name_in_6` in provider 6, mostly the same), `pulumi` Pulumi's (empty where pulumi-aws has none). `kind` is Terraform's type of an attribute
    (`string`, `["list", "string"]`; `object` or `["list", "object"]` where `attribute` is set), None for a nested block.
    `nesting` is list, set, map or single for blocks and attributes of objects, else empty; `block` is what is inside.
    `flat`: Terraform has a list or a set, Pulumi writes the one element alone. `newer`: pulumi-aws has it, the provider
    of this table has not; its Terraform name is by rule, its shape the SDK's. `scalar`: the scalar that Pulumi has
    where it is another than `kind` (bool, number, string), else empty. `max_items` 0 is no limit.
    """

    name: str
    name_in_6: str
    pulumi: str
    kind: Any
    nesting: str
    attribute: bool
    flat: bool
    required: bool
    optional: bool
    computed: bool
    sensitive: bool
    deprecated: bool
    newer: bool
    scalar: str
    min_items: int
    max_items: int
    block: Block | None

    @property
    def settable(self) -> bool:
        """Whether a program may set it: not only computed."""
        return self.required or self.optional

    @property
    def sequence(self) -> bool:
        """Whether Terraform writes it as a list or a set."""
        return self.nesting in ("list", "set") or (isinstance(self.kind, list) and self.kind[0] in ("list", "set"))


class Block:
    """The fields of a resource type, of a nested block, of the provider itself; equal blocks are the same object."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        self._rows = rows

    @functools.cached_property
    def by_terraform(self) -> Mapping[str, Field]:
        """Every field by Terraform's name."""
        return {name: _field(name, row) for name, row in self._rows.items()}

    @functools.cached_property
    def by_pulumi(self) -> Mapping[str, Field]:
        """The fields that pulumi-aws has, by Pulumi's name."""
        return {found.pulumi: found for found in self.by_terraform.values() if found.pulumi}


def type_of(token: str) -> str | None:
    """The Terraform type of a Pulumi type token; None where the provider has none: `why_absent` says why."""
    return _types_by_token().get(token)


def tokens_of(type_name: str) -> tuple[str, ...]:
    """The Pulumi type tokens of a Terraform type, the current and best named one first; empty where there is none."""
    return tuple(token for token, _ in _table()["types"].get(type_name, ()))


def block_of(type_name: str, token: str = "") -> Block:
    """The fields of a Terraform type that pulumi-aws has too, as the Pulumi type `token` names them; without one, as the
    first of `tokens_of` does. Raises KeyError for any other."""
    rows = dict(_table()["types"][type_name])
    return _block(rows[token] if token else next(iter(rows.values())))


def provider_block() -> Block:
    """The provider's own settings."""
    return _block(_table()["provider_block"])


def version() -> str:
    """The version of Terraform's AWS provider that the table holds for."""
    return str(_table()["provider"])


def sdk_version() -> str:
    """The version of pulumi-aws that the table holds for."""
    return str(_table()["sdk"])


def why_absent(name: str) -> str:
    """Why there is no type for a Pulumi token or a Terraform type: a part of a sentence; empty where there is one."""
    table = _table()
    if name in table["types"] or name in _types_by_token():
        return ""
    if name in table["absent_tokens"]:
        return f"pulumi-aws {sdk_version()} has it, Terraform's AWS provider {version()} has not"
    if name in table["absent_types"]:
        return f"Terraform's AWS provider {version()} has it, pulumi-aws {sdk_version()} has not"
    return f"neither pulumi-aws {sdk_version()} nor Terraform's AWS provider {version()} has it"


@functools.cache
def _lines() -> tuple[str, ...]:
    return tuple(_FILE.read_text(encoding="utf-8").splitlines())


@functools.cache
def _first_block() -> int:
    return _lines().index(_BLOCKS) + 1


@functools.cache
def _table() -> Mapping[str, Any]:
    """All but the blocks, which come last in the file, one a line, and are most of it."""
    head = "\n".join(_lines()[: _first_block() - 1])
    table: Mapping[str, Any] = json.loads(head.removesuffix(",") + "}")
    if table["format"] != _FORMAT:
        raise ValueError(f"{_FILE.name} has format {table['format']}; this program reads {_FORMAT}")
    return table


@functools.cache
def _types_by_token() -> Mapping[str, str]:
    return {token: name for name, rows in _table()["types"].items() for token, _ in rows}


@functools.cache
def _block(number: int) -> Block:
    return Block(json.loads(_lines()[_first_block() + number].removesuffix(",")))


def _field(name: str, row: list[Any]) -> Field:
    """One row of `provider.json`: kind, flags, Pulumi name, nesting, min, max, block, name in provider 6."""
    kind, flags, own, nesting, low, high, inner, name_in_6 = [*row, *_REST[len(row) :]]
    return Field(
        name=name,
        name_in_6=name_in_6 or name,
        pulumi="" if own is None else own or _camel(name),
        kind=kind,
        nesting=nesting,
        attribute="a" in flags,
        flat="f" in flags,
        required="r" in flags,
        optional="o" in flags,
        computed="c" in flags,
        sensitive="s" in flags,
        deprecated="d" in flags,
        newer="n" in flags,
        scalar=next((kind for flag, kind in _SCALARS.items() if flag in flags), ""),
        min_items=low,
        max_items=high,
        block=None if inner is None else _block(inner),
    )


_SCALARS = {"B": "bool", "N": "number", "S": "string"}
_REST: list[Any] = ["string", "", "", "", 0, 0, None, ""]


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)

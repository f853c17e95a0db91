"""A resource's inputs in Terraform's words: names and shapes by the provider's table, leaves as expressions.

Pulumi writes a block that may stand once as an object, Terraform as a list of one; an attribute that is a list of
objects must carry every field, null where nothing is said; everything textual is a template in Terraform's JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from policies.graph import SECRET, Reference, Resource, Unknown, Value, reference_of, walk
from policies.terraform import assets
from policies.terraform.provider_table import Block, Field
from policies.terraform.text import escaped, template

_INDEX = re.compile(r"\[\d+\]")
_MAXIMUM_DEPTH = 64


class Untranslatable(ValueError):
    """A value that has no form in Terraform; the text says why, without the resource's name."""


@dataclass(slots=True)
class Translator:
    """What turns one resource's inputs into arguments. `problems` collects what could not be."""

    resource: Resource
    expression_of: Callable[[Reference], str]
    """A reference as an expression. May raise Untranslatable."""
    hidden: Callable[[str, Field], Any]
    """What stands for a value at a path that is unknown or secret. May raise Untranslatable."""
    asset: Callable[[Mapping[str, Value]], str]
    """The path expression of an asset. May raise Untranslatable."""
    instead: Callable[[str, Value], Mapping[str, Value] | None]
    """What stands for an argument that only newer providers know, by its path without indices: None where it is kept,
    else the arguments beside it that are set in its place. May raise Untranslatable."""
    newest: bool = True
    """Whether the target's provider has what the table's provider lacks."""
    problems: list[str] = field(default_factory=list)

    def arguments(self, block: Block, skipped: tuple[str, ...] = ()) -> dict[str, Any]:
        """The arguments of the resource, in Terraform's order of names."""
        inputs = {key: value for key, value in self.resource.inputs.items() if key not in skipped}
        return dict(sorted(self.block(inputs, block, "").items()))

    def block(self, value: Mapping[str, Value], block: Block, path: str) -> dict[str, Any]:
        """An object as the arguments of a block."""
        if path.count(".") > _MAXIMUM_DEPTH:
            raise Untranslatable(f"{path[:80]}... is nested too deep")
        found: dict[str, Any] = {}
        waiting = list(value.items())
        while waiting:
            key, item = waiting.pop(0)
            where = f"{path}.{key}" if path else str(key)
            if item is None or str(key).startswith("__"):
                continue
            known = block.by_pulumi.get(str(key))
            try:
                if known is None:
                    raise Untranslatable(f"is no argument; allowed: {', '.join(_settable(block))}")
                if not known.settable:
                    raise Untranslatable("is computed by the provider and cannot be set")
                other = self.instead(_INDEX.sub("", where), item) if known.newer else None
                if other is None:
                    found[self._name(known)] = self._field(item, known, where)
                else:
                    waiting += [(name, v) for name, v in other.items() if name not in value]
            except Untranslatable as error:
                self.problems.append(f"{where}: {error}")
        return found

    def _field(self, value: Value, known: Field, path: str) -> Any:
        if known.block is None:
            return self._attribute(value, known, path)
        if isinstance(value, (Unknown, str)) or value is SECRET:
            if not known.attribute:
                raise Untranslatable("is a block; allowed: an object, not another resource's output")
            return self.leaf(value, path, known)
        if known.nesting == "map":
            return {escaped(str(k)): self._object(v, known, f"{path}.{k}") for k, v in value.items()}
        several = isinstance(value, (list, tuple))
        items = [
            self._object(item, known, f"{path}[{i}]" if several else path)
            for i, item in enumerate(value if several else [value])
        ]
        return items[0] if known.nesting == "single" and len(items) == 1 else items

    def _object(self, value: Value, known: Field, path: str) -> Any:
        assert known.block is not None  # noqa: S101  the caller looked
        if not isinstance(value, Mapping):
            if known.attribute:
                return self.leaf(value, path, known)
            raise Untranslatable("is a block; allowed: an object")
        found = self.block(value, known.block, path)
        if known.attribute:
            fields = known.block.by_terraform.values()
            found = {**{self._name(f): None for f in fields if self.newest or not f.newer}, **found}
        return dict(sorted(found.items()))

    def _name(self, known: Field) -> str:
        return known.name_in_6 if self.newest else known.name

    def _attribute(self, value: Value, known: Field, path: str) -> Any:
        if isinstance(value, Mapping) and known.kind == "string" and not assets.is_asset(value):
            return self._document(value, known, path)
        if isinstance(value, Mapping) and assets.is_asset(value) and known.kind == "string":
            return self.asset(value)
        if known.flat and not isinstance(value, (list, tuple)):
            return [self.leaf(value, path, known)]
        return self._plain(value, known, path)

    def _document(self, value: Mapping[str, Value], known: Field, path: str) -> Any:
        """A policy that a program wrote as an object: Terraform takes the text."""
        if any(isinstance(leaf, Unknown) or leaf is SECRET for _, leaf in walk(value)):
            return self.hidden(path, known)
        return template(json.dumps(value), self.expression_of)

    def _plain(self, value: Value, known: Field, path: str) -> Any:
        if isinstance(value, Mapping):
            return {escaped(str(k)): self._plain(v, known, f"{path}.{k}") for k, v in value.items() if v is not None}
        if isinstance(value, (list, tuple)):
            return [self._plain(v, known, f"{path}[{i}]") for i, v in enumerate(value)]
        return self.leaf(value, path, known)

    def leaf(self, value: Value, path: str, known: Field) -> Any:
        """One value: literal, reference, or what stands for what may not be seen."""
        if isinstance(value, Unknown) or value is SECRET:
            reference = reference_of(value)
            if reference is not None and reference.property:
                return "${" + self.expression_of(reference) + "}"
            return self.hidden(path, known)
        if isinstance(value, str):
            return template(value, self.expression_of)
        return value


def _settable(block: Block) -> list[str]:
    return sorted(name for name, known in block.by_pulumi.items() if known.settable)


def snake(name: str) -> str:
    """`keySchema` -> `key_schema`."""
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()

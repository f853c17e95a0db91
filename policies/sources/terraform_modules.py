"""The configuration part of a Terraform plan: its modules, what each argument refers to, through variables and outputs.

Terraform shows an expression as its constant value or as the list of names it uses. A name of a variable or of a module's
output is followed to the resources behind it; `locals` are not in the document, so a way through one ends there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from policies.sources.deployed import object_at, objects_at, text_at, texts_at
from policies.sources.terraform_state import without_keys

_FURTHEST: Final = 16
_MOST: Final = 200
"""Names that one argument may come from."""


@dataclass(frozen=True, slots=True)
class Configured:
    """A resource as the configuration states it."""

    references: Mapping[str, list[str]]
    """Argument -> whole names of what it refers to: `module.a.aws_kms_key.main.arn`."""
    depends_on: tuple[str, ...]
    provider_key: str


@dataclass(frozen=True)
class Module:
    """A module, its children, and the expressions it was called with. `path` is `module.a.module.b`, empty at the root."""

    path: str
    row: dict[str, Any]
    where: str
    parent: Module | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    providers: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def children(self) -> Mapping[str, Module]:
        calls = object_at(self.row, "module_calls", self.where)
        found = {}
        for name in calls:
            where = f"{self.where}.module_calls.{name[:100]}"
            call = object_at(calls, name, where)
            path = f"{self.path}.module.{name}".lstrip(".")
            arguments = object_at(call, "expressions", where)
            found[name] = Module(path, object_at(call, "module", where), where, self, arguments, self.providers)
        return found

    @cached_property
    def _own(self) -> Mapping[str, dict[str, Any]]:
        rows = objects_at(self.row, "resources", self.where)
        return {text_at(row, "address", self.where, required=True): row for row in rows}

    def provider(self, key: str) -> dict[str, Any] | None:
        """The provider block of a key such as `aws`, `aws.north`, `module.a:aws`; None where there is none."""
        row = self.providers.get(key)
        return row if isinstance(row, dict) else None

    def resource(self, base: str) -> Configured | None:
        """The resource at an address without instance keys; None where the configuration does not state it."""
        module, local = self._module_of(base)
        row = module._own.get(local) if module else None
        if module is None or row is None:
            return None
        expressions = object_at(row, "expressions", module.where)
        references = {key: module._whole(_names_in(value)) for key, value in expressions.items()}
        depends = tuple(module._whole(list(texts_at(row, "depends_on", module.where))))
        return Configured(references, depends, text_at(row, "provider_config_key", module.where))

    def _module_of(self, base: str) -> tuple[Module | None, str]:
        module: Module | None = self
        parts = base.split(".")
        while module and len(parts) > 2 and parts[0] == "module":
            module = module.children.get(parts[1])
            parts = parts[2:]
        return module, ".".join(parts)

    def split(self, name: str) -> tuple[str, str]:
        """A whole name as address and attribute: `module.a.aws_kms_key.main.arn` -> (`module.a.aws_kms_key.main`, `arn`)."""
        parts = without_keys(name).split(".")
        start = 0
        while len(parts) > start + 2 and parts[start] == "module":
            start += 2
        return ".".join(parts[: start + 2]), ".".join(parts[start + 2 : start + 3])

    def _whole(self, names: list[str], depth: int = 0) -> list[str]:
        """Names of this module as whole names of resources, variables and outputs followed."""
        found: dict[str, None] = {}
        if depth > _FURTHEST:
            return []
        for name in names:
            parts = without_keys(name).split(".")
            if parts[0] == "var" and len(parts) > 1 and self.parent:
                further = self.parent._whole(_names_in(self.arguments.get(parts[1])), depth + 1)
            elif parts[0] == "module" and len(parts) > 2 and parts[1] in self.children:
                further = self.children[parts[1]]._output(parts[2], depth + 1)
            elif parts[0] in ("var", "local", "each", "count", "path", "terraform", "self", "data", "module"):
                further = []
            else:
                further = [f"{self.path}.{'.'.join(parts)}".lstrip(".")]
            found |= dict.fromkeys(further)
            if len(found) > _MOST:
                break
        return list(found)[:_MOST]

    def _output(self, name: str, depth: int) -> list[str]:
        output = object_at(object_at(self.row, "outputs", self.where), name, self.where)
        return self._whole(_names_in(output.get("expression")), depth)


def root_module(configuration: dict[str, Any], where: str) -> Module:
    """The root of a configuration. Shapes are checked when they are read."""
    providers = object_at(configuration, "provider_config", where)
    return Module("", object_at(configuration, "root_module", where), f"{where}.root_module", providers=providers)


def _names_in(expression: Any) -> list[str]:
    """Every name that an expression, or a block of expressions, uses."""
    found: list[str] = []
    waiting = [expression]
    while waiting and len(found) < _MOST:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            names = item.get("references")
            if isinstance(names, list):
                found += [name for name in names if isinstance(name, str)]
            else:
                waiting += item.values()
    return found

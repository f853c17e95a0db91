"""Arguments against the Terraform AWS provider's own schema: the code that will really take them.

pulumi-aws wraps that provider. Its schema says which arguments a program may set, which must be set, how often a block
may stand, and what is only computed. The provider on a machine can be older than the one inside pulumi-aws: what it
does not know yet stands in a reviewed list (`policies/terraform/newer.yaml`), which shrinks when that one grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies.graph import Resource, Value
from policies.terraform import provider_table
from policies.terraform.newer import Newer, newer_of
from policies.terraform.provider_table import Block, Field
from tests.truth import sdk_types
from tests.truth.naming import allowed_names, is_asset, is_reference, joined, plain, sentence, snake
from tests.truth.tf_names import camel

_NAMED_BY_ENGINE = re.compile(r"(^|_)(name|id|identifier|key)$")
_OF_THE_ENGINE = ("version", "pluginDownloadURL")
_WORDS = {"string": "string", "bool": "boolean", "number": "number"}


def problems(resource: Resource) -> list[str]:
    """What the provider would refuse in a resource's inputs. Other clouds' resources and components have none."""
    if not covers(resource):
        return []
    known_newer = newer_of(resource.type)
    if resource.type == "pulumi:providers:aws":
        inputs = {key: sdk_types.decoded(value) for key, value in resource.inputs.items() if key not in _OF_THE_ENGINE}
        return list(_Check(resource, "", {}).block(inputs, provider_table.provider_block(), ""))
    type_name = provider_table.type_of(resource.type)
    if type_name is None:
        if "" in known_newer:
            return []
        return [
            f"{resource.urn}: type {resource.type} is not in Terraform's provider {provider_table.version()}; allowed: "
            "its types, and newer ones that policies/terraform/newer.yaml lists with a reason"
        ]
    block = provider_table.block_of(type_name, resource.type)
    return list(_Check(resource, type_name, known_newer).block(resource.inputs, block, ""))


def covers(resource: Resource) -> bool:
    """Whether this check has anything to say about a resource."""
    return resource.custom and (resource.type.startswith("aws:") or resource.type == "pulumi:providers:aws")


@dataclass(frozen=True)
class _Check:
    """The walk over one resource's inputs."""

    resource: Resource
    type_name: str
    newer: Mapping[str, Newer]

    def block(self, value: Mapping[str, Value], block: Block, path: str) -> Iterator[str]:
        """An object against the arguments of a block."""
        present: set[str] = set()
        for key, item in value.items():
            where = joined(path, str(key))
            if item is None or str(key).startswith("__"):
                continue
            if where == "region" and self.type_name:
                continue  # of every resource since pulumi-aws 7 (Terraform's 6)
            found = block.by_pulumi.get(str(key))
            if found is None or found.newer:
                yield from self._unknown(where, str(key), item, block)
                continue
            present.add(found.name)
            if not found.settable:
                yield sentence(self.resource, where, item, "computed by the provider; allowed: not to set it")
                continue
            if found.deprecated:
                yield sentence(self.resource, where, item, "deprecated in Terraform's provider")
            yield from self._field(item, found, where)
        yield from self._missing(value, block, present, path)

    def _unknown(self, where: str, key: str, item: Value, block: Block) -> Iterator[str]:
        if plain(where) in self.newer:
            return
        names = [name for name, found in block.by_terraform.items() if found.settable and not found.newer]
        where_not = f"{self.type_name or 'the provider block'} of Terraform's provider {provider_table.version()}"
        says = f"not in {where_not}; in Terraform's words: {allowed_names(names, snake(key))}"
        yield sentence(self.resource, where, item, says)

    def _missing(self, value: Mapping[str, Value], block: Block, present: set[str], path: str) -> Iterator[str]:
        replaced = {
            stand_in
            for row in self.newer.values()
            if value.get(row.path.rpartition(".")[2]) is not None
            for stand_in in row.replaces
        }
        for name, found in block.by_terraform.items():
            where = joined(path, found.pulumi or camel(name))
            if not found.required or name in present or plain(where) in replaced:
                continue
            if (
                not path
                and found.kind == "string"
                and _NAMED_BY_ENGINE.search(name)
                and self._is_optional(found.pulumi)
            ):
                continue  # pulumi-aws makes a name from the logical one
            yield sentence(
                self.resource,
                where,
                None,
                f"required by {self.type_name or 'the provider block'}; wanted: {_said(found)}",
            )

    def _is_optional(self, pulumi: str) -> bool:
        """Whether the SDK lets an argument of the resource be left out."""
        cls = sdk_types.resource_class(self.resource.type)
        argument = sdk_types.arguments(sdk_types.arguments_class(cls)).get(pulumi) if cls else None
        return argument is not None and not argument.required

    def _field(self, value: Value, found: Field, path: str) -> Iterator[str]:
        """A value against one argument, whether a nested block or a plain one."""
        if is_reference(value):
            return
        if found.block is None:
            yield from self._typed(value, found.scalar or found.kind, path)
            return
        if found.nesting == "map":
            yield sentence(self.resource, path, value, "map blocks are not covered")
            return
        whole = isinstance(value, (list, tuple))
        items = list(value) if whole else [value]
        if found.max_items and len(items) > found.max_items:
            yield sentence(self.resource, path, value, f"{len(items)} blocks; allowed: at most {found.max_items}")
        if len(items) < found.min_items:
            yield sentence(self.resource, path, value, f"{len(items)} blocks; allowed: at least {found.min_items}")
        for index, item in enumerate(items):
            where = f"{path}[{index}]" if whole else path
            if isinstance(item, Mapping):
                yield from self.block(item, found.block, where)
            elif not is_reference(item):
                yield sentence(self.resource, where, item, "allowed: an object")

    def _typed(self, value: Value, kind: Any, path: str) -> Iterator[str]:
        if value is None or is_reference(value):
            return
        if isinstance(kind, str):
            if kind == "dynamic" or _scalar_fits(value, kind):
                return
            if kind == "string" and is_asset(value):
                return  # a file, by its name
            yield sentence(self.resource, path, value, f"allowed: a {_WORDS[kind]}")
            return
        outer, inner = kind[0], kind[1]
        if outer in ("list", "set"):
            # A list of at most one is a single value in Pulumi; which of the two, the SDK check tells.
            whole = isinstance(value, (list, tuple))
            for index, item in enumerate(value if whole else [value]):
                yield from self._typed(item, inner, f"{path}[{index}]" if whole else path)
        elif not isinstance(value, Mapping):
            yield sentence(self.resource, path, value, "allowed: a map")
        else:
            for key, item in value.items():
                yield from self._typed(item, inner, joined(path, str(key)))


def _scalar_fits(value: Value, kind: str) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, str)


def _said(found: Field) -> str:
    if found.block is not None:
        return "block"
    return _WORDS.get(found.kind, "list") if isinstance(found.kind, str) else str(found.kind[0])

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
from policies.terraform.newer import Newer, newer_of
from tests.truth import provider_schema, sdk_types
from tests.truth.naming import allowed_names, is_asset, is_reference, joined, plain, sentence, snake
from tests.truth.provider_schema import Field
from tests.truth.tf_names import camel, field_of, table, type_of

_NAMED_BY_ENGINE = re.compile(r"(^|_)(name|id|identifier|key)$")
_OF_THE_ENGINE = ("version", "pluginDownloadURL")
_WORDS = {"string": "string", "bool": "boolean", "number": "number"}


def problems(resource: Resource) -> list[str]:
    """What the provider would refuse in a resource's inputs. Other clouds' resources and components have none."""
    if not covers(resource):
        return []
    schema = provider_schema.load()
    known_newer = newer_of(resource.type)
    if resource.type == "pulumi:providers:aws":
        inputs = {key: sdk_types.decoded(value) for key, value in resource.inputs.items() if key not in _OF_THE_ENGINE}
        return list(_Check(resource, "", {}).block(inputs, schema.fields(""), ""))
    type_name = type_of(resource.type)
    if type_name is None:
        if "" in known_newer:
            return []
        return [
            f"{resource.urn}: type {resource.type} is not in Terraform's provider {schema.version}; allowed: its "
            "types, and newer ones that policies/terraform/newer.yaml lists with a reason"
        ]
    return list(_Check(resource, type_name, known_newer).block(resource.inputs, schema.fields(type_name), ""))


def covers(resource: Resource) -> bool:
    """Whether this check has anything to say about a resource."""
    return resource.custom and (resource.type.startswith("aws:") or resource.type == "pulumi:providers:aws")


@dataclass(frozen=True)
class _Check:
    """The walk over one resource's inputs."""

    resource: Resource
    type_name: str
    newer: Mapping[str, Newer]

    def block(self, value: Mapping[str, Value], fields: Mapping[str, Field], path: str) -> Iterator[str]:
        """An object against the arguments of a block."""
        present: set[str] = set()
        for key, item in value.items():
            where = joined(path, str(key))
            if item is None or str(key).startswith("__"):
                continue
            if where == "region" and self.type_name:
                continue  # of every resource since pulumi-aws 7 (Terraform's 6)
            found = field_of(str(key), fields, self.type_name, plain(where))
            if found is None:
                yield from self._unknown(where, str(key), item, fields)
                continue
            present.add(found.name)
            if not found.settable:
                yield sentence(self.resource, where, item, "computed by the provider; allowed: not to set it")
                continue
            if found.deprecated and not self._allowed_though_deprecated(where):
                yield sentence(self.resource, where, item, "deprecated in Terraform's provider")
            yield from self._field(item, found, where)
        yield from self._missing(value, fields, present, path)

    def _unknown(self, where: str, key: str, item: Value, fields: Mapping[str, Field]) -> Iterator[str]:
        if plain(where) in self.newer:
            return
        names = [name for name, found in fields.items() if found.settable]
        where_not = f"{self.type_name or 'the provider block'} of Terraform's provider {provider_schema.load().version}"
        says = f"not in {where_not}; in Terraform's words: {allowed_names(names, snake(key))}"
        yield sentence(self.resource, where, item, says)

    def _allowed_though_deprecated(self, where: str) -> bool:
        return plain(where) in table()["still_current"].get(self.type_name, ())

    def _missing(
        self, value: Mapping[str, Value], fields: Mapping[str, Field], present: set[str], path: str
    ) -> Iterator[str]:
        replaced = {
            stand_in
            for row in self.newer.values()
            if value.get(row.path.rpartition(".")[2]) is not None
            for stand_in in row.replaces
        }
        for name, found in fields.items():
            where = joined(path, camel(name))
            if not found.required or name in present or plain(where) in replaced:
                continue
            if not path and found.type == "string" and _NAMED_BY_ENGINE.search(name):
                argument = self._sdk_argument(name)
                if argument is not None and not argument.required:
                    continue  # pulumi-aws makes a name from the logical one
            yield sentence(
                self.resource,
                where,
                None,
                f"required by {self.type_name or 'the provider block'}; wanted: {_said(found)}",
            )

    def _sdk_argument(self, name: str) -> sdk_types.Argument | None:
        cls = sdk_types.resource_class(self.resource.type)
        if cls is None:
            return None
        arguments = sdk_types.arguments(sdk_types.arguments_class(cls))
        fields = {name: Field(name, "string")}
        return next((a for key, a in arguments.items() if field_of(key, fields, self.type_name, key)), None)

    def _field(self, value: Value, found: Field, path: str) -> Iterator[str]:
        """A value against one argument, whether a nested block or a plain one."""
        if is_reference(value):
            return
        if found.block is None:
            yield from self._typed(value, self._kind(found.type, path), path)
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

    def _kind(self, kind: Any, path: str) -> Any:
        """A plain argument's type, as pulumi-aws sees it: it corrects some of the provider's scalars."""
        return table()["scalars"].get(self.type_name, {}).get(plain(path), kind)

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
            yield sentence(self.resource, path, value, f"allowed: a {'map' if outer == 'map' else 'object'}")
        elif outer == "map":
            for key, item in value.items():
                yield from self._typed(item, inner, joined(path, str(key)))
        else:
            yield from self.block(value, provider_schema.object_fields(kind), path)


def _scalar_fits(value: Value, kind: str) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, str)


def _said(found: Field) -> str:
    if found.block is not None:
        return "block"
    return _WORDS.get(found.type, "list") if isinstance(found.type, str) else str(found.type[0])

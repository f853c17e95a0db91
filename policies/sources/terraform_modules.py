"""The configuration part of a Terraform plan: its modules, and what each argument refers to.

Terraform shows an expression as its constant value or as the list of names it uses. A name is followed to the resources
behind it: through variables, outputs and modules, `each.value`, and from an instance to the instance of the same key.
`locals` and `dynamic` blocks are not in the document, so a way through one ends there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, TypeGuard

from policies.sources.deployed import object_at, objects_at, text_at, texts_at
from policies.sources.terraform_addresses import Address, Part, address_in, parts_of

_FURTHEST: Final = 16
_LONGEST: Final = 1024
_OWN_KEY: Final = frozenset({"each.key", "each.value", "count.index"})
"""What stands in brackets where a name means the instance of the same key; of a set, the value is the key."""
_MOST: Final = 200
"""Names that one argument may come from."""


@dataclass(frozen=True, slots=True)
class Target:
    """A resource, or a data source, that a name leads to, and which of its outputs; empty: the whole of it."""

    address: Address
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an expression stands: the instances of the modules around it, the key of its own block, and what that
    block is repeated over."""

    modules: tuple[Part, ...] = ()
    key: str | None = None
    each: Any = None


@dataclass(frozen=True, slots=True)
class Configured:
    """A resource as the configuration states it, for one of its instances."""

    module: Module
    spot: Spot
    base: str
    """Its type and name: `aws_s3_bucket.records`."""
    expressions: Mapping[str, Any]
    depends_on: tuple[str, ...]
    provider_key: str

    def targets(self, expression: Any) -> list[Target]:
        """What an expression, or a block of expressions, refers to: in order, once for each time it is named."""
        return self.module.targets(names_in(expression), self.spot)

    def named(self, names: tuple[str, ...]) -> list[Target]:
        """The same of names that stand alone (`depends_on`)."""
        return self.module.targets(list(names), self.spot)


@dataclass(frozen=True)
class Module:
    """A module, its children, and the expressions it was called with. `path` is `module.a.module.b`, empty at the root."""

    path: str
    row: dict[str, Any]
    where: str
    parent: Module | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    each: Any = None
    """What the call is repeated over, by `for_each`."""
    repeated: bool = False
    """Whether there are several of it, by `for_each` or `count`."""
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
            each = call.get("for_each_expression")
            repeated = each is not None or "count_expression" in call
            found[name] = Module(
                path, object_at(call, "module", where), where, self, arguments, each, repeated, self.providers
            )
        return found

    @cached_property
    def _own(self) -> Mapping[str, dict[str, Any]]:
        rows = objects_at(self.row, "resources", self.where)
        return {text_at(row, "address", self.where, required=True): row for row in rows}

    def folders(self, place: str = "", depth: int = 0) -> dict[str, str]:
        """Path of this module and of each below it that lies beside it -> its folder, relative to this one's."""
        found = {self.path: place or "."}
        for name, child in self.children.items() if depth < _FURTHEST else ():
            source = object_at(object_at(self.row, "module_calls", self.where), name, self.where).get("source")
            if isinstance(source, str) and source.startswith(("./", "../")) and len(source) < _LONGEST:
                found |= child.folders(f"{place or '.'}/{source}", depth + 1)
        return found

    def provider(self, key: str) -> dict[str, Any] | None:
        """The provider block of a key such as `aws`, `aws.north`, `module.a:aws`; None where there is none."""
        row = self.providers.get(key)
        return row if isinstance(row, dict) else None

    def declared(self, name: str) -> Mapping[str, Any]:
        """What this module says of a variable of its own: `default`, `sensitive`."""
        row = object_at(self.row, "variables", self.where).get(name)
        return row if isinstance(row, dict) else {}

    def resource(self, address: str) -> Configured | None:
        """The resource, or data source, at an address; None where the configuration does not state it."""
        found = address_in(parts_of(address))
        if found is None:
            return None
        place, _ = found
        module: Module | None = self
        for part in place.modules:
            module = module.children.get(part.text) if module else None
        row = module._own.get(place.base) if module else None
        if module is None or row is None:
            return None
        return Configured(
            module,
            Spot(place.modules, place.key, row.get("for_each_expression")),
            place.base.removeprefix("data."),
            object_at(row, "expressions", module.where),
            texts_at(row, "depends_on", module.where),
            text_at(row, "provider_config_key", module.where),
        )

    def targets(self, names: list[str], spot: Spot, depth: int = 0) -> list[Target]:
        """Names that stand at a spot of this module, followed to resources."""
        found: list[Target] = []
        if depth > _FURTHEST:
            return []
        repeated = any(name in _OWN_KEY for name in names)
        for name in without_prefixes(names):
            parts = parts_of(name)
            if len(parts) > 1:
                found += self._followed(parts, spot, spot.key if repeated else None, depth)
            if len(found) > _MOST:
                break
        return found[:_MOST]

    def variable(self, parts: list[Part], given: Mapping[str, Any], depth: int = 0) -> Any:
        """The value of `var.a.b["c"]` of this module where the document tells it; None where it does not. `given` are
        the root's variables."""
        if depth > _FURTHEST or len(parts) < 2 or parts[0].text != "var":
            return None
        name = parts[1].text
        if self.parent is None:
            value = given.get(name)
        else:
            argument = self.arguments.get(name)
            names = list(without_prefixes(names_in(argument)))
            if is_constant(argument):
                value = argument["constant_value"]
            elif names:
                value = self.parent.variable(parts_of(names[0]), given, depth + 1) if len(names) == 1 else None
            else:
                value = self.declared(name).get("default") if argument is None else None
        for key in [parts[1].key, *(k for part in parts[2:] for k in (part.text, part.key))]:
            if key is not None:
                value = _inside(value, key.strip('"'))
        return value

    def is_settled(self, expression: Any, depth: int = 0) -> bool:
        """Whether an expression uses nothing but constants and variables that are given: then its value is known, and
        where the plan says that it is not, it was null and is the provider's to choose."""
        if depth > _FURTHEST or not is_expression(expression):
            return False
        names = without_prefixes(names_in(expression))
        return all(self._is_given(parts_of(name), depth) for name in names)

    def _is_given(self, parts: list[Part], depth: int) -> bool:
        if len(parts) < 2 or parts[0].text != "var":
            return False
        argument = self.arguments.get(parts[1].text)
        return self.parent is None or argument is None or self.parent.is_settled(argument, depth + 1)

    def below(self, path: str) -> Module | None:
        """The module at `module.a.module.b`, this one at an empty path; None where there is none."""
        module: Module | None = self
        for part in parts_of(path)[1::2]:
            module = module.children.get(part.text) if module else None
        return module

    def _followed(self, parts: list[Part], spot: Spot, key: str | None, depth: int) -> list[Target]:
        head, second, rest = parts[0].text, parts[1], parts[2:]
        if head == "var":
            if self.parent is None or not spot.modules:
                return []
            outer = Spot(spot.modules[:-1], spot.modules[-1].key, self.each)
            found = self.parent.targets(names_in(self.arguments.get(second.text)), outer, depth + 1)
            return _of_output(found, rest)
        if head == "each" and second.text == "value":
            found = self.targets(names_in(spot.each), replace(spot, each=None), depth + 1)
            return [_keyed(target, spot.key) for target in _of_output(found, rest)]
        if head == "module":
            child = self.children.get(second.text)
            if child is None:
                return []
            inner = Spot((*spot.modules, Part(second.text, second.key or (key if child.repeated else None))))
            return child._outputs(rest, inner, depth + 1)
        place = address_in(parts)
        if head in ("each", "count", "local", "path", "terraform", "self") or place is None:
            return []
        address, further = place
        row = self._own.get(address.base, {})
        own = key if "for_each_expression" in row or "count_expression" in row else None
        meant = replace(address, modules=spot.modules, key=address.key or own)
        return [Target(meant, further[0].text if further else "")]

    def _outputs(self, rest: list[Part], spot: Spot, depth: int) -> list[Target]:
        """What an output comes from; without a name (`module.a[*].arn` shows as `module.a`) what any of them does."""
        outputs = object_at(self.row, "outputs", self.where)
        if rest:
            output = object_at(outputs, rest[0].text, self.where)
            return _of_output(self.targets(names_in(output.get("expression")), spot, depth), rest[1:])
        found: dict[Target, None] = {}
        for name in outputs:
            output = object_at(outputs, name, self.where)
            for target in self.targets(names_in(output.get("expression")), spot, depth):
                found[Target(target.address)] = None
        return list(found)


def root_module(configuration: dict[str, Any], where: str) -> Module:
    """The root of a configuration. Shapes are checked when they are read."""
    providers = object_at(configuration, "provider_config", where)
    return Module("", object_at(configuration, "root_module", where), f"{where}.root_module", providers=providers)


def is_expression(value: Any) -> bool:
    """Whether a part of the configuration is an expression and no block of them."""
    return isinstance(value, dict) and ("constant_value" in value or isinstance(value.get("references"), list))


def names_in(expression: Any) -> list[str]:
    """Every name that an expression, or a block of expressions, uses, in order."""
    found: list[str] = []
    waiting = [expression]
    while waiting and len(found) < _MOST:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += reversed(item)
        elif isinstance(item, dict):
            names = item.get("references")
            if isinstance(names, list):
                found += [name for name in names if isinstance(name, str)]
            else:
                waiting += reversed(list(item.values()))
    return found


def _inside(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and key.isdigit() and int(key) < len(value):
        return value[int(key)]
    return None


def without_prefixes(names: list[str]) -> Iterator[str]:
    """Terraform lists `a.b.arn` and then `a.b`, which is no other name."""
    last = ""
    for name in names:
        if not last.startswith((f"{name}.", f"{name}[")):
            yield name
            last = name


def _of_output(found: list[Target], rest: list[Part]) -> list[Target]:
    """The targets, of which one output is taken where they are whole resources."""
    return [replace(t, attribute=rest[0].text) if rest and not t.attribute else t for t in found]


def _keyed(target: Target, key: str | None) -> Target:
    """The instance of the same key, where none is named yet."""
    return replace(target, address=replace(target.address, key=target.address.key or key))


def is_constant(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether the configuration spells a value out. One written as JSON shows the text of an expression as constant, beside
    what it refers to."""
    return isinstance(value, dict) and "constant_value" in value and not value.get("references")

"""What a Terraform plan calls not known, as far as the .tf files beside it tell: the settings of a function of which one comes
from a queue, the document around a name.

A plan hides an argument as a whole where a part of it is not known yet. The configuration in the plan says what the
argument names, and nothing of the rest; the files say it. They count only where they name what the plan names, and a
value that is made in a way that is not followed here stays not known.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from policies.graph import SECRET, Reference, Unknown, Value, marker, references_in, walk
from policies.sources import hcl, hcl_nodes
from policies.sources.hcl_nodes import Body, Node
from policies.sources.terraform_addresses import parts_of
from policies.sources.terraform_agreement import is_same, names_in_key
from policies.sources.terraform_documents import DATA
from policies.sources.terraform_files import files_of
from policies.sources.terraform_modules import Configured, Module, Spot, Target
from policies.sources.terraform_values import matched

_FURTHEST: Final = 40
_MOST_OF_ONE: Final = 20_000
_MOST: Final = 3_000_000
"""Expressions that are evaluated for one block, and for all."""
_LONGEST: Final = 1024 * 1024
_NOTHING: Final = Unknown()
_SHORTENS: Final = frozenset(
    {
        "element",
        "lower",
        "one",
        "replace",
        "split",
        "substr",
        "tostring",
        "trim",
        "trimprefix",
        "trimspace",
        "trimsuffix",
        "upper",
    }
)
"""Functions of whose result the first argument is the source; the others are no values."""


@dataclass(frozen=True)
class _Folder:
    """The files of one module."""

    bodies: tuple[Body, ...]

    @cached_property
    def blocks(self) -> Mapping[tuple[str, ...], Body | None]:
        """Type and labels -> the block; None where it is there twice."""
        found: dict[tuple[str, ...], Body | None] = {}
        for body in self.bodies:
            for kind, labels, inner in body.blocks:
                key = (kind, *labels)
                found[key] = None if key in found else inner
        return found

    @cached_property
    def locals(self) -> Mapping[str, Node]:
        found: dict[str, Node] = {}
        for body in self.bodies:
            for inner in body.of("locals"):
                found |= inner.arguments
        return found


@dataclass(frozen=True, slots=True)
class _Here:
    """Where an expression stands, and what its block is repeated over."""

    module: Module
    spot: Spot
    each: Node | None = None
    bound: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    """Of `dynamic` blocks around it: name -> key and value."""
    depth: int = 0


@dataclass
class Written:
    """The files of a plan's modules. `references` tells what targets mean, `known` the value of one where the plan knows it,
    `given` are the root's variables, `secrets` those of them that must not be seen."""

    root: Module
    folder: Path
    given: Mapping[str, Value]
    references: Callable[[list[Target]], list[Reference]]
    known: Callable[[Target], Value]
    told: int = 0
    """How many arguments were read from the files."""
    _left: int = 0
    _left_of_all: int = _MOST
    _folders: dict[str, _Folder] = field(default_factory=dict)

    def filled(self, values: dict[str, Value], configured: Configured, kind: str) -> dict[str, Value]:
        """The values of a block, with what the files tell of those that are not known. `kind` is `resource` or `data`."""
        if not any(isinstance(leaf, Unknown) for _, leaf in walk(values)):
            return values
        block = self._of(configured.module).blocks.get((kind, *configured.base.split(".")))
        if block is None:
            return values
        if not is_same(block, configured.expressions):
            return values
        here = _Here(configured.module, configured.spot, block.arguments.get("for_each"))
        self._left = min(_MOST_OF_ONE, self._left_of_all)
        found = self._block(values, block, here)
        self._left_of_all -= min(_MOST_OF_ONE, self._left_of_all) - max(self._left, 0)
        return _exact(found, values) if kind == "data" else found

    def _block(self, values: Mapping[str, Value], block: Body, here: _Here) -> dict[str, Value]:
        found = dict(values)
        for key, value in values.items():
            if not any(isinstance(leaf, Unknown) for _, leaf in walk(value)):
                continue
            if key in block.arguments:
                made = self._value(block.arguments[key], here)
                if _is_told(made) and _says_more(made, value):
                    self.told += 1
                    found[key] = made
            elif isinstance(value, list):
                found[key] = self._blocks(value, key, block, here)
            elif here.bound and value == _NOTHING:
                found[key] = None  # nobody states it, so it is the provider's to choose
        return found

    def _blocks(self, items: list[Value], kind: str, block: Body, here: _Here) -> list[Value]:
        """Blocks of a kind: those that stand there, and those that a `dynamic` block makes."""
        made = [one for inner in block.blocks for one in self._made(inner, kind, here, len(items))]
        if len(made) != len(items) or not all(isinstance(item, dict) for item in items):
            return items
        stated = [{key: {"constant_value": value} for key, value in self._plain(body, inside)} for body, inside in made]
        order = matched(stated, items)
        return [self._block(item, *made[at]) if at is not None else item for item, at in zip(items, order, strict=True)]

    def _made(
        self, block: tuple[str, tuple[str, ...], Body], kind: str, here: _Here, count: int
    ) -> Iterator[tuple[Body, _Here]]:
        name, labels, body = block
        if name == kind:
            yield body, here
        elif name == "dynamic" and labels == (kind,) and (content := body.of("content")):
            iterator = body.arguments.get("iterator")
            word = iterator.text if isinstance(iterator, hcl_nodes.Name) else kind
            of = self._value(body.arguments.get("for_each"), here)
            rows: list[tuple[Value, Value]] = [(_NOTHING, _NOTHING)] * count
            if isinstance(of, Mapping):
                rows = sorted(of.items())
            elif isinstance(of, list):
                rows = list(enumerate(of))
            for row in rows:
                yield content[0], replace(here, bound={**here.bound, word: row})

    def _plain(self, body: Body, here: _Here) -> Iterator[tuple[str, Value]]:
        for key, node in body.arguments.items():
            value = self._value(node, here)
            if isinstance(value, (str, int, float)) and not (isinstance(value, str) and references_in(value)):
                yield key, value

    def _of(self, module: Module) -> _Folder:
        if module.path not in self._folders:
            place = self.root.folders().get(module.path)
            texts = files_of(self.folder, place) if place is not None else ()
            self._folders[module.path] = _Folder(tuple(_bodies(texts)))
        return self._folders[module.path]

    # -- values

    def _value(self, node: Node | None, here: _Here) -> Value:
        here = replace(here, depth=here.depth + 1)
        self._left -= 1
        if node is None or here.depth > _FURTHEST or self._left < 0:
            return _NOTHING
        if isinstance(node, hcl_nodes.Literal):
            return node.value
        if isinstance(node, hcl_nodes.Name):
            return self._named(node.text, here)
        if isinstance(node, hcl_nodes.Items):
            return [self._value(item, here) for item in node.items]
        if isinstance(node, hcl_nodes.Template):
            return self._joined([self._value(part, here) for part in node.parts])
        if isinstance(node, hcl_nodes.Call):
            return self._called(node, here)
        if isinstance(node, hcl_nodes.Other):
            return _NOTHING if node.spells else self._from(node, here)
        found: dict[str, Value] = {}
        for key, item in node.pairs:
            name = self._value(key, here)
            if not isinstance(name, str):
                return _NOTHING
            found[name] = self._value(item, here)
        return found

    def _from(self, node: Node, here: _Here) -> Value:
        """What is made of what an expression names: not known, and from there."""
        values = [self._named(name, here) for name in hcl_nodes.names_of(node)]
        if any(value is SECRET for value in values):
            return SECRET
        if not values or not all(isinstance(value, Unknown) and value.references for value in values):
            return _NOTHING
        return Unknown(tuple(dict.fromkeys(r for value in values for r in value.references)))

    @staticmethod
    def _joined(values: list[Value]) -> Value:
        parts = []
        for value in values:
            if value is SECRET:
                return SECRET
            text = _text(value)
            if text is None:
                return _NOTHING
            parts.append(text)
        return "".join(parts)[:_LONGEST]

    def _called(self, call: hcl_nodes.Call, here: _Here) -> Value:
        values = [self._value(argument, here) for argument in call.arguments]
        name = call.function
        if name == "sensitive" and values:
            return SECRET
        if name == "merge" and values and all(isinstance(value, Mapping) for value in values):
            return {key: item for value in values for key, item in value.items()}
        if name == "concat" and values and all(isinstance(value, list) for value in values):
            return [item for value in values for item in value]
        if name in ("toset", "tolist", "tomap", "nonsensitive", "try") and values:
            return values[0]
        if name == "jsonencode" and len(values) == 1:
            return _encoded(values[0])
        if name == "join" and len(values) == 2 and isinstance(values[0], str) and isinstance(values[1], list):
            texts = [part for item in values[1] for part in (values[0], item)][1:]
            return self._joined(texts)
        if name in _SHORTENS and values and isinstance(values[0], Unknown):
            return values[0]
        return _NOTHING if hcl_nodes.spells(call) else self._from(call, here)

    def _named(self, text: str, here: _Here) -> Value:
        parts = parts_of(text)
        if len(parts) < 2 or "*" in text:
            return self._outputs(text, here)
        head, second = parts[0].text, parts[1]
        rest = [key for part in parts[2:] for key in (part.text, part.key) if key is not None]
        below = [key for key in (second.key, *rest) if key is not None]
        if head == "local":
            return self._inside(
                self._value(self._of(here.module).locals.get(second.text), replace(here, each=None, bound={})), below
            )
        if head in here.bound and second.text in ("key", "value"):
            return self._inside(here.bound[head][second.text == "value"], below)
        if head == "var":
            return self._inside(self._variable(second.text, here), below)
        if head == "each" and here.spot.key is not None:
            key = here.spot.key.strip('"')
            if second.text == "key":
                return key
            of = self._value(here.each, here)
            return self._inside(of[key] if isinstance(of, Mapping) and key in of else _NOTHING, below)
        if head == "count" and here.spot.key is not None and here.spot.key.isdigit():
            return int(here.spot.key)
        return self._outputs(text, here)

    def _variable(self, name: str, here: _Here) -> Value:
        module = here.module
        declared = module.declared(name)
        if declared.get("sensitive") is True:
            return SECRET
        if module.parent is None:
            value = self.given.get(name)
            return _NOTHING if value is None else value
        if name not in module.arguments:
            return declared.get("default", _NOTHING)
        call = self._of(module.parent).blocks.get(("module", module.path.rpartition(".")[2]))
        if call is None or not here.spot.modules:
            return _NOTHING
        outer = Spot(here.spot.modules[:-1], here.spot.modules[-1].key, module.each)
        node = call.arguments.get(name)
        return self._value(node, _Here(module.parent, outer, call.arguments.get("for_each"), depth=here.depth))

    def _outputs(self, text: str, here: _Here) -> Value:
        """What a resource, a data source or a module says."""
        targets = here.module.targets([self._with_keys(text, here)], here.spot)
        if len(targets) == 1 and "*" not in text:
            value = self.known(targets[0])
            if value is not None:
                return value
        return Unknown(tuple(dict.fromkeys(self.references(targets))))

    def _with_keys(self, text: str, here: _Here) -> str:
        """A name with the keys in it told (`a.b[each.key]`); without those that cannot be."""
        found = []
        for part in parts_of(text):
            key: Any = part.key
            if key is not None and names_in_key(key):
                key = self._named(key, here)
                key = json.dumps(key) if isinstance(key, (str, int)) else None
            found.append(part.text if key is None else f"{part.text}[{key}]")
        return ".".join(found)

    @staticmethod
    def _inside(value: Value, keys: list[str]) -> Value:
        for key in keys:
            name = key.strip('"')
            if isinstance(value, Mapping):
                value = value.get(name, _NOTHING)
            elif isinstance(value, list):
                value = value[int(name)] if name.isdigit() and int(name) < len(value) else _NOTHING
            else:
                return value if value is SECRET else _NOTHING
        return value


def _bodies(texts: Iterator[str] | tuple[str, ...]) -> Iterator[Body]:
    for text in texts:
        try:
            yield hcl.body_of(text)
        except hcl.BadHcl:
            continue


def _text(value: Value) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, Unknown) and len(value.references) == 1 and not value.references[0].urn.startswith(DATA):
        [reference] = value.references
        return marker(reference.urn, reference.property or "id")
    return None


def _encoded(value: Value) -> Value:
    """A value as JSON, what is not known in it as the name of what it comes from."""
    leaves = [leaf for _, leaf in walk(value)]
    if any(leaf is SECRET for leaf in leaves):
        return SECRET
    if any(isinstance(leaf, Unknown) and _text(leaf) is None for leaf in leaves):
        return _NOTHING
    return json.dumps(_marked(value))


def _marked(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    return _text(value) if isinstance(value, Unknown) else value


def _exact(found: Any, before: Any) -> Any:
    """The values, with what the files tell of as the name of what it comes from: there is no other text around it."""
    if found is before or found == before:
        return found
    if isinstance(found, Mapping):
        inner = before if isinstance(before, Mapping) else {}
        return {key: _exact(item, inner.get(key)) for key, item in found.items()}
    if isinstance(found, list) and isinstance(before, list) and len(found) == len(before) and _is_of_blocks(found):
        return [_exact(item, old) for item, old in zip(found, before, strict=True)]
    if isinstance(found, list):
        return [_exact(item, None) for item in found]
    return _text(found) or found if isinstance(found, Unknown) else found


def _is_of_blocks(value: list[Value]) -> bool:
    return all(isinstance(item, Mapping) for item in value)


def _is_told(value: Value) -> bool:
    """Whether nothing in a value is of an origin that is not known."""
    return not any(isinstance(leaf, Unknown) and not leaf.references for _, leaf in walk(value))


def _says_more(made: Value, value: Value) -> bool:
    """Whether a value of the files can be the one of the plan, and tells more of it."""
    if isinstance(value, list):
        return isinstance(made, list) and len(made) == len(value) and made != value
    if isinstance(value, Unknown) and isinstance(made, Unknown):
        return bool(made.references) and (not value.references or set(made.references) < set(value.references))
    return not isinstance(value, Mapping) or (isinstance(made, Mapping) and made != value)

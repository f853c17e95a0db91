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
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from policies.graph import SECRET, Reference, Unknown, Value, references_in, walk
from policies.sources import hcl, hcl_nodes
from policies.sources.hcl_nodes import Body, Node
from policies.sources.terraform_addresses import Part, address_in, parts_of
from policies.sources.terraform_agreement import is_same, names_in_key
from policies.sources.terraform_files import files_of, text_of_file
from policies.sources.terraform_folder import Folder, folder_of
from policies.sources.terraform_functions import NOTHING, called, joined, operated, text_of
from policies.sources.terraform_modules import Configured, Module, Spot, Target
from policies.sources.terraform_values import matched, spread

_FURTHEST: Final = 40
_MOST_OF_ONE: Final = 20_000
_MOST: Final = 3_000_000
"""Expressions that are evaluated for one block, and for all."""


@dataclass(frozen=True, slots=True)
class _Here:
    """Where an expression stands, and what its block is repeated over."""

    module: Module
    spot: Spot
    each: Node | None = None
    bound: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    """Of `dynamic` blocks around it: name -> key and value."""
    named: Mapping[str, Any] = field(default_factory=dict)
    """Of loops around it, or of the template that it stands in: name -> value."""
    is_template: bool = False
    """Whether there are no other names."""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Instance:
    """One instance of a resource, by its address in its module."""

    text: str


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
    _folders: dict[str, Folder] = field(default_factory=dict)

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
            elif here.bound and value == NOTHING:
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
            rows: list[tuple[Value, Value]] = [(NOTHING, NOTHING)] * count
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

    def _of(self, module: Module) -> Folder:
        if module.path not in self._folders:
            place = self.root.folders().get(module.path)
            texts = files_of(self.folder, place) if place is not None else ()
            self._folders[module.path] = folder_of(texts)
        return self._folders[module.path]

    # -- values

    def _value(self, node: Node | None, here: _Here) -> Value:
        here = replace(here, depth=here.depth + 1)
        self._left -= 1
        if node is None or here.depth > _FURTHEST or self._left < 0:
            return NOTHING
        if isinstance(node, hcl_nodes.Literal):
            return node.value
        if isinstance(node, hcl_nodes.Name):
            return self._named(node.text, here)
        if isinstance(node, hcl_nodes.Items):
            return [self._value(item, here) for item in node.items]
        if isinstance(node, hcl_nodes.Template):
            return joined([self._value(part, here) for part in node.parts])
        if isinstance(node, hcl_nodes.Call):
            return self._called(node, here)
        if isinstance(node, hcl_nodes.Choice):
            return self._chosen(node, here)
        if isinstance(node, hcl_nodes.Operation):
            return operated(node.operator, [self._value(operand, here) for operand in node.operands])
        if isinstance(node, hcl_nodes.Loop):
            return self._looped(node, here)
        if isinstance(node, hcl_nodes.Other):
            return self._unfollowed(node, here)
        found: dict[str, Value] = {}
        for key, item in node.pairs:
            name = self._value(key, here)
            if not isinstance(name, str):
                return NOTHING
            found[name] = self._value(item, here)
        return found

    def _unfollowed(self, node: Node, here: _Here) -> Value:
        """What is made of what an expression names: not known, and from there; nothing where a text is spelled out in it."""
        if hcl_nodes.spells(node):
            return NOTHING
        values = [self._named(name, here) for name in hcl_nodes.names_of(node)]
        if any(value is SECRET for value in values):
            return SECRET
        if not values or not all(isinstance(value, Unknown) and value.references for value in values):
            return NOTHING
        return Unknown(tuple(dict.fromkeys(r for value in values for r in value.references)))

    def _called(self, call: hcl_nodes.Call, here: _Here) -> Value:
        values = [self._value(argument, here) for argument in call.arguments]
        if call.function in ("file", "templatefile") and values and isinstance(values[0], str):
            found = self._file(values, here)
        else:
            found = called(call.function, values)
        return self._unfollowed(call, here) if found is None else found

    def _file(self, values: list[Value], here: _Here) -> Value | None:
        """The text of a file of the repository, with what is inserted in it; None where there is none to be read."""
        text = text_of_file(self.folder, str(values[0]))
        if text is None or len(values) == 1:
            return text
        if not isinstance(values[1], Mapping):
            return None
        try:
            node = hcl.template_of(text)
        except hcl.BadHcl:
            return None
        return self._value(node, replace(here, each=None, bound={}, named=values[1], is_template=True))

    def _chosen(self, node: hcl_nodes.Choice, here: _Here) -> Value:
        condition = self._value(node.condition, here)
        if isinstance(condition, bool):
            return self._value(node.yes if condition else node.no, here)
        return self._unfollowed(node, here)

    def _looped(self, node: hcl_nodes.Loop, here: _Here) -> Value:
        rows = self._rows(node.over, here)
        if rows is None:
            return self._unfollowed(node, here)
        items: list[Value] = []
        pairs: dict[str, Value] = {}
        for key, value in rows:
            own = {node.key: key, node.value: value} if node.key else {node.value: value}
            inner = replace(here, named={**here.named, **own})
            wanted = self._value(node.only, inner) if node.only else True
            if not isinstance(wanted, bool):
                return self._unfollowed(node, here)
            if not wanted:
                continue
            items.append(self._value(node.body, inner))
            if node.name is None:
                continue
            name = self._value(node.name, inner)
            if not isinstance(name, str) or references_in(name):
                return NOTHING
            pairs[name] = [*pairs.get(name, []), items[-1]] if node.grouped else items[-1]
        return items if node.name is None else pairs

    def _rows(self, over: Node, here: _Here) -> list[tuple[Value, Any]] | None:
        """Keys and values that a loop goes over; of a resource of which there are several its instances."""
        value = self._value(over, here)
        if isinstance(value, Mapping):
            return sorted(value.items())
        if isinstance(value, list):
            return list(enumerate(value))
        if not isinstance(over, hcl_nodes.Name):
            return None
        text = self._with_keys(over.text, here)
        place = address_in(parts_of(text))
        if place is None or place[1] or place[0].modules or place[0].key is not None:
            return None
        names = [unquote(r.urn.rpartition("::")[2]) for r in self.references(here.module.targets([text], here.spot))]
        found = [address_in(parts_of(name)) for name in names]
        keys = [row[0].key if row else None for row in found]
        if not keys or None in keys:
            return None
        return [(str(key).strip('"'), _Instance(f"{text}[{key}]")) for key in keys]

    def _named(self, text: str, here: _Here) -> Value:
        parts = parts_of(text)
        if parts and (parts[0].text in here.named or here.is_template):
            return self._of_loop(text, here)
        if "*" in text and parts[0].text != "module":
            return spread(self._outputs(text, here))
        if len(parts) < 2 or "*" in text:
            return self._outputs(text, here)
        head, second = parts[0].text, parts[1]
        below = self._keys(second.key, parts[2:], here)
        if head == "local":
            return self._inside(
                self._value(
                    self._of(here.module).locals.get(second.text), replace(here, each=None, bound={}, named={})
                ),
                below,
            )
        if head in here.bound and second.text in ("key", "value"):
            return self._inside(here.bound[head][second.text == "value"], below)
        if text in ("path.module", "path.root"):
            return self.root.folders().get(here.module.path, NOTHING) if second.text == "module" else "."
        if head == "var":
            return self._inside(self._variable(second.text, here), below)
        if head == "each" and here.spot.key is not None:
            key = here.spot.key.strip('"')
            if second.text == "key":
                return key
            of = self._value(here.each, here)
            return self._inside(of[key] if isinstance(of, Mapping) and key in of else NOTHING, below)
        if head == "count" and here.spot.key is not None and here.spot.key.isdigit():
            return int(here.spot.key)
        return self._outputs(text, here)

    def _of_loop(self, text: str, here: _Here) -> Value:
        """What a loop, or a template, calls by a name of its own."""
        head, *rest = parts_of(text)
        value = here.named.get(head.text, NOTHING)
        if isinstance(value, _Instance):
            return self._outputs(value.text + text[len(head.text) :], here)
        below = self._keys(head.key, rest, here)
        return NOTHING if "*" in text else self._inside(value, below)

    def _variable(self, name: str, here: _Here) -> Value:
        module = here.module
        declared = module.declared(name)
        if declared.get("sensitive") is True:
            return SECRET
        if module.parent is None:
            value = self.given.get(name)
            return NOTHING if value is None else value
        if name not in module.arguments:
            return declared.get("default", NOTHING)
        call = self._of(module.parent).blocks.get(("module", module.path.rpartition(".")[2]))
        if call is None or not here.spot.modules:
            return NOTHING
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

    def _keys(self, own: str | None, parts: list[Part], here: _Here) -> list[str]:
        """What leads into a value, with names told (`local.a[each.key]`); one that cannot be told leads nowhere."""
        found = [own, *(key for part in parts for key in (f'"{part.text}"', part.key))]
        return [self._key(key, here) for key in found if key is not None]

    def _key(self, key: str, here: _Here) -> str:
        if key.startswith('"') or key.isdigit():
            return key
        told = self._named(key, here)
        return str(told) if isinstance(told, (str, int)) else ""

    @staticmethod
    def _inside(value: Value, keys: list[str]) -> Value:
        for key in keys:
            name = key.strip('"')
            if isinstance(value, Mapping):
                value = value.get(name, NOTHING)
            elif isinstance(value, list):
                value = value[int(name)] if name.isdigit() and int(name) < len(value) else NOTHING
            else:
                return value if value is SECRET else NOTHING
        return value


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
    return text_of(found) or found if isinstance(found, Unknown) else found


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

"""What Terraform's files are made of, as far as it is told apart (`hcl.py` reads them)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

_HEAD: Final = re.compile(r"[.\[]")


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name:
    """`var.a`, `aws_b.c[0].arn`, as it is written, without blanks."""

    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text with expressions inside."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Object:
    """Keys and values; a key that is a bare word is a Literal."""

    pairs: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? yes : no`."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Operation:
    """`a == b`, `a && b`, `!a` and their like."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """`[for v in over : body if only]`; with a `name`, `{for k, v in over : name => body if only}`."""

    key: str
    """What the body calls the key, or the place; empty: nothing."""
    value: str
    over: Node
    name: Node | None
    body: Node
    only: Node | None
    grouped: bool
    """Whether values of one name become a list (`...`)."""


@dataclass(frozen=True, slots=True)
class Other:
    """Anything else: the names in it, and whether a text is spelled out in it."""

    names: tuple[str, ...]
    spells: bool


Node = Literal | Name | Template | Items | Object | Call | Choice | Operation | Loop | Other


@dataclass(slots=True)
class Body:
    """What stands in a block: its arguments, and the blocks in it with their type and labels, in order."""

    arguments: dict[str, Node] = field(default_factory=dict)
    blocks: list[tuple[str, tuple[str, ...], Body]] = field(default_factory=list)

    def of(self, kind: str) -> list[Body]:
        """The blocks of a type."""
        return [body for name, _, body in self.blocks if name == kind]


def names_of(node: Node) -> Iterator[str]:
    """Every name in an expression."""
    if isinstance(node, Name):
        yield node.text
    elif isinstance(node, Other):
        yield from node.names
    elif isinstance(node, Loop):
        yield from names_of(node.over)
        own = (node.key, node.value)
        inside = [part for part in (node.name, node.body, node.only) if part is not None]
        yield from (name for part in inside for name in names_of(part) if _HEAD.split(name, maxsplit=1)[0] not in own)
    else:
        for inner in _inside(node):
            yield from names_of(inner)


def spells(node: Node) -> bool:
    """Whether a text is spelled out in an expression."""
    if isinstance(node, Literal):
        return isinstance(node.value, str) and bool(node.value)
    return node.spells if isinstance(node, Other) else any(map(spells, _inside(node)))


def _inside(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Template):
        return node.parts
    if isinstance(node, Items):
        return node.items
    if isinstance(node, Object):
        return tuple(part for pair in node.pairs for part in pair)
    if isinstance(node, Choice):
        return (node.condition, node.yes, node.no)
    if isinstance(node, Operation):
        return node.operands
    if isinstance(node, Loop):
        return tuple(part for part in (node.over, node.name, node.body, node.only) if part is not None)
    return node.arguments if isinstance(node, Call) else ()

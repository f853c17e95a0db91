"""Values of a Terraform plan with the parts that are not known yet marked, each with what it comes from.

A plan has three trees of one shape: the values, which parts are not known, and the configuration's expressions. The last
one is rougher: an expression is told whole, and blocks of a set stand in another order than their values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.graph import Reference, Unknown, Value
from policies.sources.terraform_addresses import Instances
from policies.sources.terraform_modules import Target, is_constant, is_expression
from policies.terraform import provider_table

References = Callable[[Any], Sequence[Reference]]
"""What an expression refers to, once for each time it is named."""


def marked(value: Any, unknown: Any, expressions: Sequence[Any], references: References) -> Value:
    """A value with what is not known as Unknown. `unknown` has the value's own shape, with true where nothing is known;
    `expressions` are those of which one gave the value."""
    if unknown is True:
        return Unknown(tuple(dict.fromkeys(_all(expressions, references))))
    if isinstance(unknown, dict):
        inner = value if isinstance(value, dict) else {}
        return {
            key: None
            if unknown.get(key) is True and _is_unstated(expressions, key)
            else marked(inner.get(key), unknown.get(key), _below(expressions, key), references)
            for key in {**inner, **unknown}
        }
    if isinstance(unknown, list) and unknown:
        items = value if isinstance(value, list) else []
        size = max(len(items), len(unknown))
        rows = [(items[n] if n < len(items) else None, unknown[n] if n < len(unknown) else None) for n in range(size)]
        beside = _blocks(expressions, [item for item, _ in rows])
        return _paired(rows, expressions, references) or [
            marked(item, hidden, blocks, references) for (item, hidden), blocks in zip(rows, beside, strict=True)
        ]
    return value


@dataclass
class PlainValues:
    """What a plan knows of its resources and data sources, in plain sight."""

    rows: dict[str, tuple[Mapping[str, Any], Any, Any]] = field(default_factory=dict)
    instances: Instances = field(default_factory=Instances)

    def add(self, address: str, values: Mapping[str, Any], unknown: Any, sensitive: Any) -> None:
        """Notes a resource by its address."""
        self.instances.add(address, address)
        self.rows[address] = values, unknown, sensitive

    def value(self, target: Target) -> Value:
        """A text, number or switch of one resource; None where there are several, or it cannot be told or shown."""
        meant = self.instances.meant(target.address)
        if len(meant) != 1:
            return None
        values, unknown, sensitive = self.rows[meant[0]]
        if any(isinstance(m, Mapping) and m.get(target.attribute) for m in (unknown, sensitive)) or sensitive is True:
            return None
        value = values.get(target.attribute)
        return value if isinstance(value, (str, int, float)) else None


def spread(value: Value) -> Value:
    """A list of which nothing is known but what its elements come from, as that many unknown elements."""
    if isinstance(value, Unknown) and value.references:
        return [Unknown((reference,)) for reference in value.references]
    return value


def spread_in(value: Value, field: provider_table.Field | None) -> Value:
    """The value of an argument with each list in it spread, in blocks too."""
    if field is None:
        return value
    if field.nesting and field.block is not None:
        if isinstance(value, list):
            return [spread_in(item, field) for item in value]
        if isinstance(value, dict) and field.nesting != "map":
            known = field.block.by_terraform
            return {key: spread_in(item, known.get(key)) for key, item in value.items()}
        return value
    return spread(value) if field.sequence else value


def _all(expressions: Sequence[Any], references: References) -> Iterator[Reference]:
    for expression in expressions:
        yield from references(expression)


def _below(expressions: Sequence[Any], key: str) -> list[Any]:
    """The expressions of an argument of a block; an expression is told whole and stays."""
    found = []
    for expression in expressions:
        if is_expression(expression):
            found.append(expression)
        elif isinstance(expression, dict) and key in expression:
            found.append(expression[key])
    return found


def _is_unstated(expressions: Sequence[Any], key: str) -> bool:
    """Whether the blocks are there and none says anything of an argument: then it is the provider's to choose."""
    return bool(expressions) and all(isinstance(e, dict) and not is_expression(e) and key not in e for e in expressions)


def _paired(rows: list[tuple[Any, Any]], expressions: Sequence[Any], references: References) -> list[Value] | None:
    """A list of single values of which as many are unknown as the expression names things: each comes from one."""
    hidden = [n for n, (_, unknown) in enumerate(rows) if unknown is True]
    if not hidden or not all(is_expression(e) for e in expressions):
        return None
    found = list(_all(expressions, references))
    if len(found) != len(hidden):
        return None
    by_number = dict(zip(hidden, found, strict=True))
    return [Unknown((by_number[n],)) if n in by_number else value for n, (value, _) in enumerate(rows)]


def _blocks(expressions: Sequence[Any], items: list[Any]) -> list[list[Any]]:
    """For each element the blocks that may have given it."""
    found: list[list[Any]] = [[] for _ in items]
    for expression in expressions:
        if not isinstance(expression, list):
            rows = [[expression]] * len(items)
        elif len(expression) == len(items):
            rows = _one_each(expression, items)
        else:
            rows = [[block for block in expression if _agrees(block, item)] for item in items]
        for own, more in zip(found, rows, strict=True):
            own += more
    return found


def _one_each(blocks: list[Any], items: list[Any]) -> list[list[Any]]:
    """As many blocks as elements: whoever has one choice takes it, until nobody has; the rest go by their place."""
    chosen: dict[int, int] = {}
    left = set(range(len(blocks)))
    open_to = {n: {b for b in left if _agrees(blocks[b], item)} for n, item in enumerate(items)}
    while (sure := next((n for n in open_to if n not in chosen and len(open_to[n] & left) == 1), None)) is not None:
        [chosen[sure]] = open_to[sure] & left
        left.discard(chosen[sure])
    for n in open_to:
        if n not in chosen and left:
            chosen[n] = n if n in left else min(left & open_to[n] or left)
            left.discard(chosen[n])
    return [[blocks[chosen[n]]] if n in chosen else [] for n in open_to]


def matched(blocks: list[Any], items: list[Any]) -> list[int | None]:
    """For each element the place of the block that gave it, where there are as many of them."""
    numbers = {id(block): n for n, block in enumerate(blocks)}
    return [numbers[id(found[0])] if found else None for found in _one_each(blocks, items)]


def _agrees(block: Any, item: Any) -> bool:
    """Whether a block may have given an element: nothing that it states as constant is otherwise there."""
    if not isinstance(block, dict) or not isinstance(item, dict):
        return True
    return all(
        key not in item or item[key] is None or _same(constant, item[key])
        for key, constant in _constants(block).items()
    )


def _constants(block: Any) -> dict[str, Any]:
    rows = block.items() if isinstance(block, dict) else ()
    return {key: row["constant_value"] for key, row in rows if is_constant(row)}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(_text, one)) == sorted(map(_text, other))
    return _text(one) == _text(other)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

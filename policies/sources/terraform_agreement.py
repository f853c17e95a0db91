"""Whether a block of the .tf files is the one that a plan was made from: the files may be of another day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.sources.hcl_nodes import Body, names_of
from policies.sources.terraform_addresses import parts_of
from policies.sources.terraform_modules import is_expression, names_in

_META: Final = frozenset({"count", "for_each", "provider", "depends_on"})


def is_same(block: Body, stated: Mapping[str, Any]) -> bool:
    """Whether a block of the files is the one that the plan was made from: each argument names what the plan says."""
    arguments = {key for key, expression in stated.items() if is_expression(expression)}
    return arguments == block.arguments.keys() - _META and all(
        _heads(names_in(expression))
        == _heads(
            list(names_of(block.arguments[key]))
            if key in arguments
            else [name for inner in block.of(key) for name in _names_below(inner)]
        )
        for key, expression in stated.items()
    )


def _names_below(block: Body) -> Iterator[str]:
    """Every name in a block, but for what a plan does not show of it."""
    for node in block.arguments.values():
        yield from names_of(node)
    for kind, _, inner in block.blocks:
        if kind != "dynamic":
            yield from _names_below(inner)


def _heads(names: list[str]) -> frozenset[str]:
    """What names name, without outputs and keys: two lists that agree in it are of one expression."""
    found = set()
    for name in names:
        parts = parts_of(name)
        size = 3 if parts and parts[0].text == "data" else 2
        found.add(".".join(part.text for part in parts[:size]))
        found |= {head for part in parts for head in _heads(names_in_key(part.key))}
    return frozenset(found)


def names_in_key(key: str | None) -> list[str]:
    """The names in a key of a name (`a.b[each.key]`)."""
    return [key] if key and key[0].isalpha() and "." in key else []

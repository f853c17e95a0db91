"""What the .tf files of one module say: its blocks and its locals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from policies.sources import hcl
from policies.sources.hcl_nodes import Body, Node


@dataclass(frozen=True)
class Folder:
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
        """Name -> expression."""
        found: dict[str, Node] = {}
        for body in self.bodies:
            for inner in body.of("locals"):
                found |= inner.arguments
        return found


def folder_of(texts: Iterable[str]) -> Folder:
    """The files of a module, those left out that cannot be read."""
    return Folder(tuple(_bodies(texts)))


def _bodies(texts: Iterable[str]) -> Iterator[Body]:
    for text in texts:
        try:
            yield hcl.body_of(text)
        except hcl.BadHcl:
            continue

"""What our stacks use and Terraform's AWS provider 5.x lacks: `newer.yaml`, reviewed, and what to do about it there."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import yaml


class In5(Enum):
    """What becomes of an argument when rendering for provider 5.x."""

    DROP = "drop"
    REPLACE = "replace"


@dataclass(frozen=True)
class Taken:
    """A value taken from the element of a list of objects: its argument `take`, where others are as in `where`."""

    take: str
    where: Mapping[str, Any]

    def of(self, elements: Sequence[Mapping[str, Any]]) -> Any:
        """The value; None where no element fits."""
        fitting = (e for e in elements if all(e.get(key) == value for key, value in self.where.items()))
        return next((e.get(self.take) for e in fitting), None)


@dataclass(frozen=True)
class Newer:
    """A type, or an argument at a path without indices, in Pulumi's names. `by`: the arguments beside it that stand in
    for it in 5.x."""

    type: str
    path: str
    in_5: In5
    why: str
    by: Mapping[str, Taken] = field(default_factory=dict)

    @property
    def replaces(self) -> tuple[str, ...]:
        """The paths of the arguments that stand in for it."""
        head, dot, _ = self.path.rpartition(".")
        return tuple(f"{head}{dot}{name}" for name in self.by)


@functools.cache
def newer() -> tuple[Newer, ...]:
    """The reviewed list."""
    rows = yaml.safe_load(Path(__file__).with_name("newer.yaml").read_text(encoding="utf-8"))
    return tuple(
        Newer(
            type=row["type"],
            path=row.get("path", ""),
            in_5=In5(row["in_5"]),
            why=row["why"],
            by={name: Taken(by["take"], by["where"]) for name, by in row.get("by", {}).items()},
        )
        for row in rows
    )


@functools.cache
def newer_of(token: str) -> Mapping[str, Newer]:
    """The entries of one Pulumi type, by path; the empty path is the type itself."""
    return {row.path: row for row in newer() if row.type == token}


def row_of(token: str, path: str) -> Newer | None:
    """The entry of an argument of a Pulumi type, by its path without indices; None where there is none."""
    return newer_of(token).get(path)

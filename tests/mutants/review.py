"""The reviewed files: `neutral.yaml` (security-neutral, because ...) and `holes.yaml` (what no rule sees yet)."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent
FOUND = _HERE / "found.txt"
"""The kinds of which every mutant was found when all were judged last; written by `tests.mutants.measure`."""
SEVERITIES = ("critical", "high", "medium")
Kind = tuple[str, str, str]
"""(type, path, operator)."""


@dataclass(frozen=True)
class Row:
    """Mutants of some types, paths and operators (`*` stands for any text), and why they are security-neutral."""

    type: str
    path: str
    operators: tuple[str, ...]
    reason: str

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_regex(p)) for p in (self.type, self.path, "|".join(self.operators)))

    def fits(self, kind: Kind) -> bool:
        """Whether it speaks of this type, path and operator."""
        return all(pattern.fullmatch(part) for pattern, part in zip(self._patterns, kind, strict=True))

    def __str__(self) -> str:
        return f"{self.type} {self.path} {', '.join(self.operators)}"


@dataclass(frozen=True)
class Hole:
    """Survivors that do make a stack worse, and what no rule sees."""

    severity: str
    reason: str
    survivors: frozenset[Kind]


@dataclass(frozen=True)
class Holes:
    """What no rule sees, and how many kinds of it there may be at most: the number only ever shrinks."""

    ceiling: int
    rows: tuple[Hole, ...]

    @cached_property
    def kinds(self) -> Mapping[Kind, Hole]:
        """Each kind with its row."""
        return {kind: row for row in self.rows for kind in row.survivors}


@cache
def neutral() -> tuple[Row, ...]:
    """The rows of neutral.yaml."""
    return tuple(_row(row) for row in _read("neutral.yaml")["neutral"])


@cache
def holes() -> Holes:
    """holes.yaml."""
    data = _read("holes.yaml")
    return Holes(int(data["ceiling"]), tuple(_hole(row) for row in data["holes"] or ()))


def row_of(kind: Kind) -> Row | None:
    """The first row that says that it is neutral; None for what must be found, and for holes."""
    if kind in holes().kinds:
        return None
    return next((row for row in neutral() if row.fits(kind)), None)


def is_known_hole(kind: Kind) -> bool:
    """Whether holes.yaml lists it."""
    return kind in holes().kinds


def shrink(still: Collection[Kind]) -> None:
    """Writes holes.yaml anew without what is found by now, and lowers its ceiling."""
    path = _HERE / "holes.yaml"
    head = "".join(line for line in path.read_text(encoding="utf-8").splitlines(True) if line.startswith("#"))
    rows = [(row, sorted(row.survivors & set(still))) for row in holes().rows]
    lines = [f"ceiling: {sum(len(kinds) for _, kinds in rows)}", "holes:"]
    for row, kinds in rows:
        if kinds:
            lines += [f"  - severity: {row.severity}", f"    because: {json.dumps(row.reason, ensure_ascii=False)}"]
            lines.append("    survivors:")
        for type_token, of_type in groupby(kinds, key=lambda kind: kind[0]):
            lines.append(f"      {json.dumps(type_token)}:")
            for place, of_place in groupby(of_type, key=lambda kind: kind[1]):
                lines.append(f"        {json.dumps(place)}: [{', '.join(kind[2] for kind in of_place)}]")
    path.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


@cache
def found() -> tuple[Kind, ...]:
    """found.txt."""
    rows = (line.split("\t") for line in FOUND.read_text(encoding="utf-8").splitlines())
    return tuple((type_token, path, operator) for type_token, path, operator in rows)


def _regex(pattern: str) -> str:
    return "|".join(".*".join(re.escape(part) for part in one.split("*")) for one in pattern.split("|"))


def _read(name: str) -> Any:
    return yaml.safe_load((_HERE / name).read_text(encoding="utf-8"))


def _row(row: dict[str, Any]) -> Row:
    wanted = row.get("operator", "*")
    return Row(
        type=row["type"],
        path=str(row.get("path", "*")),
        operators=tuple(wanted) if isinstance(wanted, list) else (wanted,),
        reason=" ".join(str(row["because"]).split()),
    )


def _hole(row: dict[str, Any]) -> Hole:
    kinds = {
        (type_token, path, operator)
        for type_token, paths in row["survivors"].items()
        for path, listed in paths.items()
        for operator in listed
    }
    return Hole(row["severity"], " ".join(str(row["because"]).split()), frozenset(kinds))

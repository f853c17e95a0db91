"""What the emulator cannot hold: `emulator.yaml`, reviewed row by row, as frozen types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import yaml


class How(Enum):
    """What becomes of a resource, or of a field."""

    LEFT_OUT = "left-out"
    """The resource is not deployed; what others take from it is made up."""
    STAND_IN = "stand-in"
    """It is deployed as another type."""
    ABANDONED = "abandoned"
    """It is deployed, and not deleted in the end."""
    DROP = "drop"
    """The field is left out."""
    SET = "set"
    """It is set to another value."""
    IGNORE = "ignore"
    """It is sent, and not compared afterwards: the emulator forgets it, or answers it in another form."""


_OF_RESOURCES = (How.LEFT_OUT, How.STAND_IN, How.ABANDONED)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that the emulator lacks: a resource type (no `path`), or a field of it. Names as Pulumi writes them,
    lists are passed through (`replicas.kmsKeyArn` is that field of every element)."""

    type: str
    path: str
    how: How
    because: str
    """What the emulator answers, or forgets."""
    instead: str
    """What is checked instead, and by whom."""
    missing: str = ""
    """The call that the emulator does not have at all, as boto3 writes it: `eks.create_addon`."""
    taking_from: str = ""
    """The row counts only for resources that take a value from one of this type."""
    value: Any = None
    """What the field is set to, where it is set."""
    as_type: str = ""
    """The type that stands in for a resource, where one does."""
    made_up: Mapping[str, str] = field(default_factory=dict)
    """Outputs of a left-out resource that others take: property -> form, `{digest}` being 17 hexadecimal digits."""

    def __post_init__(self) -> None:
        if bool(self.path) == (self.how in _OF_RESOURCES):
            raise ValueError(f"{self.type} {self.path}: {self.how.value} is not for {'a field' if self.path else 'it'}")


@dataclass(frozen=True, slots=True)
class Gaps:
    """All rows, and the values that stand for others in the emulator."""

    emulator: str
    rows: tuple[Gap, ...]
    zones: Mapping[str, str]
    """Availability zones that the emulator lacks -> the one that stands for it."""
    secrets: Mapping[tuple[str, str], str]
    """(type, path) -> what a secret input is in the emulator, where its form matters."""

    def of_type(self, type_token: str) -> tuple[Gap, ...]:
        """The rows of a type, in the order of the file."""
        return tuple(row for row in self.rows if row.type == type_token)


@cache
def reviewed() -> Gaps:
    """The reviewed list."""
    return parsed(yaml.safe_load(Path(__file__).with_name("emulator.yaml").read_text(encoding="utf-8")))


def parsed(data: Mapping[str, Any]) -> Gaps:
    """The list of its YAML form. The file is ours: a mistake in it is an error of the program."""
    return Gaps(
        emulator=data["emulator"],
        rows=tuple(
            Gap(
                type=row["type"],
                path=row.get("path", ""),
                how=How(row["how"]),
                because=_because(row),
                instead=row["instead"],
                missing=row.get("missing", ""),
                taking_from=row.get("taking_from", ""),
                value=row.get("value"),
                as_type=row.get("as", ""),
                made_up=row.get("made_up", {}),
            )
            for row in data["gaps"]
        ),
        zones=data.get("zones", {}),
        secrets={(row["type"], row["path"]): row["value"] for row in data.get("secrets", ())},
    )


def _because(row: Mapping[str, Any]) -> str:
    missing = f"{row['missing']} is missing" if "missing" in row else ""
    return "; ".join(part for part in (missing, row.get("because", "")) if part)

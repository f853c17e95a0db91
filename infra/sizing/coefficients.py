"""The numbers that sizing rests on, each with unit, evidence mark and source: `coefficients.yaml`, `catalogue.yaml`.
The files are ours, so a mistake in one is a programming error (`KeyError`), not bad input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One number. Marks as in docs/reference/evidence-marks.md; `?` is an assumption."""

    name: str
    value: float
    unit: str
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class DatabaseClass:
    """A database class, with the vCPUs that it has for good."""

    name: str
    vcpu: float


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What can be bought, smallest first."""

    aurora_classes: tuple[DatabaseClass, ...]
    instance_classes: tuple[DatabaseClass, ...]
    node_types: dict[str, str]
    line_mbps: tuple[int, ...]


def _read(name: str) -> Any:
    with resources.files("infra.sizing").joinpath(name).open("rb") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  safe, and fast


@cache
def coefficients() -> dict[str, Coefficient]:
    """All coefficients by name, in the order of the file."""
    return {
        name: Coefficient(name, float(row["value"]), row["unit"], row["mark"], row["source"])
        for name, row in _read("coefficients.yaml").items()
    }


def value(name: str) -> float:
    """The value of a coefficient."""
    return coefficients()[name].value


@cache
def catalogue() -> Catalogue:
    """What can be bought."""
    rows = _read("catalogue.yaml")
    return Catalogue(
        aurora_classes=tuple(DatabaseClass(row["name"], float(row["vcpu"])) for row in rows["aurora_classes"]),
        instance_classes=tuple(DatabaseClass(row["name"], float(row["vcpu"])) for row in rows["instance_classes"]),
        node_types=dict(rows["node_types"]),
        line_mbps=tuple(rows["line_mbps"]),
    )


_SIZES = {"nano": 2, "micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4, "metal": 64}


def vcpu_of(instance_type: str) -> int:
    """vCPUs of an EC2 type by its size: `large` 2, `xlarge` 4, `8xlarge` 32."""
    size = instance_type.rsplit(".", 1)[-1]
    digits = "".join(c for c in size if c.isdigit())
    return 4 * int(digits) if digits else _SIZES.get(size, 2)


def architecture_of(instance_type: str) -> str:
    """`arm64` for Graviton families (a `g` behind the generation: m6g, c7gn, and a1), else `x86_64`."""
    family = instance_type.removeprefix("db.").split(".", 1)[0]
    behind = family.lstrip("abcdefghijklmnopqrstuvwxyz").lstrip("0123456789")
    return "arm64" if behind.startswith("g") or family == "a1" else "x86_64"

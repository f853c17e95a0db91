"""The table of what runs code, and of which store a policy or share opens: `tables/processes.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources as files
from typing import Any

import yaml

from policies.graph import Resource


@dataclass(frozen=True, slots=True)
class Process:
    """A row of `processes`, where the columns are explained."""

    role: tuple[str, ...]
    without: str
    subnets: str = ""
    groups: str = ""
    unless: str = ""
    isolated: str = ""

    def is_closed_by_choice(self, resource: Resource) -> bool:
        """Whether the input that closes the cloud's own network does so."""
        return _says(resource, self.unless)

    def is_isolated(self, resource: Resource) -> bool:
        """Whether an input takes the network away from what names no subnet."""
        return _says(resource, self.isolated)


def _says(resource: Resource, wanted: str) -> bool:
    path, _, values = wanted.partition("=")
    return bool(path) and str(resource.get(path)).lower() in values.lower().split("|")


@dataclass(frozen=True, slots=True)
class Part:
    """One process is part of another: data that reaches the one reaches the other."""

    type: str
    path: str
    from_other: bool
    kind: str


@cache
def _table() -> Mapping[str, Any]:
    with files.files("policies.flows").joinpath("tables", "processes.yaml").open("rb") as file:
        data: Mapping[str, Any] = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        return data


@cache
def processes() -> Mapping[str, Process]:
    """Type -> what runs there."""
    return {t: Process(**{**row, "role": tuple(row["role"])}) for t, row in _table()["processes"].items()}


@cache
def parts() -> tuple[Part, ...]:
    """Which process is part of which."""
    return tuple(Part(r["type"], r["path"], r["from"] == "other", r.get("kind", "data")) for r in _table()["parts"])


@cache
def subjects() -> Mapping[str, str]:
    """Type of a policy -> path of the store it opens."""
    return dict(_table()["subjects"])


@cache
def shared() -> Mapping[str, str]:
    """Type of a share -> path of what it shares."""
    return dict(_table()["shared"])

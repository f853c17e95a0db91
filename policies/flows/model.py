"""Flows as plain data: kinds, places, edges."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from policies.graph import Resource, Value


class Kind(str, Enum):
    """What a flow carries."""

    DATA = "data"
    """What the store holds, or the right to read it."""
    METADATA = "metadata"
    """Events, logs, lists of names: they can carry what a record says."""
    SERVING = "serving"
    """Answers to users who are authenticated at an entry."""
    CONTROL = "control"
    """Settings, states, numbers: no path for data."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the other side of a flow stands."""

    found: Value
    """What the input says, as a message shows it."""
    inside: bool | None
    """Whether it stands inside the jurisdiction; None where that cannot be told."""
    region: str | None = None
    account: str | None = None
    partition: str | None = None
    resources: tuple[Resource, ...] = ()
    """The resources of this graph that it means."""
    strange: bool = False
    """Whether it names an account for which this program has no provider."""
    broken: bool = False
    """Whether the input has a shape that says nothing."""
    hint: str = ""
    """What would make it decidable."""
    authentication: str = ""
    """How users are told apart, at an entry."""
    only_listed: bool = False
    """Whether the report shows it and no rule weighs it."""


@dataclass(frozen=True, slots=True)
class Flow:
    """From `source` to `target` (URNs, or the id of a place outside the graph), by the input `property` of `carrier`."""

    source: str
    target: str
    kind: Kind
    carrier: str
    property: str
    doubt: bool = False
    """Whether it only may be there: what decides it is not known before deploy."""

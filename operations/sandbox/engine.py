"""What an engine does for the sandbox, and what it is told: the same for Terraform and Pulumi."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final, Protocol

from operations.sandbox.emulated import Emulated
from operations.sandbox.emulator import Way
from operations.sandbox.processes import Process
from operations.sandbox.screen import Screen
from policies.sources.deployed import State


class Name(Enum):
    """The engines, and the choice that is left to the machine."""

    AUTO = "auto"
    TERRAFORM = "terraform"
    PULUMI = "pulumi"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where and with whom an engine works."""

    folder: Path
    """The sandbox of the stack; the engine has a folder of its own below it."""
    stack: str
    way: Way
    screen: Screen
    on_start: Callable[[Process], None]
    """Told of each process of the engine, so that a later command can stop it."""
    secrets: Mapping[tuple[str, str], str]
    root: Path
    """Of the project: places of the graph are relative to it, assets lie below it."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a plan would change though nothing was changed."""

    urn: str
    action: str
    fields: tuple[str, ...] = ()


class Failed(Exception):
    """The engine could not do something; `problems` is a sentence for each resource."""

    def __init__(self, doing: str, problems: tuple[str, ...], log: Path, *, cut: bool = False):
        super().__init__("\n".join((f"{doing} failed; the whole log is {log}", *(f"  {p}" for p in problems))))
        self.problems = problems
        self.cut = cut or any(word in text.lower() for text in problems for word in _WITHOUT_RECORD)
        """It ended without recording everything that it had begun."""
        self.in_the_way = any(word in text.lower() for text in problems for word in _IN_THE_WAY)
        """Something half made was there that the engine can neither go on with nor remove: the trace of a run that was
        cut off."""


_IN_THE_WAY: Final = (
    "alreadyexist",
    "already exist",
    "already owned",
    "alreadyowned",
    "conflict",
    "duplicate",
    "entityalready",
    "prevent_destroy",
)
_WITHOUT_RECORD: Final = ("no space left", "plugin did not respond", "errored.tfstate", "failed to save state")


class Engine(Protocol):
    """One engine, for one stack. Every method may raise Failed, CutOff, SandboxError."""

    name: Name

    def prepare(self, adapted: Emulated) -> None:
        """Writes the program for this graph, and makes it ready to run. Offline where a mirror is."""

    def apply(self, *, refresh: bool = True) -> None:
        """Brings the emulator to what the program says; goes on where an earlier run stopped. `refresh`: the emulator is
        asked first for everything that the state knows."""

    def again(self) -> list[Change]:
        """What a second plan, after asking the emulator for everything, would change."""

    def deployed(self) -> State:
        """What its state says is there."""

    def destroy(self) -> None:
        """Removes everything that its state knows."""

    def forget(self) -> None:
        """Throws its state away: what it tells of is lost."""

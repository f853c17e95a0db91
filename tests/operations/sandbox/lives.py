"""A sandbox whose engine and emulator are played: for tests of what becomes of it when something ends too early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from operations.sandbox import emulator, engines, life, record, stack_graph
from operations.sandbox.emulated import Emulated
from operations.sandbox.emulator import Way
from operations.sandbox.engine import Change, Engine, Failed, Name, Surroundings
from operations.sandbox.life import Sandbox
from operations.sandbox.processes import Process
from operations.sandbox.record import Server
from operations.sandbox.screen import Screen
from policies.graph import Graph
from policies.sources.deployed import State
from tests.operations.sandbox.graphs import small

PIECES = 4
"""Things that the played stack is made of."""


@dataclass
class Cloud:
    """The played emulators: what each life of one holds."""

    held: dict[str, set[int]] = field(default_factory=dict)
    running: Server | None = None

    def start(self, _folder: Path, _port: int = 0, on_start: Callable[[Server], None] = lambda _server: None) -> Server:
        found = Server(Process(4711, f"boot:{len(self.held)}"), 4242, f"life-{len(self.held)}")
        on_start(found)
        self.running, self.held[found.id] = found, set()
        return found

    def answers(self, server: Server) -> bool:
        return server == self.running

    def stop(self, server: Server) -> bool:
        was = self.answers(server)
        self.running = None if was else self.running
        return was


@dataclass
class Played:
    """An engine with a state on disk, as the real ones have: it knows what it finished, not what it was at."""

    around: Surroundings
    cloud: Cloud
    script: dict[str, list[BaseException | Callable[[], None] | None]]
    """What happens in the middle of each call, one after the other."""
    calls: list[str]
    name: Name = Name.TERRAFORM

    @property
    def state(self) -> Path:
        return self.around.folder / "state"

    def _known(self) -> set[int]:
        return {int(word) for word in self.state.read_text().split()} if self.state.exists() else set()

    def _happens(self, call: str) -> None:
        self.calls.append(call)
        queue = self.script.get(call)
        event = queue.pop(0) if queue else None
        if isinstance(event, BaseException):
            raise event
        if event is not None:
            event()

    def _held(self) -> set[int]:
        if self.cloud.running is None:
            raise Failed("apply", ("connection refused",), self.state)
        return self.cloud.held[self.cloud.running.id]

    def prepare(self, adapted: Emulated) -> None:
        self._happens("prepare")

    def apply(self, *, refresh: bool = True) -> None:
        self.calls.append("apply")
        known = self._known()
        for number in range(PIECES):
            if number in known:
                continue
            if number in self._held():
                raise Failed("apply", (f"{number}: EntityAlreadyExists",), self.state)
            self._held().add(number)
            if number == PIECES // 2:
                self._happens("in the middle of apply")
            known.add(number)
            self.state.write_text(" ".join(map(str, sorted(known))))

    def again(self) -> list[Change]:
        self._happens("again")
        return [Change(f"urn:{n}", "create") for n in range(PIECES) if n not in self._known() & self._held()]

    def deployed(self) -> State:
        return State(Graph(()), ())

    def destroy(self) -> None:
        self._happens("destroy")
        for number in self._known():
            self._held().discard(number)
        self.state.unlink(missing_ok=True)

    def forget(self) -> None:
        self.calls.append("forget")
        self.state.unlink(missing_ok=True)


@dataclass
class Stage:
    """Where a sandbox is played."""

    folder: Path
    cloud: Cloud = field(default_factory=Cloud)
    script: dict[str, list[BaseException | Callable[[], None] | None]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def sandbox(self) -> Sandbox:
        """As the next command would open it."""
        found, said = record.load(self.folder, "small")
        assert not said
        return Sandbox(self.folder, self.folder / "Pulumi.small.yaml", Screen("small"), found)

    def held(self) -> set[int]:
        """What the emulator that runs now holds."""
        assert self.cloud.running is not None
        return self.cloud.held[self.cloud.running.id]

    def engine_is_killed(self) -> None:
        """As kill -9 does it to the command: nothing more is recorded, and what was being made has been made."""
        raise Killed


class Killed(BaseException):
    """The command is no more."""


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    found = Stage(tmp_path)
    (tmp_path / "Pulumi.small.yaml").write_text(
        'config: {"hospital-cloud:hospital": {lifecycle: live}}\n', encoding="utf-8"
    )

    def choose(_wanted: Name, around: Surroundings, *, install: bool = False) -> Engine:
        return Played(around, found.cloud, found.script, found.calls)

    monkeypatch.setattr(engines, "choose", choose)
    monkeypatch.setattr(emulator, "start", found.cloud.start)
    monkeypatch.setattr(emulator, "answers", found.cloud.answers)
    monkeypatch.setattr(emulator, "stop", found.cloud.stop)
    monkeypatch.setattr(emulator, "way_in", lambda *_: Way("http://127.0.0.1:4242", {}))
    monkeypatch.setattr(stack_graph, "graph_of", lambda _file, _log: small())
    monkeypatch.setattr(stack_graph, "fingerprint", lambda file: file.read_text()[:40])
    monkeypatch.setattr(life, "left_of", lambda *_: [])
    return found


def after_a_kill(stage: Stage) -> None:
    """A killed command records nothing on its way out: put back what stood there before it could."""
    found, _ = record.load(stage.folder, "small")
    record.save(stage.folder, replace(found, cut=True))

"""A sandbox from beginning to end, one step after the other, each recorded when it is done.

`up` goes on where an earlier one stopped. Whatever happened to it - an interrupt, a kill, an emulator or engine that
died - it ends in the same place: what can be continued is continued, what cannot is begun afresh, with a sentence.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from operations.live import Live
from operations.sandbox import emulator, engines, record, stack_graph
from operations.sandbox.emulated import Emulated, emulated
from operations.sandbox.emulator import Way
from operations.sandbox.engine import Engine, Failed, Name, Surroundings
from operations.sandbox.existing import with_existing
from operations.sandbox.faults import CutOff, NotAsWanted, SandboxError
from operations.sandbox.gaps import reviewed
from operations.sandbox.leftovers import Left, left_of
from operations.sandbox.processes import Process
from operations.sandbox.record import Phase, Record, Server
from operations.sandbox.screen import Screen
from operations.verify.run import roles_of
from policies.graph import Graph

FOLDER: Final = Path("out") / "sandbox"
_LOCK: Final = "lock"
_BEFORE: Final = "before.json"
_STOPPING_S: Final = 180


@dataclass
class Sandbox:
    """The sandbox of one stack, as a command works on it."""

    folder: Path
    file: Path
    screen: Screen
    record: Record
    started: bool = False
    """Whether this very command started the emulator."""
    engine_name: Name = Name.AUTO
    port: int = 0
    install_engine: bool = False
    graph: Graph = field(default_factory=lambda: Graph(()))
    adapted: Emulated | None = None
    added: tuple[str, ...] = ()
    """URNs of what the hospital has already and the emulator had to be given."""
    way: Way | None = None
    engine: Engine | None = None

    @property
    def stack(self) -> str:
        return self.record.stack

    @property
    def server(self) -> Server:
        """The emulator; only after it was started."""
        if self.record.server is None:
            raise SandboxError("no emulator runs")
        return self.record.server

    # -- steps

    @contextmanager
    def step(self, phase: Phase, of: str) -> Iterator[None]:
        """Runs a step and records it with its time."""
        started = time.monotonic()
        with self.screen.step(phase.value):
            yield
        seconds = time.monotonic() - started
        self.keep(self.record.with_done(phase, seconds, of))
        self.screen.say(f"{phase.value}: {seconds:.1f} s")

    def keep(self, new: Record) -> None:
        """Records, before anything else happens."""
        record.save(self.folder, new)
        self.record = new

    def read_graph(self, file: Path, phase: Phase = Phase.GRAPH) -> str:
        """The graph of a stack file, from the last run where nothing it comes from has changed. Its hash."""
        of = stack_graph.fingerprint(file)
        kept = self.folder / ("graph.json" if phase is Phase.GRAPH else "retiring-graph.json")
        if self.record.has(phase, of) and kept.exists():
            try:
                self.graph = Graph.from_json(record.read_json(kept))
            except ValueError:
                self.keep(self.record.without(phase))
            else:
                return of
        with self.step(phase, of):
            self.graph = stack_graph.graph_of(file, self.folder / "logs" / f"{kept.stem}.log")
            record.write(kept, self.graph.dumps())
        return of

    def adapt(self, of: str) -> str:
        """The graph as the emulator can hold it; its hash. Quick: it is done anew each time."""
        with self.step(Phase.ADAPT, of):
            whole, self.added = with_existing(self.graph)
            self.adapted = emulated(whole, reviewed())
            return hashlib.sha256(self.adapted.graph.dumps().encode()).hexdigest()[:16]

    def start_emulator(self) -> None:
        """The emulator of the last run where it still answers; else a new one, and nothing that lived in the old one."""
        server = self.record.server
        if server is not None and emulator.answers(server):
            self.enter()
            return
        if server is not None:
            emulator.stop(server)
        if self.record.lives_in:
            self.screen.say("the emulator of the last run is gone, and what it held with it: starting afresh")
        with self.step(Phase.EMULATOR, ""):
            emulator.start(
                self.folder,
                self.port,
                lambda fresh: self.keep(replace(self.record.without(Phase.INIT), server=fresh, cut=False)),
            )
            self.started = True
        self.enter()

    def way_in(self) -> Way:
        """The way into the emulator; only after it was started."""
        if self.way is None:
            raise SandboxError("no emulator runs")
        return self.way

    def enter(self) -> None:
        """Credentials for the emulator that runs."""
        account, region = home_of(self.graph)
        self.way = emulator.way_in(self.server, account, region)

    def choose_engine(self) -> None:
        """The engine of this run. The one that an earlier run of the same emulator used stays."""
        earlier = self.record.engine if self.record.lives_in == self.server.id else ""
        wanted = self.engine_name
        if earlier and wanted is Name.AUTO:
            wanted = Name(earlier)
        if earlier and wanted.value != earlier:
            raise SandboxError(
                f"{self.stack} was deployed with {earlier}: go on with it, or take the sandbox down first"
            )
        around = Surroundings(
            folder=self.folder,
            stack=self.stack,
            way=self.way_in(),
            screen=self.screen,
            on_start=self._working,
            secrets=reviewed().secrets,
            root=stack_graph.ROOT,
        )
        self.engine = engines.choose(wanted, around, install=self.install_engine)
        self.keep(replace(self.record, engine=self.engine.name.value))

    def ready_engine(self) -> Engine:
        """The engine; only after it was chosen."""
        if self.engine is None:
            raise SandboxError("no engine was chosen")
        return self.engine

    def prepare(self, of: str) -> None:
        """Rendering and init; a state of an emulator that is no more is thrown away."""
        engine = self.ready_engine()
        if self.record.lives_in != self.server.id:
            engine.forget()
            self.keep(replace(self.record.without(Phase.APPLY), lives_in=self.server.id, cut=False))
        if self.adapted is None:
            raise SandboxError("no graph was read")
        with self.step(Phase.INIT, of):
            engine.prepare(self.adapted)

    def run(self, phase: Phase, of: str, work: Callable[[], None]) -> None:
        """A step of the engine. While it works, the record says so: a command that finds that record later knows that
        it was cut off."""
        was_cut = self.record.cut
        self.keep(replace(self.record.without(phase), cut=True))
        try:
            with self.step(phase, of):
                work()
        except CutOff:
            # It has saved its state, and yet a call that was on its way may have made what the state does not tell of.
            self.keep(replace(self.record, working=None))
            raise
        except Failed as failure:
            self.keep(replace(self.record, working=None, cut=was_cut or failure.cut))
            self._explain(failure)
            raise
        self.keep(replace(self.record, working=None, cut=False))

    def _explain(self, failure: Failed) -> None:
        if not emulator.answers(self.server):
            raise SandboxError(
                f"the emulator ended while the engine worked (its log: {self.folder / emulator.LOG}); what it held is "
                "lost. Run this again: it starts afresh"
            ) from failure

    def _working(self, process: Process) -> None:
        self.keep(replace(self.record, working=process))

    def stop_what_works(self) -> None:
        """An engine that a killed command left at work is asked to stop, and waited for."""
        working = self.record.working
        if working is not None and working.is_alive():
            self.screen.say("an engine of an earlier run is still at work: it is asked to stop and to save its state")
            working.end(first=signal.SIGINT, patience_s=_STOPPING_S)
            self.keep(replace(self.record, working=None, cut=True))
        elif working is not None:
            self.keep(replace(self.record, working=None))

    def afresh(self) -> None:
        """A new emulator, in which nothing is half made."""
        emulator.stop(self.server)
        self.ready_engine().forget()
        self.keep(replace(self.record.without(Phase.EMULATOR), server=None, lives_in="", cut=False))
        self.start_emulator()


# --- the ways through it ---------------------------------------------------------------------------------------------


def up(sandbox: Sandbox) -> None:
    """Deploys the stack, and shows that a second plan is empty. Raises NotAsWanted, SandboxError, Failed, CutOff."""
    sandbox.stop_what_works()
    of = sandbox.adapt(sandbox.read_graph(sandbox.file))
    sandbox.start_emulator()
    sandbox.choose_engine()
    sandbox.prepare(of)
    if not sandbox.record.has(Phase.APPLY, of):
        _note_what_was_there(sandbox)
        _apply(sandbox, of)
    changes = []

    def again() -> None:
        changes.extend(sandbox.ready_engine().again())

    sandbox.run(Phase.AGAIN, of, again)
    if changes:
        lines = [f"  {c.action} {c.urn}" + (f": {', '.join(c.fields)}" if c.fields else "") for c in changes]
        raise NotAsWanted("\n".join((f"a second plan is not empty: {len(changes)} would change again", *lines[:50])))


def _apply(sandbox: Sandbox, of: str) -> None:
    """Applies; once more in a new emulator where an earlier run was cut off and what it had begun stands in the way."""
    was_cut = sandbox.record.cut
    if was_cut:
        sandbox.screen.say("the last run was cut off while the engine worked: going on from the state it saved")
    try:
        sandbox.run(Phase.APPLY, of, sandbox.ready_engine().apply)
    except Failed as failure:
        if not (was_cut and failure.in_the_way):
            raise
        sandbox.screen.say("what the last run had begun stands in the way, and no state tells of it: starting afresh")
        sandbox.afresh()
        sandbox.choose_engine()
        sandbox.prepare(of)
        sandbox.run(Phase.APPLY, of, sandbox.ready_engine().apply)


def take_down(sandbox: Sandbox) -> list[Left]:
    """Lifts protection as a hospital would, by its stack file; removes everything; asks the emulator what is left."""
    kept = {name: done for name, done in sandbox.record.done.items() if name != Phase.APPLY.value}
    sandbox.keep(replace(sandbox.record, done=kept))
    file = stack_graph.retiring(sandbox.file, sandbox.folder)
    of = sandbox.adapt(sandbox.read_graph(file, Phase.RETIRING))
    sandbox.enter()
    sandbox.choose_engine()
    sandbox.prepare(of)
    engine, way = sandbox.ready_engine(), sandbox.way_in()
    if not sandbox.record.has(Phase.RETIRE, of):
        # The second plan has just asked for everything.
        sandbox.run(Phase.RETIRE, of, lambda: engine.apply(refresh=False))
    sandbox.run(Phase.DESTROY, of, engine.destroy)
    if sandbox.adapted is None:
        raise SandboxError("no graph was read")
    with sandbox.step(Phase.LEFT, of), way.entered():
        before = _there_before(sandbox)
        return [one for one in _listed(sandbox, sandbox.adapted.graph) if one not in before]


def _listed(sandbox: Sandbox, graph: Graph) -> list[Left]:
    _, region = home_of(graph)
    live = Live(endpoint_url=sandbox.way_in().endpoint_url, role_arns=_others_roles(graph))
    return left_of(graph, live, region, sandbox.screen.count)


def _note_what_was_there(sandbox: Sandbox) -> None:
    """What an emulator held before the stack came into it (bootstrap was run there) is not the stack's to remove. In one
    that was started for this stack there is nothing."""
    file, server = sandbox.folder / _BEFORE, sandbox.server
    known = _before(file)
    if known is not None and known[0] == server.id:
        return
    rows: list[Left] = []
    if not sandbox.started and sandbox.adapted is not None:
        with sandbox.screen.step("what is there already"), sandbox.way_in().entered():
            rows = _listed(sandbox, sandbox.adapted.graph)
    found = [[one.account, one.region, one.what, one.item] for one in rows]
    record.write(file, json.dumps({"server": server.id, "there": found}) + "\n")


def _there_before(sandbox: Sandbox) -> set[Left]:
    known = _before(sandbox.folder / _BEFORE)
    return known[1] if known is not None and known[0] == sandbox.server.id else set()


def _before(file: Path) -> tuple[str, set[Left]] | None:
    try:
        data = record.read_json(file)
        return str(data["server"]), {Left(*map(str, row)) for row in data["there"]}
    except (ValueError, KeyError, TypeError):
        return None


def _others_roles(graph: Graph) -> Mapping[str, str]:
    own, _ = home_of(graph)
    return {account: role for account, role in roles_of(graph).items() if account != own}


def home_of(graph: Graph) -> tuple[str, str]:
    """The account and region of the stack's own credentials: those of the provider that takes no role."""
    providers = list(graph.of_type("pulumi:providers:aws"))
    own = [p for p in providers if not p.get("assumeRoles") and not p.get("assumeRole")] or providers
    for provider in own:
        if provider.account and isinstance(provider.region, str):
            return provider.account, provider.region
    raise SandboxError("the stack's providers do not say in which account and region they work")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Only one command works on a sandbox at a time. Raises SandboxError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / _LOCK).open("w")
    except OSError as error:
        raise SandboxError(f"{folder} cannot be written: {error.strerror}") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SandboxError(f"another command is at work on {folder}; wait for it, or end it") from None
        yield

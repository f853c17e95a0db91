"""Whatever ends a command too early, the next one ends where an undisturbed one would: everything there, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from operations.sandbox import life, record, stack_graph
from operations.sandbox.engine import Failed, Name
from operations.sandbox.faults import CutOff, NotAsWanted, SandboxError
from operations.sandbox.leftovers import Left
from operations.sandbox.life import home_of, locked, take_down, up
from operations.sandbox.processes import End, Process
from operations.sandbox.record import Phase
from policies.graph import Graph
from tests.operations.sandbox.graphs import ACCOUNT, REGION, small
from tests.operations.sandbox.lives import PIECES, Killed, Stage, after_a_kill, stage

__all__ = ["stage"]
ALL = set(range(PIECES))


def test_undisturbed_it_deploys_everything_once(stage: Stage):
    up(stage.sandbox())
    assert stage.held() == ALL
    assert stage.calls.count("apply") == 1


def test_a_second_up_only_plans_again(stage: Stage):
    up(stage.sandbox())
    stage.calls.clear()
    up(stage.sandbox())
    assert stage.calls == ["prepare", "again"]


def test_another_graph_is_applied_again(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    up(stage.sandbox())
    monkeypatch.setattr(stack_graph, "fingerprint", lambda _file: "another")
    monkeypatch.setattr(stack_graph, "graph_of", lambda _file, _log: small(protect=True))
    stage.calls.clear()
    up(stage.sandbox())
    assert "apply" in stage.calls


def test_a_plan_that_is_not_empty_is_said(stage: Stage):
    sandbox = stage.sandbox()
    up(sandbox)
    stage.held().discard(1)
    with pytest.raises(NotAsWanted, match=r"(?s)1 would change again.*create urn:1"):
        up(stage.sandbox())


STEPS = ["prepare", "in the middle of apply", "again"]


@pytest.mark.parametrize("where", STEPS)
@pytest.mark.parametrize(
    "what",
    [
        lambda: KeyboardInterrupt(),
        lambda: Failed("apply", ("StatusCode: 500",), Path("log")),
        lambda: SandboxError("no space is left on the disk"),
        lambda: CutOff("interrupted"),
    ],
)
def test_it_goes_on_after_an_interrupt_or_fault(stage: Stage, where: str, what: Callable[[], BaseException]):
    fault = what()
    # An engine that ends by itself has recorded what it was at; only then is the piece in its state.
    stage.script[where] = [fault if where != STEPS[1] else _recorded(stage, fault)]
    with pytest.raises(type(fault)):
        up(stage.sandbox())
    up(stage.sandbox())
    assert stage.held() == ALL
    assert len(stage.cloud.held) == 1, "in the same emulator"


def _recorded(stage: Stage, fault: BaseException) -> Callable[[], None]:
    def happens() -> None:
        state = stage.folder / "state"
        state.write_text(f"{state.read_text()} {PIECES // 2}")
        raise fault

    return happens


@pytest.mark.parametrize("where", STEPS)
def test_it_goes_on_after_a_kill(stage: Stage, where: str):
    """kill -9: what the engine was at has been made, and nobody recorded it. Then nothing can be continued."""
    stage.script[where] = [Killed()]
    with pytest.raises(Killed):
        up(stage.sandbox())
    after_a_kill(stage)
    up(stage.sandbox())
    assert stage.held() == ALL
    assert len(stage.cloud.held) == (2 if where == STEPS[1] else 1)


def test_what_stands_in_the_way_of_an_undisturbed_run_is_an_error(stage: Stage):
    """Starting afresh would hide it."""
    up(stage.sandbox())
    (stage.folder / "state").unlink()
    found, _ = record.load(stage.folder, "small")
    record.save(stage.folder, found.without(Phase.APPLY))
    with pytest.raises(Failed, match="EntityAlreadyExists"):
        up(stage.sandbox())


def test_an_emulator_that_died_between_two_commands_is_begun_afresh(stage: Stage, capsys: pytest.CaptureFixture[str]):
    up(stage.sandbox())
    stage.cloud.running = None
    up(stage.sandbox())
    assert stage.held() == ALL and len(stage.cloud.held) == 2
    assert "forget" in stage.calls
    assert "the emulator of the last run is gone, and what it held with it: starting afresh" in capsys.readouterr().err


def test_an_emulator_that_dies_while_the_engine_works_is_said(stage: Stage):
    def dies() -> None:
        stage.cloud.running = None

    stage.script["in the middle of apply"] = [dies]
    with pytest.raises(SandboxError, match=r"the emulator ended while the engine worked.*it starts afresh"):
        up(stage.sandbox())
    up(stage.sandbox())
    assert stage.held() == ALL


def test_an_engine_that_still_works_is_stopped_first(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    stage.script["in the middle of apply"] = [Killed()]
    with pytest.raises(Killed):
        up(stage.sandbox())
    found, _ = record.load(stage.folder, "small")
    record.save(stage.folder, replace(found, cut=True, working=Process(4713, "boot:9")))
    asked: list[Process] = []
    monkeypatch.setattr(Process, "is_alive", lambda self: True)

    def end(self: Process, **_: object) -> End:
        asked.append(self)
        state = stage.folder / "state"
        state.write_text(f"{state.read_text()} {PIECES // 2}")
        return End.ASKED

    monkeypatch.setattr(Process, "end", end)
    up(stage.sandbox())
    assert asked == [Process(4713, "boot:9")]
    assert stage.held() == ALL and len(stage.cloud.held) == 1


def test_a_disk_that_is_full_leaves_what_was_done(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    """Whichever record cannot be written: the next run goes on."""
    whole = record.save
    for number in range(1, 14):
        calls = iter(range(1, 100))

        def full(folder: Path, found: record.Record, calls=calls, number=number) -> None:
            if next(calls) == number:
                raise SandboxError("record.json cannot be written: No space left on device")
            whole(folder, found)

        with monkeypatch.context() as one:
            one.setattr(record, "save", full)
            try:
                up(stage.sandbox())
            except SandboxError as error:
                assert "No space left" in str(error)
        up(stage.sandbox())
        assert stage.held() == ALL


def test_down_takes_everything_away(stage: Stage):
    up(stage.sandbox())
    stage.calls.clear()
    assert take_down(stage.sandbox()) == []
    assert stage.held() == set()
    assert stage.calls[-1] == "destroy"


@pytest.mark.parametrize("where", ["prepare", "destroy"])
def test_down_goes_on_too(stage: Stage, where: str):
    up(stage.sandbox())
    stage.script[where] = [CutOff("interrupted")]
    with pytest.raises(CutOff):
        take_down(stage.sandbox())
    assert take_down(stage.sandbox()) == []
    assert stage.held() == set()


def test_up_after_a_half_down_deploys_again(stage: Stage):
    up(stage.sandbox())
    stage.script["destroy"] = [CutOff("interrupted")]
    with pytest.raises(CutOff):
        take_down(stage.sandbox())
    stage.calls.clear()
    up(stage.sandbox())
    assert "apply" in stage.calls and stage.held() == ALL


def test_the_engine_of_a_sandbox_stays(stage: Stage):
    up(stage.sandbox())
    sandbox = stage.sandbox()
    sandbox.engine_name = Name.PULUMI
    with pytest.raises(SandboxError, match="was deployed with terraform: go on with it, or take the sandbox down"):
        up(sandbox)


def test_two_commands_do_not_work_on_one_sandbox(tmp_path: Path):
    with locked(tmp_path), pytest.raises(SandboxError, match="another command is at work"), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_the_stacks_own_account_is_the_one_without_a_role():
    assert home_of(small()) == (ACCOUNT, REGION)
    with pytest.raises(SandboxError, match="do not say in which account"):
        home_of(Graph(()))


def test_what_was_there_before_is_not_left_over(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    bootstrap = Left(ACCOUNT, REGION, "s3 list_buckets", "state")
    forgotten = Left(ACCOUNT, REGION, "s3 list_buckets", "forgotten")
    monkeypatch.setattr(life, "left_of", lambda *_: [bootstrap])
    first = stage.sandbox()
    first.adapt(first.read_graph(first.file))
    first.start_emulator()
    up(stage.sandbox())
    monkeypatch.setattr(life, "left_of", lambda *_: [bootstrap, forgotten])
    assert take_down(stage.sandbox()) == [forgotten]

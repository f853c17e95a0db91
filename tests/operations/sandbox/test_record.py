"""What a sandbox has done survives whatever happens to the command that did it."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.sandbox import record
from operations.sandbox.faults import SandboxError
from operations.sandbox.processes import Process
from operations.sandbox.record import FILE, Phase, Record, Server

WHOLE = Record(
    "small",
    engine="terraform",
    server=Server(Process(4711, "boot:1"), 4242, "a1"),
    working=Process(4712, "boot:2"),
    lives_in="a1",
    cut=True,
).with_done(Phase.APPLY, 1.23, "hash")


def test_what_was_recorded_is_read_back(tmp_path: Path):
    record.save(tmp_path, WHOLE)
    assert record.load(tmp_path, "small") == (WHOLE, "")


def test_a_step_counts_only_for_the_input_it_was_done_with():
    assert WHOLE.has(Phase.APPLY, "hash")
    assert not WHOLE.has(Phase.APPLY, "another")
    assert not WHOLE.without(Phase.APPLY).has(Phase.APPLY, "hash")
    assert WHOLE.without(Phase.AGAIN).has(Phase.APPLY, "hash"), "an earlier step stays done"


def test_no_record_is_an_empty_one(tmp_path: Path):
    assert record.load(tmp_path, "small") == (Record("small"), "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": 2, "stack": "small"}',
        '{"format": 1, "stack": "another"}',
        '{"format": 1, "stack": "small", "done": 3}',
        '{"format": 1, "stack": "small", "done": {"apply": 3}}',
        '{"format": 1, "stack": "small", "server": {"port": 99999999}}',
        "[" * 100_000,
        "x" * ((1 << 20) + 1),
    ],
)
def test_a_damaged_record_is_said_and_not_used(tmp_path: Path, text: str):
    (tmp_path / FILE).write_text(text)
    found, said = record.load(tmp_path, "small")
    assert found == Record("small") and "starting afresh" in said


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["pid", "token", "port", "done", "apply", "of", "at", "server", "process"]), x
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_a_record_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: object):
    folder = tmp_path_factory.mktemp("record")
    whole = {"format": 1, "stack": "small", "done": data, "server": data, "working": data}
    (folder / FILE).write_text(json.dumps(whole))
    found, said = record.load(folder, "small")
    assert found.stack == "small" and isinstance(said, str)


def test_a_full_disk_leaves_the_last_record_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    record.save(tmp_path, WHOLE)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for function in ("fsync", "fdopen"):
        with monkeypatch.context() as one:
            one.setattr(record.os, function, full)
            with pytest.raises(SandboxError, match="No space left on device"):
                record.save(tmp_path, replace(WHOLE, engine="pulumi"))
        assert record.load(tmp_path, "small") == (WHOLE, "")
    assert [p.name for p in tmp_path.iterdir()] == [FILE], "no half-written file stays"


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxError, match="cannot be written"):
        record.save(tmp_path / "file" / "below", WHOLE)

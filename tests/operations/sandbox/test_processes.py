"""A process is ended only while it is the very one that was started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from operations.sandbox.processes import End, Process, started


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield child
    child.kill()
    child.wait()


def test_a_running_process_is_known_again(sleeper: subprocess.Popen[bytes]):
    found = started(sleeper.pid)
    assert found is not None and found.is_alive()
    assert Process.from_json(found.to_json()) == found


def test_it_is_ended_and_known_to_have_ended(sleeper: subprocess.Popen[bytes]):
    found = started(sleeper.pid)
    assert found is not None
    assert found.end(patience_s=10) is End.ASKED
    assert not found.is_alive() and found.end() is End.GONE
    assert sleeper.wait() == -signal.SIGTERM


def test_another_process_of_the_same_id_is_never_touched(sleeper: subprocess.Popen[bytes]):
    """The id of an ended process is given away again: the moment of the start tells them apart."""
    found = started(sleeper.pid)
    assert found is not None
    stale = Process(sleeper.pid, found.token + "0")
    assert not stale.is_alive()
    assert stale.end() is End.GONE
    assert sleeper.poll() is None, "it still runs"


def test_one_that_does_not_listen_is_killed():
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    )
    child = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
    assert child.stdout is not None and child.stdout.readline() == b"up\n"
    found = started(child.pid)
    assert found is not None and found.end(patience_s=0.3) is End.KILLED
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()


def test_an_ended_child_that_nobody_has_collected_does_not_run():
    child = subprocess.Popen([sys.executable, "-c", ""])
    found = started(child.pid)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert started(child.pid) is None
    assert found is None or not found.is_alive()
    child.wait()


def test_no_process_is_one_that_never_was():
    assert started(2**22 + 1) is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"pid": "1", "token": "x"},
        {"pid": True, "token": "x"},
        {"pid": 1, "token": "x"},
        {"pid": 99, "token": ""},
    ],
)
def test_what_is_no_process_is_none(data: object):
    assert Process.from_json(data) is None

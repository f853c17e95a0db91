"""An engine at work: followed, asked to stop, killed, outliving the command that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from operations.sandbox.engine_process import run
from operations.sandbox.faults import CutOff, SandboxError
from operations.sandbox.processes import End, Process, started

POLITE = """
import signal, sys, time
def stop(*_):
    print("stopped", flush=True)
    sys.exit(1)
signal.signal(signal.SIGINT, stop)
print("up", flush=True)
time.sleep(600)
"""
STUBBORN = POLITE.replace("    sys.exit(1)", "    pass").replace(
    "time.sleep(600)", "[time.sleep(1) for _ in range(600)]"
)


def start(tmp_path: Path, code: str, **rest: object) -> int:
    rest.setdefault("log", tmp_path / "logs" / "engine.log")
    return run([sys.executable, "-c", code], folder=tmp_path, environment=dict(os.environ), **rest)


def interrupting(times: int, lines: list[bytes]):
    """A reader of lines that sends this process an interrupt after the first, as Ctrl-C would."""

    def read(line: bytes) -> None:
        lines.append(line)
        if line == b"up" or times == 2:
            signal.raise_signal(signal.SIGINT)

    return read


def test_its_lines_are_read_and_kept(tmp_path: Path):
    lines: list[bytes] = []
    seen: list[Process] = []
    code = start(
        tmp_path,
        "import sys; print('one'); print('two'); print('half', end=''); sys.exit(3)",
        on_line=lines.append,
        on_start=seen.append,
    )
    assert (code, lines) == (3, [b"one", b"two"])
    assert (tmp_path / "logs" / "engine.log").read_text() == "one\ntwo\nhalf"
    assert len(seen) <= 1, "told of its process, unless it ended sooner"


def test_an_interrupt_asks_it_to_stop_and_waits(tmp_path: Path):
    lines: list[bytes] = []
    with pytest.raises(CutOff, match=r"has saved its state; run the same command again"):
        start(tmp_path, POLITE, on_line=interrupting(1, lines))
    assert lines == [b"up", b"stopped"]


def test_a_second_interrupt_kills_it(tmp_path: Path):
    lines: list[bytes] = []
    with pytest.raises(CutOff, match="killed"):
        start(tmp_path, STUBBORN, on_line=interrupting(2, lines))


def test_one_that_takes_too_long_to_stop_is_killed(tmp_path: Path):
    lines: list[bytes] = []
    with pytest.raises(CutOff, match="killed"):
        start(tmp_path, STUBBORN, on_line=interrupting(1, lines), patience_s=0.3)


def test_a_fault_of_ours_does_not_leave_it_at_work(tmp_path: Path):
    seen: list[Process] = []

    def fails(_line: bytes) -> None:
        raise ValueError("a fault of ours")

    with pytest.raises(ValueError, match="a fault of ours"):
        start(tmp_path, POLITE, on_line=fails, on_start=seen.append)
    assert seen and not seen[0].is_alive()


def test_a_program_that_is_not_there_is_a_sentence(tmp_path: Path):
    with pytest.raises(SandboxError, match="cannot be run: No such file"):
        run(["/no/such/engine"], folder=tmp_path, environment={}, log=tmp_path / "log")


def test_a_log_that_cannot_be_written_is_a_sentence(tmp_path: Path):
    (tmp_path / "logs").write_text("a file")
    with pytest.raises(SandboxError, match="cannot be run"):
        start(tmp_path, "")


def test_lines_of_another_file_may_be_followed(tmp_path: Path):
    lines: list[bytes] = []
    start(
        tmp_path,
        "open('events', 'w').write('a\\nb\\n'); print('log')",
        follow=tmp_path / "events",
        on_line=lines.append,
    )
    assert lines == [b"a", b"b"]


def test_it_outlives_a_killed_command(tmp_path: Path):
    """It goes on by itself; the next command finds it and asks it to stop."""
    command = (
        "import sys; from pathlib import Path; from operations.sandbox.engine_process import run\n"
        f"run([sys.executable, '-c', {POLITE!r}], folder=Path('.'), environment={{}}, log=Path('log'),"
        " on_start=lambda p: print(p.pid, p.token, flush=True))"
    )
    child = subprocess.Popen([sys.executable, "-c", command], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    pid, token = child.stdout.readline().split()
    engine = Process(int(pid), token)
    while b"up" not in (tmp_path / "log").read_bytes():
        time.sleep(0.05)
    child.kill()
    child.wait()
    child.stdout.close()
    assert engine.is_alive()
    assert engine.end(first=signal.SIGINT) is End.ASKED
    assert (tmp_path / "log").read_bytes().endswith(b"stopped\n")


def test_what_it_started_ends_with_it(tmp_path: Path):
    """The plugins of an engine that was killed would stay, and each takes a third of a gigabyte."""
    seen: list[bytes] = []
    killed = "import os, subprocess, signal\np = subprocess.Popen(['sleep', '600'])\nprint(p.pid, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    assert start(tmp_path, killed, on_line=seen.append) == -signal.SIGKILL
    plugin = started(int(seen[0]))
    assert plugin is None or plugin.wait(10)


def test_threads_do_not_disturb_it(tmp_path: Path):
    """Interrupts come to the main thread alone."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(start(tmp_path, "print('x')")))
    thread.start()
    thread.join(30)
    assert found == [0]

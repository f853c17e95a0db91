"""An engine at work: a child whose output goes to a file and is read from there as it grows, so that it outlives a command
that is killed, and the next command can still ask it to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from operations.sandbox import processes
from operations.sandbox.faults import CutOff, SandboxError
from operations.sandbox.processes import Process

PATIENCE_S: Final = 180
"""How long an engine that was asked to stop may take to finish what it has begun and to save its state."""
_STEP_S: Final = 0.05
_BLOCK: Final = 1 << 16


def run(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    follow: Path | None = None,
    on_line: Callable[[bytes], None] = lambda _line: None,
    on_start: Callable[[Process], None] = lambda _process: None,
    patience_s: float = PATIENCE_S,
) -> int:
    """Runs it to its end; its exit code. Its output goes to `log`; the lines of that, or of the file `follow` that it
    writes, to `on_line`. KeyboardInterrupt (also of a
    signal) asks it to stop and waits; a second one kills it. Either raises CutOff. Raises SandboxError where it cannot
    be started or the log cannot be written."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            child = subprocess.Popen(
                list(command),
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise SandboxError(f"{command[0]} cannot be run: {error.strerror} ({error.filename or log})") from None
    with _Lines(follow or log, on_line) as lines:
        return _follow(child, lines, command[0], on_start, patience_s)


def _follow(
    child: subprocess.Popen[bytes],
    lines: _Lines,
    name: str,
    on_start: Callable[[Process], None],
    patience_s: float,
) -> int:
    stopping, told = 0.0, False
    while True:
        try:
            if not told:
                told = True
                process = processes.started(child.pid)
                if process is not None:
                    on_start(process)
            ended = _has_ended(child)
            lines.read()
            if ended:
                break
            if stopping and time.monotonic() > stopping:
                child.kill()
            time.sleep(_STEP_S)
        except KeyboardInterrupt:
            if stopping:
                child.kill()
            else:
                stopping = time.monotonic() + patience_s
                child.send_signal(signal.SIGINT)
        except BaseException:  # nothing of ours may leave an engine at work that nobody watches
            child.send_signal(signal.SIGINT)
            _end(child, patience_s)
            raise
    code = _collect(child)
    if stopping:
        said = "killed" if code < 0 else "asked to stop, and has saved its state"
        raise CutOff(f"interrupted: {Path(name).name} was {said}; run the same command again to go on")
    return code


def _has_ended(child: subprocess.Popen[bytes]) -> bool:
    """Without collecting it: its id stays its own, and that of the group of what it started."""
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _collect(child: subprocess.Popen[bytes]) -> int:
    """Its exit code. What it started ends with it: the plugins of an engine that was killed would stay otherwise."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    return child.wait()


def _end(child: subprocess.Popen[bytes], patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    with contextlib.suppress(KeyboardInterrupt):
        while not _has_ended(child) and time.monotonic() < deadline:
            time.sleep(_STEP_S)
    _collect(child)


class _Lines:
    """The whole lines of a file that grows, and that may not be there yet."""

    def __init__(self, file: Path, on_line: Callable[[bytes], None]):
        self._file, self._on_line, self._rest = file, on_line, b""
        self._source: IO[bytes] | None = None

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        if self._source is not None:
            self._source.close()

    def read(self) -> None:
        """Hands on what has been written since."""
        if self._source is None:
            try:
                self._source = self._file.open("rb")
            except OSError:
                return
        while block := self._source.read(_BLOCK):
            *whole, self._rest = (self._rest + block).split(b"\n")
            for line in whole:
                self._on_line(line)

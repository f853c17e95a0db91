"""Child processes that outlive a command: known by their id and the moment they started, so that a later command never
ends a foreign process that got the same id."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

_PROC: Final = Path("/proc")
_STEP_S: Final = 0.05


class End(Enum):
    """How a process came to its end."""

    GONE = "gone"
    """It did not run any more."""
    ASKED = "asked"
    """It ended after it was asked to."""
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Process:
    """A process as it was when it was started."""

    pid: int
    token: str
    """When it started, as the system tells it; never the same for two processes of one id."""

    def to_json(self) -> dict[str, Any]:
        return {"pid": self.pid, "token": self.token}

    @staticmethod
    def from_json(data: Any) -> Process | None:
        """The process of a record; None for anything that is not one."""
        if not isinstance(data, dict):
            return None
        pid, token = data.get("pid"), data.get("token")
        if not isinstance(pid, int) or isinstance(pid, bool) or not isinstance(token, str) or pid <= 1 or not token:
            return None
        return Process(pid, token)

    def is_alive(self) -> bool:
        """Whether this very process still runs."""
        return _token_of(self.pid) == self.token

    def end(self, *, first: signal.Signals = signal.SIGTERM, patience_s: float = 10) -> End:
        """Asks it to end, and makes it after `patience_s` seconds."""
        if not self.is_alive():
            return End.GONE
        self._send(first)
        if self.wait(patience_s):
            return End.ASKED
        self._send(signal.SIGKILL)
        self.wait(patience_s)
        return End.KILLED

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within so many seconds."""
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(_STEP_S)
        return True

    def _send(self, number: signal.Signals) -> None:
        try:
            if self.is_alive():
                os.kill(self.pid, number)
        except ProcessLookupError:
            pass


def started(pid: int) -> Process | None:
    """A process that runs now; None where it has ended already."""
    token = _token_of(pid)
    return Process(pid, token) if token else None


def _token_of(pid: int) -> str:
    """When a process started; empty where it does not run, or has ended and only waits to be collected."""
    if _PROC.joinpath("self", "stat").exists():
        return _linux_token(pid)
    try:
        asked = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return ""
    state, _, moment = done.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else " ".join(moment.split())


def _linux_token(pid: int) -> str:
    try:
        # The name of the program stands in brackets and may hold any character.
        fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
    return "" if fields[0] in ("Z", "X") else f"{boot}:{fields[19]}"

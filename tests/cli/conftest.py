"""The command as its users start it: in this process where that is enough, else in one of its own."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.cli.main import main
from tests.conftest import ROOT

PROGRAMS = ROOT / "tests" / "programs"


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Cli = Callable[..., Ended]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs the command with arguments; what it writes lands in a folder of the test's own."""
    monkeypatch.chdir(ROOT)

    def run(*arguments: object) -> Ended:
        writes = arguments[0] in ("preview", "audit")
        code = main([*map(str, arguments), *(["--out", str(tmp_path / "out")] if writes else [])])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return Ended(code, captured.out, captured.err)

    return run


@pytest.fixture
def start() -> Cli:
    """The same in a process of its own."""

    def run(*arguments: object, **options: object) -> Ended:
        done = subprocess.run(
            command(*arguments),
            capture_output=True,
            text=True,
            timeout=300,
            **{"cwd": ROOT, "env": environment(), **options},
        )
        assert "Traceback" not in done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-c", "from infra.cli.main import run; run()", *map(str, arguments)]


def on_terminal(*arguments: object, typed: str = "", cwd: Path = ROOT, **variables: str) -> Ended:
    """What the command writes to a terminal on which somebody has typed."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command(*arguments),
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=cwd,
        env=environment(**variables),
        start_new_session=True,
    )
    os.close(follower)
    os.write(leader, typed.encode())
    text = b""
    while part := _read(leader):
        text += part
    os.close(leader)
    return Ended(process.wait(60), text.decode(errors="replace"), "")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says so that nobody holds the other end any more
        return b""


def environment(**more: str) -> dict[str, str]:
    return {**{k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "NO_COLOR")}, **more}

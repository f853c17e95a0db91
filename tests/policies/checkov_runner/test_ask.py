"""What Checkov's process may do wrong: each ends in one sentence."""

import time
from pathlib import Path

import pytest

from policies.checkov_runner import ask as asking
from policies.checkov_runner.ask import CheckovFailed, ask

GOOD = '{"checkov": "0", "results": [], "refused": []}'


def stands_for_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *scripts: str) -> list[bool]:
    """Each next request gets the next script in place of Checkov's Python; whether it was asked for anew."""
    asked: list[bool] = []

    def python(*, on_step: object = None, anew: bool = False) -> Path:
        file = tmp_path / f"python-{len(asked)}"
        file.write_text(f"#!/bin/sh\ncat > /dev/null &\n{scripts[min(len(asked), len(scripts) - 1)]}\n")
        file.chmod(0o755)
        asked.append(anew)
        return file

    monkeypatch.setattr(asking.environment, "python", python)
    return asked


def answering(text: str) -> str:
    """$1 is -I, $2 the runner, $3 the descriptor for the answer."""
    return f"cat <<'END' > /dev/fd/$3\n{text}\nEND"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 1", "ended without a usable answer"),
        ("echo Killed by somebody >&2; exit 1", "ended without a usable answer: Killed by somebody"),
        (answering("Traceback, not JSON"), "ended without a usable answer"),
        (answering("[1, 2]"), "ended without a usable answer"),
        (answering('{"checkov": "0", "results": [{"check": 3}], "refused": []}'), "ended without a usable answer"),
        (answering('{"checkov": "0", "results": 7, "refused": []}'), "ended without a usable answer"),
        (answering("[" * 200_000), "ended without a usable answer"),
        (answering('{"failed": "ValueError: odd plan", "broken": false}'), "Checkov failed: ValueError: odd plan"),
    ],
)
def test_faults(script: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stands_for_python(monkeypatch, tmp_path, script)
    with pytest.raises(CheckovFailed, match=said):
        ask({"planned_values": {}})


def test_one_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stands_for_python(monkeypatch, tmp_path, "sleep 60 & sleep 60")
    started = time.monotonic()
    with pytest.raises(CheckovFailed, match="took longer than 1 s and was ended"):
        ask({}, time_limit_s=1)
    assert time.monotonic() - started < 20


def test_one_that_answers_without_end_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stands_for_python(monkeypatch, tmp_path, "yes > /dev/fd/$3")
    monkeypatch.setattr(asking, "_ANSWER_LIMIT_BYTES", 1 << 20)
    with pytest.raises(CheckovFailed, match="more than 1 MiB"):
        ask({})


@pytest.mark.parametrize(
    "broken",
    [
        "echo 'ModuleNotFoundError: No module named checkov' >&2; exit 1",
        answering('{"failed": "ImportError: cannot import name", "broken": true}'),
    ],
)
def test_a_broken_environment_is_made_anew_once(broken: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = stands_for_python(monkeypatch, tmp_path, broken, answering(GOOD))
    assert ask({}).version == "0" and asked == [False, True]
    asked = stands_for_python(monkeypatch, tmp_path, broken)
    with pytest.raises(CheckovFailed, match="does not work, and made anew neither"):
        ask({})
    assert asked == [False, True]


def test_nothing_of_the_users_environment_is_handed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BC_API_KEY", "not-for-checkov")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-for-checkov")
    stands_for_python(monkeypatch, tmp_path, "env >&2; exit 1")
    with pytest.raises(CheckovFailed) as caught:
        ask({})
    assert "not-for-checkov" not in str(caught.value)
    stands_for_python(monkeypatch, tmp_path, f'[ -z "$BC_API_KEY$AWS_SECRET_ACCESS_KEY" ] && {answering(GOOD)}')
    assert ask({}).results == ()


def test_a_large_request_is_read_while_it_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stands_for_python(monkeypatch, tmp_path, answering(GOOD))
    assert ask({"text": "x" * 5_000_000}).version == "0"

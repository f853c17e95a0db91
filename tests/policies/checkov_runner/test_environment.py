"""Checkov's environment: made once, whole, by whoever comes first; and what is said where it cannot be."""

import stat
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from policies.checkov_runner import environment
from policies.checkov_runner.environment import NoEnvironment

MADE = """import os, pathlib, sys
place = pathlib.Path(sys.argv[1])
(place / "bin").mkdir(parents=True)
python = place / "bin" / "python"
python.write_text("#!/bin/sh\\necho 0\\n")
python.chmod(0o755)
with open(sys.argv[2], "a") as log:
    log.write("built\\n")
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "hospital-cloud"


def installer(monkeypatch: pytest.MonkeyPatch, *commands: Sequence[str]) -> None:
    """The only installer; `{place}` is where it is to install."""

    def only() -> Iterator[object]:
        yield lambda place: [[part.replace("{place}", str(place)) for part in command] for command in commands]

    monkeypatch.setattr(environment, "_installers", only)


def makes(monkeypatch: pytest.MonkeyPatch, log: Path) -> None:
    installer(monkeypatch, [sys.executable, "-c", MADE, "{place}", str(log)])


def test_it_is_made_once_and_found_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    log, said = tmp_path / "log", list[str]()
    makes(monkeypatch, log)
    python = environment.python(on_step=said.append)
    assert python.is_relative_to(cache) and python.is_file()
    assert environment.python(on_step=said.append) == python
    assert log.read_text() == "built\n" and said == ["making Checkov's environment, once"]
    assert [p.name for p in cache.iterdir() if ".part-" in p.name] == []


def test_two_that_need_it_at_once_make_it_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    log = tmp_path / "log"
    makes(monkeypatch, log)
    threads = [threading.Thread(target=environment.python) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.read_text() == "built\n"


def test_a_broken_one_is_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    log = tmp_path / "log"
    makes(monkeypatch, log)
    python = environment.python()
    python.unlink()
    assert environment.python().is_file()
    environment.python(anew=True)
    assert log.read_text() == "built\n" * 3


def test_half_an_installation_is_not_kept(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    installer(monkeypatch, ["mkdir", "-p", "{place}/bin"], ["sh", "-c", "echo 'error: disk is odd' >&2; exit 3"])
    with pytest.raises(NoEnvironment, match=r"could not be made: sh: error: disk is odd$"):
        environment.python()
    assert [p.name for p in cache.iterdir() if p.is_dir()] == []


def test_what_was_installed_must_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installer(monkeypatch, ["mkdir", "-p", "{place}/bin"], ["ln", "-s", "/bin/false", "{place}/bin/python"])
    with pytest.raises(NoEnvironment, match="could not be made: python: no word"):
        environment.python()


def test_without_an_index_it_says_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("UV_NO_CACHE", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    first = next(environment._installers())
    monkeypatch.setattr(environment, "_installers", lambda: iter([first]))
    with pytest.raises(NoEnvironment) as caught:
        environment.python()
    text = str(caught.value)
    assert "no package index can be reached" in text and "UV_DEFAULT_INDEX" in text and "\n" not in text


def test_a_cache_that_cannot_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(NoEnvironment, match="XDG_CACHE_HOME"):
        environment.python()


def test_the_lock_is_whole() -> None:
    """One pinned version a package, each with hashes; no other index, no file, no options."""
    lines = environment.LOCK.read_text().splitlines()
    kept = [line for line in lines if line and not line.startswith("#")]
    assert all(line.startswith("    --hash=sha256:") or "==" in line for line in kept)
    assert f"checkov=={environment.version()}" in (environment.LOCK.parent / "requirements.in").read_text()
    assert not environment.LOCK.stat().st_mode & stat.S_IXUSR

"""Checkov's environment: made once from its lock, in the user's cache, and found there ever after.

Promises: what is found is whole (built beside its place, tried, renamed); two that need it at once build it once; only
wheels whose hashes stand in the lock are installed; where it cannot be made, one sentence says why.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = Path(__file__).with_name("requirements.lock")
_READY: Final = "hospital-cloud.ready"
_BUILD_LIMIT_S: Final = 900
_TRY: Final = "import checkov.version, checkov.runner_filter; print(checkov.version.version)"
_NO_INDEX: Final = ("resolve", "connection", "connect", "network", "timed out", "no route", "could not find a version")


class NoEnvironment(Exception):
    """Checkov's environment is not there and cannot be made; the text is the sentence for the user."""


Step = Callable[[str], None]


def python(*, on_step: Step | None = None, anew: bool = False) -> Path:
    """The Python of Checkov's environment, made first where it is not there. `anew`: what is there is broken. Raises
    NoEnvironment."""
    folder = _folder()
    found = folder / "bin" / "python"
    if not anew and _is_ready(folder):
        return found
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder.with_name(f"{folder.name}.lock")):
            if anew or not _is_ready(folder):
                if on_step is not None:
                    on_step("making Checkov's environment, once")
                _build(folder)
    except OSError as error:
        raise NoEnvironment(
            f"Checkov's environment cannot be made: {error.filename or folder}: {error.strerror or error}; it lies in "
            "the cache folder, which XDG_CACHE_HOME names"
        ) from None
    return found


def version() -> str:
    """The version of Checkov that the lock pins."""
    line = next(line for line in LOCK.read_text(encoding="utf-8").splitlines() if line.startswith("checkov=="))
    return line.partition("==")[2].split()[0]


def _folder() -> Path:
    """Where it lies: another lock or another Python is another environment."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(cache) if cache.startswith("/") else Path.home() / ".cache"
    seed = LOCK.read_bytes() + f"{sys.implementation.cache_tag} {sys.base_prefix}".encode()
    return root / "hospital-cloud" / f"checkov-{version()}-{hashlib.sha256(seed).hexdigest()[:12]}"


def _is_ready(folder: Path) -> bool:
    return (folder / _READY).is_file() and os.access(folder / "bin" / "python", os.X_OK)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# --- building --------------------------------------------------------------------------------------------------------


def _build(folder: Path) -> None:
    part = Path(tempfile.mkdtemp(prefix=f"{folder.name}.part-", dir=folder.parent))
    try:
        said = ""
        for installer in _installers():
            place = part / "environment"
            shutil.rmtree(place, ignore_errors=True)
            said = _installed(installer(place), part) or _tried(place, part)
            if not said:
                break
        if said:
            raise NoEnvironment(_sentence(said))
        (part / "environment" / _READY).write_text(version())
        if folder.exists():
            folder.rename(part / "broken")
        (part / "environment").rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _installers() -> Iterator[Callable[[Path], Sequence[Sequence[str]]]]:
    """uv where there is one, for it takes seconds; then pip, which has its own ways to an index."""
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.is_file() else shutil.which("uv")
    if uv is not None:
        quiet = [uv, "--quiet", "--no-progress"]
        yield lambda place: (
            [*quiet, "venv", "--no-project", "--python", sys.executable, str(place)],
            [*quiet, "pip", "install", "--python", str(place / "bin/python"), *_wanted(), "--compile-bytecode"],
        )
    yield lambda place: (
        [sys.executable, "-m", "venv", str(place)],
        [str(place / "bin/python"), "-I", "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *_wanted()],
    )


def _wanted() -> list[str]:
    return ["--only-binary", ":all:", "--require-hashes", "--requirement", str(LOCK)]


def _installed(commands: Sequence[Sequence[str]], part: Path) -> str:
    """Runs the commands; what went wrong, or nothing."""
    for command in commands:
        said = _run(command, part)
        if said:
            return said
    return ""


def _tried(place: Path, part: Path) -> str:
    """Whether what was installed can be used; why not, or nothing."""
    return _run([str(place / "bin" / "python"), "-I", "-c", _TRY], part)


def _run(command: Sequence[str], part: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    try:
        done = subprocess.run(
            list(command),
            cwd=part,  # not the user's folder: its settings of uv are of another project
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_BUILD_LIMIT_S,
        )
    except subprocess.TimeoutExpired:
        return f"{Path(command[0]).name} took longer than {_BUILD_LIMIT_S} s"
    except OSError as error:
        return f"{Path(command[0]).name}: {error.strerror}"
    if done.returncode == 0:
        return ""
    lines = [" ".join(line.split()) for line in done.stderr.splitlines() if line.strip()]
    told = next((line for line in reversed(lines) if "error" in line.lower()), lines[-1] if lines else "no word")
    reason = next((line for line in lines if any(word in line.lower() for word in _NO_INDEX)), "")
    return f"{Path(command[0]).name}: {told[:300]}{f' ({reason[:300]})' if reason and reason != told else ''}"


def _sentence(said: str) -> str:
    if any(word in said.lower() for word in _NO_INDEX):
        return (
            f"Checkov's environment is not there, and no package index can be reached to make it ({said}); it is needed "
            "once: name a mirror as for pip (PIP_INDEX_URL) or uv (UV_DEFAULT_INDEX), or bring the cache folder along"
        )
    return f"Checkov's environment could not be made: {said}"

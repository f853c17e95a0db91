"""One request to Checkov's own process, one answer: limits on time, memory and size, nothing of the user's environment
but where things lie, no network."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from policies.checkov_runner import environment
from policies.checkov_runner.environment import Step

TIME_LIMIT_S: Final = 600
_MEMORY_LIMIT_BYTES: Final = 8 * 1024**3
_ANSWER_LIMIT_BYTES: Final = 256 * 1024 * 1024
_RUNNER: Final = Path(__file__).with_name("runner.py")
_KEPT_VARIABLES: Final = ("LANG", "LC_ALL", "LC_CTYPE", "PATH", "TMPDIR", "TZ")
_RESULTS: Final = ("PASSED", "FAILED", "SKIPPED", "UNKNOWN")
_LONGEST: Final = 500


class CheckovFailed(Exception):
    """Checkov did not answer; the text is the sentence for the user."""


class _Broken(Exception):
    """The environment is not what was installed."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one check says of one thing."""

    check: str
    name: str
    guideline: str
    result: str
    """PASSED, FAILED, SKIPPED (by an annotation of the manifest) or UNKNOWN (it has nothing to say)."""
    at: str
    """Address of the resource, or the number of the manifest."""
    keys: tuple[str, ...]
    """The arguments that it looked at, in Checkov's form: `rule/[0]/status`."""
    secret: bool
    """Whether it looks for secrets: then no value may be shown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Checkov says of everything."""

    version: str
    results: tuple[Result, ...]
    refused: tuple[str, ...] = ()
    """What Checkov's own code stumbles over, by address or number: left out, the rest was checked."""


def ask(
    plan: Mapping[str, Any] | None,
    manifests: Sequence[Mapping[str, Any]] = (),
    *,
    checks: Sequence[str] = (),
    skip_checks: Sequence[str] = (),
    time_limit_s: int = TIME_LIMIT_S,
    on_step: Step | None = None,
) -> Answer:
    """Runs Checkov's checks on a plan and on manifests. A broken environment is made anew, once. Raises CheckovFailed,
    NoEnvironment."""
    request = json.dumps(
        {
            "plan": plan,
            "manifests": list(manifests),
            "checks": list(checks),
            "skip_checks": list(skip_checks),
            "time_limit_s": time_limit_s,
            "memory_limit_bytes": _MEMORY_LIMIT_BYTES,
        }
    ).encode("utf-8", "surrogatepass")
    try:
        return _asked(environment.python(on_step=on_step), request, time_limit_s)
    except _Broken:
        try:
            return _asked(environment.python(on_step=on_step, anew=True), request, time_limit_s)
        except _Broken as broken:
            raise CheckovFailed(f"Checkov's environment does not work, and made anew neither: {broken}") from None


def _asked(python: Path, request: bytes, time_limit_s: int) -> Answer:
    with tempfile.TemporaryDirectory(prefix="hospital-cloud-") as home:
        variables = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
        reader, writer = os.pipe()
        try:
            process = subprocess.Popen(
                [str(python), "-I", str(_RUNNER), str(writer)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**variables, "HOME": home},
                cwd=home,
                pass_fds=(writer,),
                start_new_session=True,
            )
        except OSError as error:
            os.close(reader)
            raise _Broken(f"{python}: {error.strerror}") from None
        finally:
            os.close(writer)
        try:
            text, errors = _converse(process, reader, request, time_limit_s)
        finally:
            os.close(reader)
            _end(process)
    return _parsed(text, errors)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, 9)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()
    if process.stderr:
        process.stderr.close()


def _converse(process: subprocess.Popen[bytes], reader: int, request: bytes, time_limit_s: int) -> tuple[bytes, bytes]:
    assert process.stdin is not None and process.stderr is not None  # noqa: S101  Popen was asked for pipes
    threading.Thread(target=_tell, args=(process.stdin, request), daemon=True).start()
    deadline = time.monotonic() + time_limit_s
    parts: list[bytes] = []
    size, errors = 0, b""
    with selectors.DefaultSelector() as selector:
        selector.register(reader, selectors.EVENT_READ, "answer")
        selector.register(process.stderr, selectors.EVENT_READ, "errors")
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                raise CheckovFailed(f"Checkov took longer than {time_limit_s} s and was ended")
            for key, _ in selector.select(min(left, 1.0)):
                data = os.read(key.fd, 1 << 16)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.data == "errors":
                    errors = (errors + data)[-4000:]
                else:
                    parts.append(data)
                    size += len(data)
                    if size > _ANSWER_LIMIT_BYTES:
                        raise CheckovFailed(f"Checkov answers with more than {_ANSWER_LIMIT_BYTES >> 20} MiB")
    return b"".join(parts), errors


def _tell(stdin: BinaryIO, request: bytes) -> None:
    try:
        with stdin:
            stdin.write(request)
    except OSError:
        pass  # it ended before it read all; what it wrote to stderr says why


def _parsed(text: bytes, errors: bytes) -> Answer:
    last = " ".join(errors.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1].split())[:_LONGEST]
    try:
        answer = json.loads(text)
        if "failed" in answer:
            told = str(answer["failed"])[:_LONGEST]
            if answer.get("broken"):
                raise _Broken(told)
            raise CheckovFailed(f"Checkov failed: {told}")
        refused = tuple(str(at) for at in answer["refused"])
        return Answer(str(answer["checkov"]), tuple(_result(row) for row in answer["results"]), refused)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        if last.startswith(("ImportError", "ModuleNotFoundError", "SyntaxError", "Fatal Python error")):
            raise _Broken(last) from None
        raise CheckovFailed(f"Checkov's process ended without a usable answer{': ' + last if last else ''}") from None


def _result(row: Mapping[str, Any]) -> Result:
    result = row["result"]
    if result not in _RESULTS:
        raise ValueError(result)
    texts = [row[key] for key in ("check", "name", "guideline", "at")]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text is not one")
    check, name, guideline, at = texts
    keys = tuple(str(key)[:_LONGEST] for key in row["keys"])
    return Result(check[:80], name[:_LONGEST], guideline[:_LONGEST], result, at, keys, bool(row["secret"]))

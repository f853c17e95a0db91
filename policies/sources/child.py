"""Runs a Pulumi program in a child process: limits on time, memory and files, no credentials, no network where the
system can refuse it, a bounded answer. Auditing a program executes it; this is what it executes in."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policies.graph import Graph

ANSWER_LIMIT_BYTES = 512 * 1024 * 1024
TIME_LIMIT_S = 900
MEMORY_LIMIT_BYTES = 8 * 1024**3
_KEPT_VARIABLES = ("LANG", "LC_ALL", "LC_CTYPE", "PATH", "SYSTEMROOT", "TMPDIR", "TZ", "VIRTUAL_ENV", "PYTHONPATH")


class ProgramFailed(Exception):
    """The program did not run to its end; the text is the sentence for the user."""


@dataclass(frozen=True, slots=True)
class ChildRecording:
    """A graph from a child, and what the reader must know about how it came to be."""

    graph: Graph
    synthetic: tuple[str, ...]
    network_refused: bool
    strict: bool
    """Whether computed outputs were unknown."""
    note: str = ""


def record_in_child(
    main: Path,
    *,
    root: Path,
    project: str,
    stack: str,
    jurisdiction: str,
    config: Mapping[str, str] | None = None,
    strict: bool = False,
    library_paths: tuple[str, ...] = (),
    on_resource: Callable[[int], None] | None = None,
    time_limit_s: int = TIME_LIMIT_S,
) -> ChildRecording:
    """Runs the program at `main` and returns what it registers. A program that stumbles over a marker where it
    expected a real value is run once more with computed outputs unknown, as the engine's preview would have them.
    Raises ProgramFailed with a sentence."""
    request = {
        "main": str(main),
        "root": str(root),
        "project": project,
        "stack": stack,
        "jurisdiction": jurisdiction,
        "config": dict(config or {}),
        "strict": strict,
        "library_paths": list(library_paths),
        "memory_limit_bytes": MEMORY_LIMIT_BYTES,
        "time_limit_s": time_limit_s,
    }
    answer = _ask(request, on_resource, time_limit_s)
    if "failed" in answer and not strict and not answer.get("final"):
        again = _ask({**request, "strict": True}, on_resource, time_limit_s)
        if "failed" not in again:
            note = f"run with unknown outputs, as in an engine's preview, because: {answer['failed']}"
            return _recording(again, strict=True, note=note)
    if "failed" in answer:
        raise ProgramFailed(str(answer["failed"]))
    return _recording(answer, strict=strict)


def _recording(answer: Mapping[str, Any], *, strict: bool, note: str = "") -> ChildRecording:
    return ChildRecording(
        graph=Graph.from_json(answer["graph"]),
        synthetic=tuple(answer["synthetic"]),
        network_refused=bool(answer["network_refused"]),
        strict=strict,
        note=note,
    )


def _ask(request: Mapping[str, Any], on_resource: Callable[[int], None] | None, time_limit_s: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="hospital-cloud-") as home:
        environment = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
        environment |= {
            "HOME": home,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        reader, writer = os.pipe()
        process = subprocess.Popen(
            # -P: a folder `policies` where the user stands must not be taken for ours.
            [sys.executable, "-P", "-m", "policies.sources.child_main", str(writer)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            pass_fds=(writer,),
            start_new_session=True,
        )
        os.close(writer)
        try:
            return _converse(process, reader, json.dumps(request).encode(), on_resource, time_limit_s)
        finally:
            os.close(reader)
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the child with everything it started."""
    try:
        os.killpg(process.pid, 9)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stderr):
        if stream:
            stream.close()


def _converse(
    process: subprocess.Popen[bytes],
    reader: int,
    request: bytes,
    on_resource: Callable[[int], None] | None,
    time_limit_s: int,
) -> dict[str, Any]:
    assert process.stdin is not None and process.stderr is not None  # noqa: S101  Popen was asked for pipes
    try:
        process.stdin.write(request)
        process.stdin.close()
    except BrokenPipeError:
        pass  # the child ended at once; what it wrote to stderr says why
    deadline = time.monotonic() + time_limit_s
    selector = selectors.DefaultSelector()
    selector.register(reader, selectors.EVENT_READ, "answer")
    selector.register(process.stderr, selectors.EVENT_READ, "errors")
    parts: list[bytes] = []
    size, errors, open_streams = 0, b"", 2
    while open_streams:
        left = deadline - time.monotonic()
        if left <= 0:
            return {"failed": f"the program ran longer than {time_limit_s} s and was ended", "final": True}
        for key, _ in selector.select(min(left, 1.0)):
            data = os.read(key.fd, 1 << 16)
            if not data:
                selector.unregister(key.fileobj)
                open_streams -= 1
                if key.data == "answer":
                    open_streams = 0
            elif key.data == "errors":
                errors = (errors + data)[-4000:]
            else:
                parts.append(data)
                size += len(data)
                if size > ANSWER_LIMIT_BYTES:
                    return {"failed": f"the program registers more than {ANSWER_LIMIT_BYTES >> 20} MiB", "final": True}
                _progress(data, on_resource)
    return _parsed(b"".join(parts), errors)


def _progress(data: bytes, on_resource: Callable[[int], None] | None) -> None:
    if on_resource is None:
        return
    for line in data.split(b"\n"):
        if line.startswith(b"#") and line[1:].isdigit():
            on_resource(int(line[1:]))


def _parsed(text: bytes, errors: bytes) -> dict[str, Any]:
    lines = [line for line in text.split(b"\n") if line and not line.startswith(b"#")]
    try:
        answer = json.loads(lines[-1])
        if not isinstance(answer, dict):
            raise TypeError("not an object")
        return answer
    except (IndexError, ValueError, TypeError, RecursionError):
        last = errors.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1]
        return {"failed": f"the program's process ended without an answer{': ' + last if last else ''}", "final": True}

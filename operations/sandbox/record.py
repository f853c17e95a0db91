"""What a sandbox has done so far: one JSON file, replaced whole after each step, so that a command that was cut off at any
point goes on where it stopped, or starts afresh and says so."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

from operations.sandbox.faults import SandboxError
from operations.sandbox.processes import Process

FILE: Final = "record.json"
_FORMAT: Final = 1
_LARGEST: Final = 1 << 20


class Phase(Enum):
    """The steps of `up`, then those of `down`, in their order."""

    GRAPH = "graph"
    ADAPT = "adapt"
    RENDER = "render"
    EMULATOR = "emulator"
    INIT = "init"
    APPLY = "apply"
    AGAIN = "second plan"
    VERIFY = "verify"
    RETIRING = "graph of the retiring stack"
    RETIRE = "retire"
    DESTROY = "destroy"
    LEFT = "left over"


@dataclass(frozen=True, slots=True)
class Done:
    """A step that came to its end."""

    at: str
    seconds: float
    of: str
    """What it was done with: a hash of its input. Another input means that it has to be done again."""


@dataclass(frozen=True, slots=True)
class Server:
    """The emulator that the stack lives in."""

    process: Process
    port: int
    id: str
    """Its life. What an emulator holds is lost when it ends: a state of another life is of no use."""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that a later command has to know."""

    stack: str
    engine: str = ""
    server: Server | None = None
    working: Process | None = None
    """The engine, while it runs."""
    lives_in: str = ""
    """The emulator's life that the engine's state tells of."""
    cut: bool = False
    """The engine was killed while it worked: what it had begun may be there without being in its state."""
    done: dict[str, Done] = field(default_factory=dict)

    def has(self, phase: Phase, of: str) -> bool:
        """Whether a step was done with this very input."""
        found = self.done.get(phase.value)
        return found is not None and found.of == of

    def with_done(self, phase: Phase, seconds: float, of: str) -> Record:
        """The step is done."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        return replace(self, done={**self.done, phase.value: Done(at, round(seconds, 2), of)})

    def without(self, phase: Phase) -> Record:
        """As if the step and all after it had never been done."""
        order = [p.value for p in Phase]
        kept = order[: order.index(phase.value)]
        return replace(self, done={name: self.done[name] for name in kept if name in self.done})


def load(folder: Path, stack: str) -> tuple[Record, str]:
    """The record of a sandbox, and a sentence where one is there that cannot be used (empty otherwise)."""
    file = folder / FILE
    try:
        with file.open("rb") as handle:
            text = handle.read(_LARGEST + 1)
    except FileNotFoundError:
        return Record(stack), ""
    except OSError as error:
        raise SandboxError(f"{file} cannot be read: {error.strerror}") from None
    try:
        if len(text) > _LARGEST:
            raise ValueError("too large")
        return _parsed(json.loads(text), stack), ""
    except (ValueError, RecursionError):
        return Record(stack), f"{file} is damaged; starting afresh"


def read_json(file: Path, largest: int = 512 << 20) -> Any:
    """The JSON of a file of ours. Raises ValueError for one that is no JSON, too large, or cannot be read."""
    try:
        if file.stat().st_size > largest:
            raise ValueError(f"{file} is too large")
        return json.loads(file.read_bytes())
    except (OSError, RecursionError) as error:
        raise ValueError(f"{file} cannot be read: {error}") from None


def save(folder: Path, record: Record) -> None:
    """Replaces the file, whole or not at all. Raises SandboxError."""
    write(folder / FILE, json.dumps({"format": _FORMAT, **_to_json(record)}, indent=1) + "\n")


def write(file: Path, text: str | bytes) -> None:
    """Writes a file beside its place and renames it. Raises SandboxError."""
    content = text.encode() if isinstance(text, str) else text
    part: Path | None = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        part = Path(name)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        if part is not None:
            part.unlink(missing_ok=True)
        raise SandboxError(f"{file} cannot be written: {error.strerror}; nothing of the sandbox is lost") from None


def _to_json(record: Record) -> dict[str, Any]:
    row = asdict(record)
    return {key: value for key, value in row.items() if value not in (None, "", False)}


def _parsed(data: Any, stack: str) -> Record:
    if not isinstance(data, dict) or data.get("format") != _FORMAT or data.get("stack") != stack:
        raise ValueError("not a record of this stack")
    done = data.get("done", {})
    if not isinstance(done, dict):
        raise ValueError("done")
    phases = {p.value for p in Phase}
    return Record(
        stack=stack,
        engine=str(data.get("engine", "")),
        server=_server(data.get("server")),
        working=Process.from_json(data.get("working")),
        lives_in=str(data.get("lives_in", "")),
        cut=data.get("cut") is True,
        done={str(k): _done(v) for k, v in done.items() if k in phases},
    )


def _server(data: Any) -> Server | None:
    if not isinstance(data, dict):
        return None
    process, port = Process.from_json(data.get("process")), data.get("port")
    if process is None or not isinstance(port, int) or not 0 < port < 65536:
        raise ValueError("server")
    return Server(process, port, str(data.get("id", "")))


def _done(data: Any) -> Done:
    if not isinstance(data, dict):
        raise ValueError("done")
    return Done(str(data.get("at", "")), float(data.get("seconds", 0)), str(data.get("of", "")))

"""The graph of one of our own stacks, and of the same stack on its way out.

The program that makes it is not this package's to import: it is asked as a user would ask it, as a command.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from operations.sandbox.faults import SandboxError
from operations.sandbox.record import write
from policies.graph import Graph

ROOT: Final = Path(__file__).resolve().parents[2]
"""Where the packages stand, and in a checkout the stacks."""
_MADE_BY: Final = ("components", "infra", "jurisdictions", "policies", "services")
"""What the graph of a stack comes from, beside its file."""
_LARGEST: Final = 512 << 20
_SECONDS: Final = 900
_HOSPITAL: Final = "hospital-cloud:hospital"


def file_of(stack: str) -> Path:
    """The file of a stack, by name or path: the nearest `stacks` from where the user stands upward, else ours."""
    if stack.endswith((".yaml", ".yml")):
        found = Path(stack)
        if not found.is_file():
            raise SandboxError(f"there is no stack file {stack}")
        return found.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents, ROOT):
        file = folder / "stacks" / f"Pulumi.{stack}.yaml"
        if file.is_file():
            return file
    known = ", ".join(all_stacks()) or "none"
    raise SandboxError(f"there is no stack {stack!r}: no stacks/Pulumi.{stack}.yaml here or above; there are: {known}")


def all_stacks() -> list[str]:
    """The names of the stacks beside which the user stands, else ours."""
    here = Path.cwd()
    for folder in (here, *here.parents, ROOT):
        found = sorted((folder / "stacks").glob("Pulumi.*.yaml"))
        if found:
            return [name_of(file) for file in found]
    return []


def name_of(file: Path) -> str:
    """`cn-tertiary` of Pulumi.cn-tertiary.yaml."""
    return file.stem.removeprefix("Pulumi.") or file.stem


def fingerprint(file: Path) -> str:
    """A hash of everything that a stack's graph comes from: equal for an equal graph."""
    digest = hashlib.sha256(file.read_bytes())
    for package in _MADE_BY:
        for source in sorted((ROOT / package).rglob("*")):
            if source.suffix in (".py", ".yaml", ".json") and source.is_file():
                digest.update(f"{source.relative_to(ROOT)}\0".encode())
                digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def graph_of(file: Path, log: Path) -> Graph:
    """The graph that the program registers for a stack file. Raises SandboxError with what the program says."""
    command = [str(_script()), "graph", "--stack", str(file)]
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as said:
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=said, timeout=_SECONDS, cwd=ROOT, env=_environment()
            )
    except subprocess.TimeoutExpired:
        raise SandboxError(f"{file} has no graph: the program ran for more than {_SECONDS} seconds") from None
    except OSError as error:
        raise SandboxError(f"{command[0]} cannot be run: {error.strerror}") from None
    if done.returncode or len(done.stdout) > _LARGEST:
        raise SandboxError(f"{file} has no graph:\n{_end_of(log)}")
    try:
        return Graph.from_json(json.loads(done.stdout))
    except (ValueError, RecursionError) as error:
        raise SandboxError(f"the graph of {file} cannot be read: {error}") from None


def _script() -> Path:
    return Path(sys.executable).parent / "hospital-cloud"


def _environment() -> dict[str, str]:
    """No credentials: a graph needs none."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PULUMI_"))}


def _end_of(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    kept = [line for line in lines if ": running the program" not in line and not line.endswith(" resources")]
    return "\n".join(f"  {line[:500]}" for line in kept[-12:]) or "  (it said nothing)"


def retiring(file: Path, folder: Path) -> Path:
    """A copy of a stack file whose lifecycle is retiring, so that protection is lifted: what a hospital would commit
    before it takes a stack down."""
    data: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    try:
        hospital = data["config"][_HOSPITAL]
        hospital["lifecycle"] = "retiring"
        stated = hospital.setdefault("retirement", {})
        stated.setdefault("owner", "sandbox@localhost.example")
        stated.setdefault("reason", "The sandbox is taken down")
    except (KeyError, TypeError, AttributeError):
        raise SandboxError(f"{file} is no stack file: it has no config.{_HOSPITAL}") from None
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    if str(stated.get("expires_on", "")) < tomorrow.isoformat():
        stated["expires_on"] = tomorrow.isoformat()
    copy = folder / "retiring" / f"Pulumi.{name_of(file)}.yaml"
    write(copy, yaml.safe_dump(data, sort_keys=False, allow_unicode=True))
    return copy

"""The Terraform engine: the rendering of the adapted graph, applied by Terraform's own command."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from operations.sandbox import record
from operations.sandbox.emulated import Emulated
from operations.sandbox.engine import Change, Failed, Name, Surroundings
from operations.sandbox.engine_process import run
from operations.sandbox.faults import SandboxError
from operations.sandbox.terraform_cli import PROVIDER, find_mirror, find_program, settings
from operations.sandbox.terraform_events import Event, Kind, event_of
from policies.graph import Graph
from policies.sources.deployed import NotAState, State
from policies.sources.terraform_state import state_of
from policies.terraform.providers import Target
from policies.terraform.render import NotRendered, Rendering, render

_PARALLELISM: Final = 60
"""Most of the time is waiting: the provider sleeps between its questions."""
_SHOWN: Final = 20
_COLLECTOR: Final = "400"
"""Of Go's garbage collector (GOGC): it is called a quarter as often, for some 200 MB more. A fourth of the CPU of a plan."""
_KEPT: Final = (
    "GOGC",
    "HOME",
    "LANG",
    "LC_ALL",
    "PATH",
    "SYSTEMROOT",
    "TMPDIR",
    "USER",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
_OVERRIDE: Final = "sandbox_override.tf.json"
_PLAN: Final = "second.plan"
_STATE: Final = "terraform.tfstate"
_OF_INIT: Final = ("settings.tfrc", "versions.tf.json", _OVERRIDE)
_READY: Final = "initialised"


@dataclass
class TerraformEngine:
    """See `Engine`."""

    around: Surroundings
    name: Name = Name.TERRAFORM
    _addresses: dict[str, str] = field(default_factory=dict)
    _graph: Graph = field(default_factory=lambda: Graph(()))
    _variables: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where the configuration and the state are."""
        return self.around.folder / "terraform"

    # -- preparation

    def prepare(self, adapted: Emulated) -> None:
        program, mirror = self._program(), find_mirror()
        try:
            rendering = render(adapted.graph, Target.V5, root=self.around.root)
        except NotRendered as obstacles:
            raise Failed("rendering", obstacles.problems[:_SHOWN], self.folder) from None
        self._graph = adapted.graph
        self._addresses = {address: urn for urn, address in rendering.addresses.items()}
        self._variables = self._secrets(rendering)
        self._write(rendering, mirror.version if mirror else "")
        cache = self.around.folder.parent / "plugins"
        cache.mkdir(parents=True, exist_ok=True)
        record.write(self.folder / "settings.tfrc", settings(mirror, cache.resolve()))
        made_of = self._made_of(program)
        if self._initialised() == made_of:
            return
        log = self._log("init")
        words = [str(program), "init", "-input=false", "-no-color", "-upgrade=false"]
        code = run(words, folder=self.folder, environment=self._environment(offline=mirror is not None), log=log)
        if code:
            where = f"the mirror {mirror.folder}" if mirror else "no local mirror, so the registry was asked"
            raise Failed(f"terraform init ({where})", (_last(log),), log)
        record.write(self.folder / _READY, made_of)

    def _made_of(self, program: Path) -> str:
        """All that an init comes from, and what it makes: where that is the same, there is nothing to be done again."""
        digest = hashlib.sha256(str(program.resolve()).encode())
        for name in _OF_INIT:
            digest.update((self.folder / name).read_bytes())
        return digest.hexdigest()

    def _initialised(self) -> str:
        """What the last init of this folder came from; empty where what it made is gone."""
        made = (self.folder / ".terraform.lock.hcl", self.folder / ".terraform" / "providers", self.folder / _READY)
        return made[-1].read_text(encoding="utf-8") if all(p.exists() for p in made) else ""

    def _program(self) -> Path:
        program = find_program()
        if program is None:
            raise SandboxError("there is no terraform (or tofu) on PATH")
        return program

    def _secrets(self, rendering: Rendering) -> dict[str, str]:
        """A value for each secret: made up, since nothing real is in the emulator, and the same each time."""
        found = {}
        for name, variable in rendering.variables.items():
            resource = self._graph.by_urn[variable.urn]
            found[f"TF_VAR_{name}"] = self.around.secrets.get((resource.type, variable.path), "sandbox-1234567890")
        return found

    def _write(self, rendering: Rendering, version: str) -> None:
        wanted = {**rendering.files, _OVERRIDE: _override(rendering.files["providers.tf.json"], version)}
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("*.tf.json"):
            if old.name not in wanted:
                old.unlink()
        for name, content in wanted.items():
            file = self.folder / name
            if not file.exists() or file.read_bytes() != content:
                record.write(file, content)

    # -- the four commands

    def apply(self, *, refresh: bool = True) -> None:
        words = ["apply", "-auto-approve", *self._asks(refresh=refresh)]
        self._run("apply", words, _Counter(self, Kind.FINISHED))

    def destroy(self) -> None:
        self._abandon()
        self._run("destroy", ["destroy", "-auto-approve", *self._asks(refresh=False)], _Counter(self, Kind.FINISHED))

    def again(self) -> list[Change]:
        code = self._run(
            "second plan",
            ["plan", "-detailed-exitcode", f"-out={_PLAN}", *self._asks()],
            _Counter(self, Kind.REFRESHED),
            fine=(0, 2),
        )
        return self._changes() if code else []

    def _abandon(self) -> None:
        """Takes out of the state what the emulator cannot delete."""
        kept = {r.urn for r in self._graph.resources if r.retain_on_delete}
        if not kept or not (self.folder / _STATE).exists():
            return
        there = self._state(["list"]).read_text(encoding="utf-8").split()
        addresses = [address for address in there if self._addresses.get(address) in kept]
        if addresses:
            self._state(["rm", *addresses])

    def _state(self, words: list[str]) -> Path:
        """A command about the state alone, which no provider is started for; the file with its answer."""
        log = self._log(f"state-{words[0]}")
        command = [str(self._program()), "state", *words]
        if run(command, folder=self.folder, environment=self._environment(), log=log):
            raise Failed(f"terraform state {words[0]}", (_last(log),), log)
        return log

    def _asks(self, *, refresh: bool = True) -> list[str]:
        words = ["-input=false", "-json", f"-parallelism={_PARALLELISM}"]
        return words if refresh else [*words, "-refresh=false"]

    def _run(self, doing: str, words: list[str], counter: _Counter, fine: tuple[int, ...] = (0,)) -> int:
        log = self._log(doing.replace(" ", "-"))
        code = run(
            [str(self._program()), *words],
            folder=self.folder,
            environment=self._environment(),
            log=log,
            on_line=counter.line,
            on_start=self.around.on_start,
        )
        if code not in fine:
            (self.folder / _READY).unlink(missing_ok=True)  # what init made may be what is wrong
            problems = counter.problems() or (f"terraform ended with code {code}: {_last(log)}",)
            if any("no space left" in text.lower() for text in problems):
                problems = ("no space is left on the disk", *problems)
            raise Failed(f"terraform {doing}", problems[:_SHOWN], log, cut=code < 0)
        return code

    def deployed(self) -> State:
        data = self._shown("state.json", [])
        urns = {urn: address for address, urn in self._addresses.items()}
        try:
            return state_of(data, rendered_from=self._graph, addresses=urns)
        except NotAState as error:
            raise SandboxError(f"the state cannot be read: {error}") from None

    def _changes(self) -> list[Change]:
        rows = self._shown("second.plan.json", [_PLAN]).get("resource_changes", [])
        return [
            Change(
                self._addresses.get(row["address"], row["address"]), "/".join(row["change"]["actions"]), _fields(row)
            )
            for row in rows
            if row["change"]["actions"] not in (["no-op"], ["read"])
        ]

    def _shown(self, name: str, what: list[str]) -> dict[str, Any]:
        """The plan or state as JSON."""
        file = self.folder / name
        with file.open("wb") as output:
            done = subprocess.run(
                [str(self._program()), "show", "-json", *what],
                cwd=self.folder,
                env=self._environment(),
                stdout=output,
                stderr=subprocess.DEVNULL,
            )
        try:
            found = record.read_json(file)
        except ValueError:
            found = None
        if done.returncode or not isinstance(found, dict):
            raise Failed("terraform show", (f"{what or 'the state'} cannot be read",), file)
        return found

    # -- state

    def forget(self) -> None:
        for file in self.folder.glob(f"{_STATE}*"):
            file.unlink(missing_ok=True)
        (self.folder / ".terraform.tfstate.lock.info").unlink(missing_ok=True)

    # -- saying

    def said(self, address: str, text: str) -> str:
        """A problem with its resource as the program knows it: URN and line, where the address tells them."""
        resource = self._graph.by_urn.get(self._addresses.get(address, ""))
        if resource is None:
            return f"{address}: {text}" if address else text
        place = f" ({resource.source})" if resource.source else ""
        return f"{resource.type} {resource.name}{place}: {text}\n    {resource.urn}"

    def _log(self, name: str) -> Path:
        return self.around.folder / "logs" / f"terraform-{name}.log"

    def _environment(self, *, offline: bool = True) -> dict[str, str]:
        found = {key: os.environ[key] for key in _KEPT if key in os.environ}
        if not offline:
            found |= {key: os.environ[key] for key in _PROXIES if key in os.environ}
        else:
            found |= self.around.way.environment()
        return {
            "GOGC": _COLLECTOR,
            **found,
            **self._variables,
            "TF_CLI_CONFIG_FILE": str((self.folder / "settings.tfrc").resolve()),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "CHECKPOINT_DISABLE": "1",
        }


def _override(providers: bytes, version: str) -> bytes:
    """What stands beside the rendering: where the providers find the emulator is in their environment, this is the rest.
    With a mirror, the provider's full name, since OpenTofu would look for it in a registry of its own."""
    blocks = json.loads(providers)["provider"]["aws"]
    own = {
        "max_retries": 2,
        "s3_use_path_style": True,
        "skip_credentials_validation": True,
        "skip_metadata_api_check": "true",
        "skip_region_validation": True,
        "skip_requesting_account_id": False,
    }
    content: dict[str, Any] = {"provider": {"aws": [{"alias": block["alias"], **own} for block in blocks]}}
    if version:
        content["terraform"] = {"required_providers": {"aws": {"source": PROVIDER, "version": version}}}
    return (json.dumps(content, indent=2) + "\n").encode()


class _Counter:
    """Counts what Terraform tells, for the screen, and keeps its problems."""

    def __init__(self, engine: TerraformEngine, counted: Kind):
        self._engine, self._counted = engine, counted
        self._planned = self._count = self._refreshed = 0
        self._problems: dict[str, None] = {}

    def line(self, line: bytes) -> None:
        """One line of its output."""
        event = event_of(line)
        if event is None:
            return
        screen = self._engine.around.screen
        if event.kind is Kind.PLANNED:
            self._planned += 1
        elif event.kind is Kind.REFRESHED:
            self._refreshed += 1
            if not self._count:
                screen.count(self._refreshed, doing="asked for")
        elif event.kind is Kind.FINISHED and self._counted is Kind.FINISHED:
            self._count += 1
            screen.count(self._count, max(self._planned, self._count), "done")
        elif event.kind is Kind.PROBLEM and event.is_error:
            self._problem(event)

    def _problem(self, event: Event) -> None:
        self._problems.setdefault(self._engine.said(event.address, event.text))

    def problems(self) -> tuple[str, ...]:
        """Its errors, each once."""
        return tuple(self._problems)


def _fields(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths that a plan would change; values stay out of it, they may be secret."""
    change = row["change"]
    if not isinstance(change.get("before"), dict) or not isinstance(change.get("after"), dict):
        return ()
    return tuple(sorted(_different(change["before"], change["after"], ""))[:_SHOWN])


def _different(before: Any, after: Any, path: str) -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            found
            for key in {*before, *after}
            for found in _different(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            found
            for i, (a, b) in enumerate(zip(before, after, strict=True))
            for found in _different(a, b, f"{path}[{i}]")
        ]
    return [] if before == after else [path]


def _last(log: Path) -> str:
    """The end of a log, on one line."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return " ".join(line.strip(" │╵╷") for line in lines[-12:] if line.strip(" │╵╷"))[:800]

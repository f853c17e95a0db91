"""The Pulumi engine: the adapted graph replayed as a program, deployed by Pulumi's own command, state in a folder.

The workspace is the Automation API's; the long commands are run as the other engine's are, so that an interrupt, a kill
and a resumed run mean the same.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pulumi import automation

from operations.sandbox import record
from operations.sandbox.emulated import Emulated
from operations.sandbox.engine import Change, Failed, Name, Surroundings
from operations.sandbox.engine_process import run
from operations.sandbox.faults import SandboxError
from policies.graph import Graph
from policies.sources.deployed import NotAState, State
from policies.sources.states import deployed_in

_PROJECT: Final = "hospital-cloud-sandbox"
_PARALLELISM: Final = 60
_SHOWN: Final = 20
_LONGEST: Final = 1 << 20
_NEVER: Final = ("PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG", "PULUMI_STACK", "PULUMI_PROJECT", "PULUMI_BACKEND_URL")
"""Of the user's own engine: nothing of the sandbox may go to a service."""

_PROGRAM: Final = '''"""Written by the sandbox: the adapted graph of a stack, replayed."""

from pathlib import Path

from operations.sandbox.replay import main

here = Path(__file__).parent
main(here / "graph.json", here / "secrets.json", Path({root!r}))
'''


def on_path(around: Surroundings) -> PulumiEngine:
    """With the `pulumi` that is on PATH. Raises SandboxError."""
    found = shutil.which("pulumi")
    if found is None:
        raise SandboxError(
            "there is no `pulumi` on PATH; let this command ask Pulumi's official installer with --install-engine"
        )
    return PulumiEngine(around, Path(found))


def installed(around: Surroundings) -> PulumiEngine:
    """With an engine that Pulumi's own installer puts into the sandbox's folder, of the SDK's version. Raises
    SandboxError."""
    root = around.folder.parent / "engine"
    around.screen.say(f"asking Pulumi's installer for its engine, into {root}")
    try:
        automation.PulumiCommand.install(root=str(root))
    except Exception as error:
        raise SandboxError(
            f"Pulumi's installer did not install the engine: {' '.join(str(error).split())[:500]}"
        ) from None
    return PulumiEngine(around, root / "bin" / "pulumi")


@dataclass
class PulumiEngine:
    """See `Engine`."""

    around: Surroundings
    program: Path
    name: Name = Name.PULUMI
    _graph: Graph = field(default_factory=lambda: Graph(()))

    @property
    def folder(self) -> Path:
        """Where the project and the state are."""
        return self.around.folder / "pulumi"

    # -- preparation

    def prepare(self, adapted: Emulated) -> None:
        self._graph = adapted.graph
        (self.folder / "state").mkdir(parents=True, exist_ok=True)
        record.write(self.folder / "graph.json", adapted.graph.dumps())
        rows = [{"type": t, "path": p, "value": v} for (t, p), v in self.around.secrets.items()]
        record.write(self.folder / "secrets.json", json.dumps(rows))
        record.write(self.folder / "__main__.py", _PROGRAM.format(root=str(self.around.root)))
        settings = automation.ProjectSettings(
            name=_PROJECT,
            runtime=automation.ProjectRuntimeInfo("python", {"toolchain": "pip", "virtualenv": sys.prefix}),
            backend=automation.ProjectBackend(url=f"file://{self.folder / 'state'}"),
        )
        try:
            workspace = automation.LocalWorkspace(
                work_dir=str(self.folder),
                project_settings=settings,
                env_vars=self._environment(),
                pulumi_command=automation.PulumiCommand(root=str(self.program.parent.parent)),
            )
            automation.Stack.create_or_select(self.around.stack, workspace)
        except Exception as error:
            text = " ".join(str(error).split())[:800]
            raise Failed("preparing the Pulumi project", (text,), self.folder) from None

    # -- the commands

    def apply(self, *, refresh: bool = True) -> None:
        # An empty state has nothing to ask for; what a plain `up` relies on is enough for a state of ours.
        self._run("up", ["up", "--yes", "--skip-preview", *self._asks()])

    def destroy(self) -> None:
        self._run("destroy", ["destroy", "--yes", "--skip-preview", *self._asks()])

    def again(self) -> list[Change]:
        events = self._run("second-plan", ["preview", "--refresh", *self._asks()])
        return [Change(urn, operation, tuple(fields)) for urn, (operation, fields) in sorted(events.changes.items())]

    def deployed(self) -> State:
        try:
            workspace = automation.LocalWorkspace(
                work_dir=str(self.folder),
                env_vars=self._environment(),
                pulumi_command=automation.PulumiCommand(root=str(self.program.parent.parent)),
            )
            exported = workspace.export_stack(self.around.stack)
            return deployed_in({"version": exported.version, "deployment": exported.deployment}, "the Pulumi state")
        except NotAState as error:
            raise SandboxError(f"the state cannot be read: {error}") from None
        except Exception as error:
            text = " ".join(str(error).split())[:800]
            raise Failed("exporting the Pulumi state", (text,), self.folder) from None

    def forget(self) -> None:
        shutil.rmtree(self.folder / "state", ignore_errors=True)

    def _asks(self) -> list[str]:
        return [
            "--non-interactive",
            "--color=never",
            f"--parallel={_PARALLELISM}",
            f"--stack={self.around.stack}",
            f"--event-log={self._events()}",
        ]

    def _events(self) -> Path:
        return self.folder / "events.jsonl"

    def _run(self, doing: str, words: list[str]) -> _Events:
        log = self.around.folder / "logs" / f"pulumi-{doing}.log"
        self._events().unlink(missing_ok=True)
        events = _Events(self)
        code = run(
            [str(self.program), *words],
            folder=self.folder,
            environment=self._environment(),
            log=log,
            follow=self._events(),
            on_line=events.line,
            on_start=self.around.on_start,
        )
        if code:
            problems = tuple(events.problems) or (_last(log),)
            raise Failed(f"pulumi {doing}", problems[:_SHOWN], log, cut=code < 0)
        return events

    def _environment(self) -> dict[str, str]:
        found = {
            key: value
            for key, value in os.environ.items()
            if key not in _NEVER and not key.startswith("AWS_") and not key.upper().endswith("_PROXY")
        }
        return {
            **found,
            **self.around.way.environment(),
            "PATH": f"{self.program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            # Nothing real is in this state: what the stack has as secrets is made up here.
            "PULUMI_CONFIG_PASSPHRASE": "sandbox",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DEBUG_COMMANDS": "true",  # the event log is an option of these
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
        }

    def said(self, urn: str, text: str) -> str:
        """A problem with its resource as the stack knows it: components are not part of a replayed URN."""
        kind, _, name = urn.rpartition("::")
        found = next((r for r in self._graph.resources if r.name == name and kind.endswith(r.type)), None)
        if found is None:
            return f"{urn}: {text}" if urn else text
        place = f" ({found.source})" if found.source else ""
        return f"{found.type} {found.name}{place}: {text}\n    {found.urn}"


class _Events:
    """The engine's events, line by line, parsed as hostile text."""

    def __init__(self, engine: PulumiEngine):
        self._engine = engine
        self._done = 0
        self._total = sum(1 for r in engine._graph.resources if r.custom)
        self.problems: dict[str, None] = {}
        self.changes: dict[str, tuple[str, list[str]]] = {}

    def line(self, line: bytes) -> None:
        """One line of the event log."""
        if len(line) > _LONGEST:
            return
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(event, dict):
            return
        self._step(event.get("resOutputsEvent"), done=True)
        self._step(event.get("resourcePreEvent"), done=False)
        problem = event.get("diagnosticEvent")
        if isinstance(problem, dict) and problem.get("severity") == "error":
            text = " ".join(str(problem.get("message", "")).split())[:1500]
            self.problems.setdefault(self._engine.said(str(problem.get("urn", "")), text))

    def _step(self, data: Any, *, done: bool) -> None:
        metadata = data.get("metadata") if isinstance(data, dict) else None
        if not isinstance(metadata, Mapping):
            return
        urn, operation = str(metadata.get("urn", "")), str(metadata.get("op", ""))
        if done:
            self._done += 1
            self._engine.around.screen.count(self._done, max(self._total, self._done), "done")
        elif operation not in ("same", "read", "refresh") and "pulumi:pulumi:Stack" not in urn:
            fields = metadata.get("diffs")
            self.changes[urn] = (operation, [str(f) for f in fields][:_SHOWN] if isinstance(fields, list) else [])


def _last(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return " ".join(line.strip() for line in lines[-15:] if line.strip())[:1000]

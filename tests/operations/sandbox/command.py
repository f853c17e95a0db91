"""The sandbox's own command, run as a user runs it: in a folder of its own, which is all that it may write in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from operations.sandbox import record, stack_graph
from operations.sandbox.faults import SandboxError
from operations.sandbox.record import Phase, Record
from operations.sandbox.terraform_cli import find_mirror, find_program
from policies.graph import Graph
from tests.conftest import ROOT

_LONGEST_S: Final = 1500


def missing() -> str:
    """Why the real provider cannot be had here; empty where it can."""
    try:
        there = find_program() is not None and find_mirror() is not None
    except SandboxError:
        there = False
    return "" if there else "needs terraform and the hashicorp/aws provider in a local mirror (TF_PLUGIN_DIR)"


class Command:
    """The command, for one stack."""

    def __init__(self, folder: Path, stack: str, module: str = "operations.sandbox"):
        self.folder, self.stack, self.module = folder, stack, module

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", self.module, *words, "--stack", self.stack]
        if words[0] != "status":
            command += ["--engine", "terraform"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, *words: str) -> tuple[int, str]:
        """Its exit code, and what it said."""
        done = self.start(*words)
        said, _ = done.communicate(timeout=_LONGEST_S)
        return done.returncode, said

    @property
    def sandbox(self) -> Path:
        return self.folder / "out" / "sandbox" / self.stack

    def record(self) -> Record:
        return record.load(self.sandbox, self.stack)[0]

    def discard(self) -> None:
        """Leaves no emulator behind, whatever happened."""
        if self.record().server is not None:
            self.run("down", "--discard")

    def knows(self, graph: Graph) -> None:
        """Spares it the making of a stack's graph: as after an earlier run, in which nothing has changed."""
        of = stack_graph.fingerprint(stack_graph.file_of(str(ROOT / "stacks" / f"Pulumi.{self.stack}.yaml")))
        record.write(self.sandbox / "graph.json", graph.dumps())
        record.save(self.sandbox, Record(self.stack).with_done(Phase.GRAPH, 0, of))

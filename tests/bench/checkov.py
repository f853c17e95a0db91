"""Checkov's checks through us, and by its own command, on the same plan: CPU seconds of all processes."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import tempfile
from pathlib import Path

from policies.checkov_runner import environment
from policies.checkov_runner.ask import ask
from policies.graph import Graph
from policies.terraform.plan import plan_of


def _cpu_s() -> float:
    rows = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(row.ru_utime + row.ru_stime for row in rows)


def through_us(graph: Graph) -> tuple[int, float]:
    """Findings, and what rendering, Checkov's process and reading its answer cost."""
    environment.python()
    before = _cpu_s()
    answer = ask(plan_of(graph).document)
    return sum(r.result in ("PASSED", "FAILED") for r in answer.results), _cpu_s() - before


def own_command(graph: Graph) -> tuple[int, float]:
    """The same by `checkov -f plan.json`, which is told to ask nobody anything."""
    python = environment.python()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "plan.json")
        file.write_text(json.dumps(plan_of(graph).document))
        command = [str(python), "-I", "-m", "checkov.main", "-f", str(file), "--framework", "terraform_plan"]
        nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
        before = _cpu_s()
        done = subprocess.run(
            [*command, "--skip-download", "--compact", "-o", "json"],
            cwd=folder,
            env={**os.environ, **nowhere},
            capture_output=True,
            text=True,
        )
        summary = json.loads(done.stdout)["summary"]
        return summary["passed"] + summary["failed"], _cpu_s() - before

"""`make bench`: what a preview and the rules cost, as ratios in one run. Each figure is the median of three processes.

Where a `pulumi` is on PATH its own preview of the same workload, with the same rules as a policy pack and a provider that answers at
once, is measured too: what a user would run instead.

After the cost comes the detection: how many mutants of the reference stacks the gate finds, false positives, and what Checkov
alone finds of those that one resource can express. BENCH_MUTANTS=N judges one of N (left out: all); 0 leaves detection out.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.truth import provider_schema

ROOT = Path(__file__).resolve().parents[2]
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
MUTANTS = int(os.environ.get("BENCH_MUTANTS", "1"))


def measured(what: str, argument: str) -> dict[str, float]:
    rows = []
    for _ in range(RUNS):
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.measure", what, argument],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        rows.append(json.loads(done.stdout.strip().splitlines()[-1]))
    return {key: statistics.median(row[key] for row in rows) for key in rows[0]}


def engine(sites: int) -> dict[str, float] | None:
    """`pulumi preview` of the workload with the policy pack, CPU of all its processes."""
    if shutil.which("pulumi") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "Pulumi.yaml").write_text(
            f"name: bench\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
        )
        (work / "__main__.py").write_text(
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom tests.bench.workload import run\nrun({sites})\n"
        )
        (work / "state").mkdir()
        environment = {
            **os.environ,
            "PATH": f"{os.environ['PATH']}{os.pathsep}{ROOT / 'tests/engine/plugin'}",
            "PULUMI_BACKEND_URL": f"file://{work / 'state'}",
            "PULUMI_HOME": str(work / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "bench",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_API": "http://127.0.0.1:9",
            "HOSPITAL_CLOUD_PYTHON": sys.executable,
        }
        subprocess.run(["pulumi", "stack", "init", "bench"], cwd=work, env=environment, check=True, capture_output=True)
        command = ["pulumi", "preview", "--non-interactive", "--policy-pack", str(ROOT / "policies")]
        before, started = os.times(), time.monotonic()
        subprocess.run(command, cwd=work, env=environment, capture_output=True)  # red: the workload is not ours
        after = os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return {"cpu_s": cpu, "wall_s": time.monotonic() - started, "memory_mb": 0, "resources": 0}


def detection() -> int:
    """Prints what of the mutants is found; 1 where one that matters is neither found nor listed."""
    print("\nMutants of the reference stacks:\n", flush=True)
    measured_all = subprocess.run([sys.executable, "-m", "tests.mutants.measure", str(MUTANTS)], cwd=ROOT)
    print("\nThe same beside Checkov, one of each kind:\n", flush=True)
    beside = subprocess.run([sys.executable, "-m", "tests.mutants.with_checkov"], cwd=ROOT, stderr=subprocess.DEVNULL)
    return max(measured_all.returncode, beside.returncode)


def main() -> int:
    rows: list[tuple[str, dict[str, float]]] = []
    for label, what, argument in (
        ("8 sites, door 1 + all rules", "rules", "8"),
        ("64 sites, door 1 alone", "record", "64"),
        ("64 sites, door 1 + all rules", "rules", "64"),
        ("64 sites, stock mocks, no rules", "mocks", "64"),
        ("8 sites, Terraform rendering alone", "render", "8"),
        ("64 sites, Terraform rendering alone", "render", "64"),
        ("64 sites, Checkov's checks through us (findings, not resources)", "checkov", "64"),
        ("64 sites, Checkov's own command on the same plan", "checkov-command", "64"),
        ("preview of cn-tertiary", "preview", "cn-tertiary"),
    ):
        print(f"measuring: {label}", file=sys.stderr, flush=True)
        rows.append((label, measured(what, argument)))
    if not provider_schema.missing():
        rows.append(("terraform plan of cn-tertiary (init and plan)", measured("plan", "cn-tertiary")))
    found = engine(64)
    if found:
        rows.append(("64 sites, pulumi preview + policy pack", found))
    base = dict(rows)["64 sites, door 1 + all rules"]["cpu_s"]
    print("| what | resources | CPU s | wall s | MB | CPU, times door 1 + rules at 64 |\n|---|---|---|---|---|---|")
    for label, row in rows:
        print(
            f"| {label} | {row['resources']:.0f} | {row['cpu_s']:.2f} | {row['wall_s']:.2f} | {row['memory_mb']:.0f} | {row['cpu_s'] / base:.2f} |"
        )
    if not found:
        print("\nNo `pulumi` on PATH: the engine's own preview was not measured.")
    return detection() if MUTANTS else 0


if __name__ == "__main__":
    sys.exit(main())

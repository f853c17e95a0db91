"""`make test`: everything CI runs, fast things first. Ends with the first step that fails."""

import subprocess
import sys
import time
from pathlib import Path

from tests.order import PROCESSES

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

STEPS = (
    ("lint", [BIN / "ruff", "check", "."]),
    ("format", [BIN / "ruff", "format", "--check", "--quiet", "."]),
    ("types", [BIN / "mypy"]),
    ("tests", [sys.executable, "-m", "pytest", "-n", str(PROCESSES), "--dist", "worksteal"]),
)


def main() -> int:
    for name, command in STEPS:
        started = time.monotonic()
        print(f"== {name}", flush=True)
        done = subprocess.run([str(part) for part in command], cwd=ROOT)
        print(
            f"== {name}: {'ok' if done.returncode == 0 else 'FAILED'}, {time.monotonic() - started:.0f} s", flush=True
        )
        if done.returncode != 0:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

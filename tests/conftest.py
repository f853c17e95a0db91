"""Shared fixtures, and the law of skips: one that tests/skips.toml does not list is a failure."""

from __future__ import annotations

import fcntl
import fnmatch
import gc
import json
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from policies.graph import Graph
from tests.order import spread

ROOT = Path(__file__).resolve().parent.parent
SLOW_S = 5
"""How long a slow test takes that does not say it: `@pytest.mark.slow(seconds)`."""
STACKS = ("cn-clinic", "cn-county-alliance", "cn-tertiary", "dev", "eu-university")


def pytest_configure() -> None:
    # Graphs live to the end of a run: collecting them again and again is most of what it would cost.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    # So does what Terraform's provider knows of AWS: a fourth of its work would be collecting that.
    os.environ.setdefault("GOGC", "400")
    # How long an example takes says what else the machine does: there are more test processes than cores.
    settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("shared machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests after the fast ones; where several processes share them, spread over these (tests/order.py)."""
    marks = {i: mark for i, test in enumerate(items) if (mark := test.get_closest_marker("slow"))}
    slow = {i: float((*mark.args, SLOW_S)[0]) for i, mark in marks.items()}
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes > 1:
        groups = {i: group for i in slow if (group := _group(items[i], timed=bool(marks[i].args)))}
        items[:] = spread(items, slow, groups, processes)
    else:
        items[:] = [*(t for i, t in enumerate(items) if i not in slow), *(items[i] for i in slow)]


def _group(test: pytest.Item, *, timed: bool) -> str:
    """Those that say so stay together, and those of a module that do not say how long they take: it prepares for them all."""
    if mark := test.get_closest_marker("xdist_group"):
        return str(mark.args[0])
    return "" if timed else test.nodeid.partition("::")[0]


@pytest.fixture(scope="session")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Graph]:
    """The graph of each of our stacks, recorded once for all test processes."""
    return {
        stack: Graph.from_json(_shared(tmp_path_factory, f"graph-{stack}", lambda s=stack: _record(s)))
        for stack in STACKS
    }


def _record(stack: str) -> dict[str, object]:
    from infra import program
    from infra.judgement import engine_config
    from infra.settings import load
    from policies.sources.program import record

    loaded = load(ROOT / "stacks" / f"Pulumi.{stack}.yaml")
    recording = record(
        program.main,
        project="hospital-cloud",
        stack=stack,
        jurisdiction=loaded.hospital.law,
        config=engine_config(loaded.hospital),
        root=ROOT,
    )
    return recording.graph.to_json()


def _shared(factory: pytest.TempPathFactory, name: str, make: Callable[[], dict[str, object]]) -> dict[str, object]:
    """A value made by the first test process that asks, read by the others."""
    base = factory.getbasetemp()
    folder = base.parent if "popen-" in base.name else base
    path, lock = folder / f"{name}.json", folder / f"{name}.lock"
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not path.exists():
            part = path.with_suffix(".part")
            part.write_text(json.dumps(make()))
            part.rename(path)
        return json.loads(path.read_text())


# --- skips -----------------------------------------------------------------------------------------------------------


def _listed() -> list[dict[str, str]]:
    return tomllib.loads((ROOT / "tests" / "skips.toml").read_text())["skip"]


def unlisted_skips(skipped: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The (test id, reason) pairs that no row of skips.toml allows."""
    rows = _listed()
    return [
        (test, reason)
        for test, reason in skipped
        if not any(fnmatch.fnmatchcase(test, row["test"]) and row["reason"] in reason for row in rows)
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [(report.nodeid, _reason(report)) for report in terminalreporter.stats.get("skipped", [])]
    bad = unlisted_skips(skipped)
    terminalreporter.section("skips")
    for test, reason in skipped:
        terminalreporter.write_line(f"{'NOT LISTED ' if (test, reason) in bad else ''}skipped {test}: {reason}")
    if not skipped:
        terminalreporter.write_line("none")


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = [(report.nodeid, _reason(report)) for report in reporter.stats.get("skipped", [])]
    if unlisted_skips(skipped) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    text = report.longrepr
    reason = text[2] if isinstance(text, tuple) else str(text)
    return reason.removeprefix("Skipped: ")

"""Runs many foreign programs through door 1 and the rules: each in a process forked from one that has the SDK loaded,
by the same code that runs in the child of an audit, limits and refused network included.

`python -m tests.programs.foreign.run [NUMBER]` runs so many (all, when none is named) and prints what came out.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from policies.context import of_jurisdiction
from policies.engine import judge
from policies.results import Severity, Verdict
from policies.sources import child, child_main
from policies.sources.child import ProgramFailed, record_in_child
from tests.programs.foreign.examples import Example, examples, sample

TIME_LIMIT_S = 60
_LOUD = frozenset({Verdict.FAIL, Verdict.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one program."""

    id: str
    sentence: str
    """Why it could not be run; empty: it was judged."""
    crash: str
    """A fault of ours: not a verdict and not a sentence; empty: none."""
    resources: int = 0
    fired: tuple[str, ...] = ()
    """Rules of every severity that failed or could not decide."""
    gating: tuple[str, ...] = ()
    seconds: float = 0.0


def run(chosen: Iterable[Example], jurisdiction: str = "cn-mainland") -> Iterator[Result]:
    """Runs and judges; those of one service together, so that its part of the SDK is loaded once."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(child, "_ask", _ask):
        for example in sorted(chosen, key=lambda e: e.id):
            with suppress(ImportError):
                importlib.import_module(f"pulumi_aws.{example.service}")
            yield _one(example, Path(folder), jurisdiction)


def _one(example: Example, folder: Path, jurisdiction: str) -> Result:
    started = time.monotonic()
    main = folder / "__main__.py"
    main.write_text(example.program, encoding="utf-8")
    try:
        recording = record_in_child(
            main,
            root=folder,
            project="foreign",
            stack="dev",
            jurisdiction=jurisdiction,
            time_limit_s=TIME_LIMIT_S,
        )
    except ProgramFailed as failed:
        text = str(failed)
        crash = text if "ended without an answer" in text or "policies/sources" in text or not text.strip() else ""
        return Result(example.id, text, crash, seconds=time.monotonic() - started)
    try:
        report = judge(recording.graph, of_jurisdiction(jurisdiction))
    except Exception as error:
        return Result(example.id, "", f"{type(error).__name__}: {error}")
    loud = [f for f in report.findings if f.verdict in _LOUD]
    threw = sorted({f"{f.rule}: {f.found}" for f in loud if f.found.startswith("the rule itself failed")})
    return Result(
        example.id,
        "",
        "; ".join(threw),
        resources=len(recording.graph.resources),
        fired=tuple(sorted({f.rule for f in loud})),
        gating=tuple(sorted({f.rule for f in loud if f.severity >= Severity.MEDIUM})),
        seconds=time.monotonic() - started,
    )


def _ask(request: dict[str, Any], _on_resource: Any, time_limit_s: int) -> dict[str, Any]:
    """`policies.sources.child._ask` with a fork in place of a new interpreter."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _in_the_fork(request, reader, writer, time_limit_s)
    os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        text = answers.read()  # the limit on the fork's time ends it
    os.waitpid(pid, 0)
    return child._parsed(text, b"")


def _in_the_fork(request: dict[str, Any], reader: int, writer: int, time_limit_s: int) -> None:
    try:
        os.close(reader)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        spent = resource.getrusage(resource.RUSAGE_SELF)
        limit = time_limit_s + int(spent.ru_utime + spent.ru_stime)
        sys.stdin = io.StringIO(json.dumps({**request, "time_limit_s": limit}))
        child_main.main(writer)
    finally:
        os._exit(0)


def summary(results: list[Result]) -> str:
    """The numbers, as lines."""
    judged = [r for r in results if not r.sentence and not r.crash]
    red = [r for r in judged if r.gating]
    kinds = Counter(_kind(r.sentence) for r in results if r.sentence and not r.crash)
    lines = [
        f"{len(results)} programs: {len(judged)} judged ({len(red)} with something that stops the gate), "
        f"{sum(kinds.values())} answered with a sentence, {sum(bool(r.crash) for r in results)} faults",
        *(f"  {count:5d} {kind}" for kind, count in kinds.most_common(12)),
    ]
    lines += [f"  FAULT {r.id}: {r.crash[:300]}" for r in results if r.crash]
    return "\n".join(lines)


def _kind(sentence: str) -> str:
    text = sentence.partition("__main__.py:")[2] or sentence
    return text.lstrip("0123456789: ")[:70]


def main() -> int:
    chosen = sample(int(sys.argv[1])) if len(sys.argv) > 1 else examples()
    results = list(run(chosen))
    print(summary(results))
    return 1 if any(r.crash for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())

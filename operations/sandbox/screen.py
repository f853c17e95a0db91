"""What a run shows while it works: a bar a step on a terminal, plain lines elsewhere. Results go to stdout, this to
stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

_EVERY_S: Final = 10
"""Seconds between two lines of one step where no terminal is."""


class Screen:
    """Says which step is at work and how far it is."""

    def __init__(self, what: str, stream: TextIO | None = None):
        self._what, self._stream = what, stream or sys.stderr
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._step, self._total, self._count, self._said = "", 0, 0, 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step, from beginning to end."""
        self._step, self._total, self._count, self._said = name, 0, 0, time.monotonic()
        if not self._stream.isatty():
            self.say(f"{name} ...")
            yield
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[count]}", markup=False),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(file=self._stream), transient=True) as self._progress:
            self._task = self._progress.add_task(f"{self._what}: {name}", total=None, count="")
            try:
                yield
            finally:
                self._progress, self._task = None, None

    def count(self, done: int, total: int = 0, doing: str = "") -> None:
        """So many are done, of so many (0: not known yet)."""
        text = f"{done} of {total} {doing}" if total else f"{done} {doing}"
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total or None, count=text.strip())
        elif time.monotonic() - self._said > _EVERY_S:
            self._said = time.monotonic()
            self.say(f"{self._step}: {text.strip()}")

    def say(self, text: str) -> None:
        """A line that stays."""
        if self._progress is not None:
            self._progress.console.print(f"{self._what}: {text}", markup=False, highlight=False)
        else:
            print(f"{self._what}: {text}", file=self._stream, flush=True)

"""What a verb writes: results on stdout, progress and sentences on stderr. Colours only on a terminal that wants them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from infra.cli.guard import hush

_WIDTH_OF_A_FILE = 160
"""Columns of tables where stdout is no terminal."""
_EVERY = 250
"""Resources between two lines of progress where stderr is no terminal."""


def console(stream: TextIO | None = None) -> Console:
    """A console on stdout that leaves long lines whole where it is no terminal."""
    stream = stream or sys.stdout
    narrow = stream.isatty()
    return Console(
        file=stream, width=None if narrow else _WIDTH_OF_A_FILE, soft_wrap=not narrow, highlight=False, emoji=False
    )


@contextmanager
def printing() -> Iterator[None]:
    """A reader who goes away (`| head`) does not change the verdict."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        hush()


def show(*parts: RenderableType) -> None:
    """Prints to stdout, one part a block."""
    with printing():
        out = console()
        for part in parts:
            out.print(part)


def text(value: str) -> None:
    """Prints text as it is: JSON for a program that reads it."""
    with printing():
        sys.stdout.write(value)


def _english(text: str, *values: object) -> str:
    return text.format(*values) if values else text


class Reporter:
    """Says which step a verb is at, and how many resources there are so far, in the words of `say`."""

    def __init__(self, what: str, progress: Progress | None, say: Callable[..., str] = _english):
        self.what, self._progress, self._say = what, progress, say
        self._task = progress.add_task(what, total=None, count="") if progress else None

    def step(self, doing: str) -> None:
        """The next step has begun."""
        doing = self._say(doing)
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=f"{self.what}: {doing}")
        else:
            print(f"{self.what}: {doing}", file=sys.stderr, flush=True)

    def count(self, resources: int) -> None:
        """So many resources have been registered."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, count=self._say("{0} resources", resources))
        elif resources % _EVERY == 0:
            print(f"{self.what}: {self._say('{0} resources', resources)}", file=sys.stderr, flush=True)

    def part(self, done: int, of: int) -> None:
        """So many parts of a known number are done."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=of, count=self._say("{0} of {1} done", done, of))
        elif done % _EVERY == 0 or done == of:
            print(f"{self.what}: {self._say('{0} of {1} done', done, of)}", file=sys.stderr, flush=True)


@contextmanager
def reporting(what: str, say: Callable[..., str] = _english) -> Iterator[Reporter]:
    """Progress on stderr: a moving line on a terminal, plain lines elsewhere."""
    if not sys.stderr.isatty():
        yield Reporter(what, None, say)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[count]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(sys.stderr), transient=True) as progress:
        yield Reporter(what, progress, say)

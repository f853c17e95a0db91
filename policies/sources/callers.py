"""Which line of a program asked for something that is answered later, in a task of its own: by then the program's frames
are gone, so the line is kept in the task's context when the task is made."""

from __future__ import annotations

import asyncio
import sys
from contextvars import ContextVar, copy_context
from pathlib import Path
from types import FrameType
from typing import Any

from policies.graph import Place

_caller: ContextVar[Place | None] = ContextVar("caller", default=None)
_OURS = str(Path(__file__).resolve().parents[1]) + "/"
_INSTALLED = tuple(str(Path(p).resolve()) + "/" for p in {sys.prefix, sys.base_prefix})


def caller() -> Place | None:
    """The line of the program that led to what is running now."""
    return _place() or _caller.get()


def task_factory(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
    """Makes a task as asyncio does; one that calls the engine remembers its caller."""
    if "context" not in options and _calls_the_engine(getattr(coroutine, "__qualname__", "")):
        place = _place()
        if place is not None:
            options["context"] = copy_context()
            options["context"].run(_caller.set, place)
    return asyncio.Task(coroutine, loop=loop, **options)


def _calls_the_engine(name: str) -> bool:
    """By the SDK's own names: looking at the stack for each of its many tasks would cost."""
    return name.endswith("rpc_wrapper") or "do_invoke" in name


def _place() -> Place | None:
    """The innermost frame of the program on this stack."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if is_program(frame.f_code.co_filename):
            return Place(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return None


def is_program(file: str) -> bool:
    """Whether a file is the program's own, not ours and not installed."""
    return not (file.startswith((*_INSTALLED, _OURS, "<")) or "/site-packages/" in file)

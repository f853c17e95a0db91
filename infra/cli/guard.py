"""What stands between a verb and its user: one exit code of three, one sentence a fault, never a traceback.

0: complies. 1: something is violated. 2: bad input, a fault, or what could not be decided. No other code.
"""

from __future__ import annotations

import errno
import functools
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec

import typer

P = ParamSpec("P")

FAULT = 2
_LONGEST = 2000


class Refused(Exception):
    """The user asked for something that cannot be; the text is the sentence that says so."""


def guarded(verb: Callable[P, int]) -> Callable[P, int]:
    """The verb, with every way out of it turned into an exit code and, where it is a bad one, a sentence."""

    @functools.wraps(verb)
    def run(*arguments: P.args, **options: P.kwargs) -> int:
        try:
            code = verb(*arguments, **options)
            sys.stdout.flush()
            return code
        except (KeyboardInterrupt, typer.Abort):
            return said("interrupted")
        except BrokenPipeError:
            hush()
            return FAULT
        except Exception as error:
            return said(sentence(error))

    return run


def sentence(error: BaseException) -> str:
    """What a user is told of an exception: its own words where it was raised for the user, else where the details of
    the fault were written."""
    if isinstance(error, Refused) or type(error).__name__ in _for_users(error):
        return str(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        return f"cannot write: {error.strerror}"
    text = " ".join(str(error).split())[:300]
    where = _log(error)
    kept = f"the details are in {where}" if where else "the details could not be written anywhere"
    return f"a fault of hospital-cloud, not of your input: {type(error).__name__}{': ' + text if text else ''}; {kept}"


def _for_users(error: BaseException) -> tuple[str, ...]:
    """The exceptions whose text is a sentence already, by name: importing their modules would cost more than the whole
    of `--help`. Only ours and Pulumi's own count."""
    if type(error).__module__.partition(".")[0] not in ("infra", "operations", "policies", "pulumi"):
        return ()
    return (
        "LiveError",
        "StackFileErrors",
        "NotAProject",
        "NotBootstrapped",
        "NotAGraph",
        "NotAState",
        "BadBase",
        "BadGaps",
        "BadWaivers",
        "NoSuchFramework",
        "BadRole",
        "ProgramFailed",
        "BadContext",
        "CheckovFailed",
        "NoEnvironment",
        "RunError",
        "TooManyResources",
        "Unclear",
    )


def said(text: str) -> int:
    """Writes a sentence to stderr, harmless for the terminal, and gives the code for it."""
    lines = [_plain(line)[:_LONGEST] for line in text.splitlines()] or [""]
    try:
        print(f"hospital-cloud: {lines[0]}", *lines[1:], sep="\n", file=sys.stderr, flush=True)
    except OSError:
        hush()
    return FAULT


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def _log(error: BaseException) -> str | None:
    """Writes the traceback, without values of variables, to a file; its name, or None."""
    name = f"fault-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    for folder in (Path("out"), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("".join(traceback.format_exception(error)), encoding="utf-8")
            return str(folder / name)
        except OSError:
            continue
    return None


def hush() -> None:
    """Nobody reads what is printed any more: let the rest go nowhere, so that ending says nothing either."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)

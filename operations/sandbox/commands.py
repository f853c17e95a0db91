"""The commands of the sandbox, and what stands between them and whoever runs them: one exit code of three, one
sentence a fault.

0: everything is as it has to be. 1: it is not: a second plan is not empty, verify found something, something is left.
2: it could not be done.
"""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console

from operations.live import LiveError
from operations.sandbox import emulator, life, record, stack_graph, summary, verifying
from operations.sandbox.engine import Failed, Name
from operations.sandbox.faults import CutOff, NotAsWanted, SandboxError
from operations.sandbox.gaps import reviewed
from operations.sandbox.life import Sandbox
from operations.sandbox.screen import Screen

VIOLATED, FAULT = 1, 2
_WIDTH = 200
"""Columns of tables where stdout is no terminal."""
_FOLDER_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"


def main(arguments: Sequence[str]) -> int:
    """Runs one command; the exit code."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    try:
        return int(options.command(options))
    except NotAsWanted as found:
        return _said(str(found), VIOLATED)
    except Failed as failure:
        return _said(f"{failure}\nWhat was done stays: run the same command again to go on.", FAULT)
    except (SandboxError, LiveError) as error:
        return _said(str(error), FAULT)
    except CutOff as cut:
        return _said(str(cut), FAULT)
    except KeyboardInterrupt:
        return _said("interrupted; run the same command again to go on", FAULT)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _said(f"cannot write: {error.strerror}; make room, and run the same command again to go on", FAULT)
        return _said(_fault(error), FAULT)
    except Exception as error:
        return _said(_fault(error), FAULT)


def _interrupted(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def _said(text: str, code: int) -> int:
    lines = ["".join(c if c.isprintable() else "?" for c in line) for line in text.splitlines()] or [""]
    print(f"sandbox: {lines[0]}", *lines[1:], sep="\n", file=sys.stderr, flush=True)
    return code


def _fault(error: BaseException) -> str:
    text = " ".join(str(error).split())[:300]
    handle, name = tempfile.mkstemp(prefix="hospital-cloud-sandbox-", suffix=".log")
    with os.fdopen(handle, "w") as out:
        out.write("".join(traceback.format_exception(error)))
    return f"a fault of the sandbox, not of your input: {type(error).__name__}: {text}; the details are in {name}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m operations.sandbox", description="A stack in an AWS emulator on this machine."
    )
    commands = parser.add_subparsers(required=True, metavar="start | up | down | status | all")
    for name, command, text in (
        ("start", _start, "only start the emulator, and say where it answers"),
        ("up", _up, "deploy a stack, plan again, verify"),
        ("down", _down, "take it down, and show that nothing is left"),
        ("status", _status, "what is there"),
        ("all", _all, "every stack, one after the other: up, then down"),
    ):
        one = commands.add_parser(name, help=text, description=text)
        one.set_defaults(command=command)
        if name != "all":
            whole = name in ("down", "status")
            text = "name of a stack, or path of its file" + ("; left out: each that stands" if whole else "")
            one.add_argument("--stack", required=not whole, help=text)
        if name != "status":
            one.add_argument("--engine", choices=[n.value for n in Name], default=Name.AUTO.value)
            one.add_argument("--install-engine", action="store_true", help="ask Pulumi's installer for its engine")
            one.add_argument("--keep", action="store_true", help="leave the emulator running in the end")
            if name == "down":
                one.add_argument("--discard", action="store_true", help="only end the emulator, with all that is in it")
            one.add_argument("--port", type=_port, default=0, help="of the emulator; left out: any that is free")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; wanted: 0 to 65535")
    return int(text)


@contextmanager
def _opened(options: argparse.Namespace, stack: str) -> Iterator[Sandbox]:
    file = stack_graph.file_of(stack)
    name = stack_graph.name_of(file)
    folder = (life.FOLDER / ("".join(c if c in _FOLDER_NAME else "-" for c in name) or "stack")).resolve()
    screen = Screen(name)
    with life.locked(folder):
        found, problem = record.load(folder, name)
        if problem:
            screen.say(problem)
        yield Sandbox(
            folder,
            file,
            screen,
            found,
            engine_name=Name(options.engine),
            port=options.port,
            install_engine=options.install_engine,
        )


def _start(options: argparse.Namespace) -> int:
    with _opened(options, options.stack) as sandbox:
        sandbox.read_graph(sandbox.file)
        sandbox.start_emulator()
        print(f"the emulator answers at http://{emulator.HOST}:{sandbox.server.port}")
        return 0


def _up(options: argparse.Namespace) -> int:
    with _opened(options, options.stack) as sandbox:
        return up(sandbox)


def up(sandbox: Sandbox) -> int:
    """Deploys, plans again, verifies, shows the summary."""
    life.up(sandbox)
    report = verifying.verify(sandbox)
    if sandbox.adapted is None:
        raise SandboxError("no graph was read")
    done = summary.summary_of(
        sandbox.record, sandbox.graph, sandbox.adapted, sandbox.added, reviewed(), verifying.counts(report)
    )
    summary.keep(sandbox.folder, done)
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else _WIDTH)
    verifying.show(console, report)
    summary.show(console, sandbox.folder, done)
    return report.exit_code


def _down(options: argparse.Namespace) -> int:
    if options.stack:
        return _taken_down(options, options.stack)
    named = stack_graph.all_stacks()
    standing = sorted(file.parent.name for file in life.FOLDER.glob(f"*/{record.FILE}"))
    if not standing:
        print("no sandbox stands: nothing is there to be taken down", file=sys.stderr)
    code = _each(options, [name for name in named if name in standing], _taken_down)
    for name in standing:
        if name not in named:
            code = _said(f"{name} was made of a file that is not in stacks/: name it with --stack", FAULT)
    return code


def _taken_down(options: argparse.Namespace, stack: str) -> int:
    with _opened(options, stack) as sandbox:
        return discard(sandbox) if options.discard else down(sandbox, keep=options.keep)


def down(sandbox: Sandbox, *, keep: bool) -> int:
    """Retires, destroys, asks what is left, ends the emulator."""
    server = sandbox.record.server
    sandbox.stop_what_works()
    if server is None or not emulator.answers(server):
        if server is not None:
            emulator.stop(server)
        _forget(sandbox)
        sandbox.screen.say("no emulator runs for this stack: nothing is there to be taken down")
        return 0
    left = life.take_down(sandbox)
    if not keep:
        emulator.stop(server)
        _forget(sandbox)
        sandbox.screen.say("the emulator was stopped")
    if left:
        lines = [f"  {one.what} in {one.account}, {one.region}: {one.item}" for one in left[:50]]
        raise NotAsWanted("\n".join((f"{len(left)} things are left of {sandbox.stack}:", *lines)))
    sandbox.screen.say("nothing is left of it: asked of the emulator itself")
    return 0


def discard(sandbox: Sandbox) -> int:
    """Ends the emulator: what was in its memory is gone, whatever state it was in. Shows nothing of how a stack ends."""
    sandbox.stop_what_works()
    server = sandbox.record.server
    ended = server is not None and emulator.stop(server)
    _forget(sandbox)
    sandbox.screen.say("the emulator was stopped, with all that was in it" if ended else "no emulator runs")
    return 0


def _forget(sandbox: Sandbox) -> None:
    """Logs and summary stay; what only means something together with an emulator goes."""
    for name in ("terraform", "pulumi"):
        shutil.rmtree(sandbox.folder / name, ignore_errors=True)
    (sandbox.folder / record.FILE).unlink(missing_ok=True)


def _status(options: argparse.Namespace) -> int:
    stacks = [stack_graph.name_of(stack_graph.file_of(options.stack))] if options.stack else stack_graph.all_stacks()
    for name in stacks:
        found, problem = record.load(life.FOLDER / name, name)
        server = found.server
        lives = server is not None and emulator.answers(server)
        steps = ", ".join(found.done) or "nothing done"
        where = f"the emulator answers at http://{emulator.HOST}:{server.port}" if lives and server else "no emulator"
        print(f"{name}: {problem or where}; {steps}")
    return 0


def _all(options: argparse.Namespace) -> int:
    return _each(options, stack_graph.all_stacks(), _whole)


def _whole(options: argparse.Namespace, stack: str) -> int:
    with _opened(options, stack) as sandbox:
        code = up(sandbox)
        return code if options.keep else max(code, down(sandbox, keep=False))


def _each(options: argparse.Namespace, names: Sequence[str], work: Callable[[argparse.Namespace, str], int]) -> int:
    """One stack's fault does not hide what the others have to show. The worst code."""
    worst = 0
    for name in names:
        try:
            code = work(options, name)
        except NotAsWanted as found:
            code = _said(f"{name}: {found}", VIOLATED)
        except (SandboxError, LiveError, Failed) as error:
            code = _said(f"{name}: {error}", FAULT)
        worst = max(worst, code)
    return worst

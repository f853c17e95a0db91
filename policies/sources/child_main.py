"""The child's side of `policies.sources.child`: takes a request on stdin, answers on the file descriptor it is given."""

from __future__ import annotations

import ctypes
import errno
import gc
import json
import os
import resource
import runpy
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

_PROGRESS_EVERY = 25


def main(descriptor: int) -> None:
    """Runs the program and writes one line of JSON; progress lines begin with `#`."""
    request = json.load(sys.stdin)
    _limit(request)
    refused = _refuse_network()
    gc.disable()  # a program of thousands of resources spends most of its time collecting what lives to the end
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        try:
            answer = _run(request, out)
        except BaseException as error:  # whatever the program raised becomes one sentence
            answer = {"failed": _sentence(error, request["root"]), "final": _is_final(error)}
        out.write(json.dumps({**answer, "network_refused": refused}) + "\n")


def _limit(request: dict[str, Any]) -> None:
    for what, value in (
        (resource.RLIMIT_AS, request["memory_limit_bytes"]),
        (resource.RLIMIT_CPU, request["time_limit_s"]),
        (resource.RLIMIT_FSIZE, 64 * 1024 * 1024),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _refuse_network() -> bool:
    """Takes the network away with a namespace of its own, where Linux lets us. Loopback stays: the SDK's transforms
    talk to themselves over it."""
    new_user, new_net = 0x10000000, 0x40000000
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(new_net) != 0 and libc.unshare(new_user | new_net) != 0:
            return False
        _loopback_up()
        return True
    except (OSError, AttributeError):
        return False


def _loopback_up() -> None:
    import fcntl
    import socket
    import struct

    up_and_running, set_flags = 0x1 | 0x40, 0x8914
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, set_flags, struct.pack("16sH14x", b"lo", up_and_running))


def _run(request: dict[str, Any], out: Any) -> dict[str, Any]:
    import jurisdictions
    from policies.sources.program import record

    path = Path(request["main"])
    sys.path.insert(0, str(path.parent))
    sys.path.extend(request["library_paths"])
    sys.argv = [str(path)]
    os.chdir(path.parent)

    def progress(count: int) -> None:
        if count % _PROGRESS_EVERY == 0:
            out.write(f"#{count}\n")
            out.flush()

    recording = record(
        _program(path),
        project=request["project"],
        stack=request["stack"],
        jurisdiction=jurisdictions.load(request["jurisdiction"]),
        config=request["config"],
        root=Path(request["root"]),
        strict=request["strict"],
        on_resource=progress,
    )
    return {"graph": recording.graph.to_json(), "synthetic": list(recording.synthetic)}


def _program(path: Path) -> Callable[[], None]:
    def run() -> None:
        runpy.run_path(str(path), run_name="__main__")

    return run


def _is_final(error: BaseException) -> bool:
    """Whether a second run with unknown outputs cannot help."""
    from policies.sources.automation import NotDriven
    from policies.sources.functions import NotComputable
    from policies.sources.recorder import DuplicateResource

    final = (DuplicateResource, NotDriven, ImportError, NotComputable, SyntaxError, SystemExit, MemoryError)
    return isinstance(error, final) or _is_run_error(error)


def _is_run_error(error: BaseException) -> bool:
    import pulumi

    return isinstance(error, pulumi.RunError)


def _sentence(error: BaseException, root: str) -> str:
    """What went wrong, and the line of the program where it did."""
    from policies.sources.automation import NotDriven
    from policies.sources.functions import NotComputable
    from policies.sources.recorder import DuplicateResource

    chain: list[BaseException] = [error]
    while chain[-1].__cause__ is not None and len(chain) < 20:
        chain.append(chain[-1].__cause__)
    for inner in chain:
        if isinstance(inner, NotComputable):
            asked = f"{os.path.relpath(inner.place.file, root)}:{inner.place.line}: " if inner.place else ""
            return f"{asked}the provider function {inner.token} cannot be answered without the cloud"
    if _is_run_error(error) or isinstance(error, (DuplicateResource, NotDriven)):
        return " ".join(str(error).replace("\\t", " ").split())  # the SDK escapes its tabs twice
    if isinstance(error, SystemExit):
        return f"{_line(error, root)}the program ended itself with exit code {error.code}"
    if isinstance(error, ModuleNotFoundError):
        return (
            f"{_line(error, root)}the module {error.name!r} is not installed where hospital-cloud runs: install it there, "
            "or hospital-cloud in the program's own environment"
        )
    if isinstance(error, SyntaxError):
        return f"{os.path.relpath(error.filename or root, root)}:{error.lineno}: the program is not valid Python: {error.msg}"
    text = " ".join(str(error).split())
    hint = "; an audited program gets neither network nor credentials" if _wants_the_cloud(error) else _hint(error)
    return f"{_line(error, root)}the program raised {type(error).__name__}{': ' + text[:500] if text else ''}{hint}"


def _hint(error: BaseException) -> str:
    """What a user can do about an error that comes of being audited, not of the program."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    if isinstance(error, KeyError) and last and last.filename in ("<frozen os>", os.__file__):
        return "; an audited program gets an environment without the variables of the one who audits: give it a default, or use pulumi.Config"
    if isinstance(error, FileNotFoundError) and any("/pulumi/automation/" in frame.filename for frame in frames):
        return "; no engine runs here: audit the program that this one drives"
    return ""


_CLOUD_ERRORS = frozenset(
    {
        "NoCredentialsError",
        "PartialCredentialsError",
        "EndpointConnectionError",
        "ConnectTimeoutError",
        "URLError",
        "gaierror",
    }
)


def _wants_the_cloud(error: BaseException) -> bool:
    """Whether what was raised looks like a look into the network or for credentials."""
    unreachable = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ETIMEDOUT)
    names = {cls.__name__ for cls in type(error).__mro__}
    return bool(names & _CLOUD_ERRORS) or (isinstance(error, OSError) and error.errno in unreachable)


def _line(error: BaseException, root: str) -> str:
    """`file:line: ` of the last frame inside the program; empty where there is none."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if (
            frame.filename.startswith(root)
            and "/site-packages/" not in frame.filename
            and "/.venv/" not in frame.filename
        ):
            return f"{os.path.relpath(frame.filename, root)}:{frame.lineno}: "
    return ""


if __name__ == "__main__":
    main(int(sys.argv[1]))

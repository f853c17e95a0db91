"""The emulator's process: moto's server on loopback, on a port that it takes itself and then tells in a file. Between two
programs that look for a free port there is always a moment in which a third one takes it.

`python -m operations.sandbox.moto_process PORT FILE`; port 0 means any. It ends with whoever started it, until it is told
on its standard input to stay.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from operations.sandbox.answers import Remembered

HOST = "127.0.0.1"
STAY = b"stay\n"


def main(port: int, told_in: Path) -> None:
    """Serves until it is ended."""
    # The managed policies of AWS, which roles refer to.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    # One account for all, where it is set: ours are told apart by their credentials.
    os.environ.pop("MOTO_ACCOUNT_ID", None)
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    look_up_once()
    application: Any = Remembered(DomainDispatcherApplication(create_backend_app))
    server = make_server(HOST, port, application, threaded=True, request_handler=handler())
    os.environ["MOTO_PORT"] = str(server.port)  # it stands in URLs of queues
    threading.Thread(target=_end_unless_told_to_stay, daemon=True).start()
    part = told_in.with_suffix(".part")
    part.write_text(str(server.port), encoding="utf-8")
    part.replace(told_in)
    server.serve_forever()


def look_up_once() -> None:
    """What moto looks up anew for each request, and is the same each time: the folders of its own package, and the errors
    of a service. It was a third of its work."""
    import moto.backends as backends
    from moto.core.errors import ErrorLookupFactory

    modules = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    known = ErrorLookupFactory()
    of_service = ErrorLookupFactory.for_service
    ErrorLookupFactory.for_service = lambda _new, model: of_service(known, model)  # type: ignore[assignment, method-assign]


def handler() -> type[Any]:
    """Writes down only what went wrong: a stack is some ten thousand calls."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler

    class Handler(MotoRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            if str(code)[:1] not in "123":
                super().log_request(code, size)

        def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
            self.log("info", "the connection was dropped: %s", error)

    return Handler


def _end_unless_told_to_stay() -> None:
    if sys.stdin.buffer.readline() != STAY:
        os._exit(0)


if __name__ == "__main__":
    # Ctrl-C in a terminal goes to every process there; this one is ended by its command alone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    main(int(sys.argv[1]), Path(sys.argv[2]))

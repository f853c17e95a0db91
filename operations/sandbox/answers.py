"""Answers that were lost on the way: a call is answered again where it is asked again, and not done again.

Now and then, on a machine that is busy, the emulator has answered and the provider has not got it: its connection was
reset. The provider asks again, as AWS's libraries do, and what it wants to make is there already, by itself. AWS tells
such a call by a token; the libraries also number each attempt of a call, and that is enough here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Final

_KEPT: Final = 500
"""Calls: more than can be under way at once."""
Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


class Remembered:
    """An application, each successful answer of which can be had once more by the same call."""

    def __init__(self, application: Application):
        self._application = application
        self._answers: OrderedDict[str, tuple[str, list[tuple[str, str]], bytes]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        call = str(environ.get("HTTP_AMZ_SDK_INVOCATION_ID", ""))
        attempt = str(environ.get("HTTP_AMZ_SDK_REQUEST", "attempt=1")).partition(";")[0]
        if call and attempt != "attempt=1":
            with self._lock:
                known = self._answers.get(call)
            if known is not None:
                environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
                start(known[0], known[1])
                return [known[2]]
        return self._asked(call, environ, start)

    def _asked(self, call: str, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def heard(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            said.append((status, headers))
            return start(status, headers, *rest)

        answer = self._application(environ, heard)
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        if call and said and said[-1][0].startswith("2"):
            with self._lock:
                self._answers[call] = (*said[-1], body)
                if len(self._answers) > _KEPT:
                    self._answers.popitem(last=False)
        return [body]

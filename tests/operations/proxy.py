"""A misbehaving proxy: stands in front of the emulator and answers some requests itself, wrongly."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time


@dataclass(frozen=True)
class Answer:
    """What the proxy says instead of the emulator; `cut`: the connection ends in the middle of it."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    clock_seconds: float = 0.0
    """How far its clock is ahead."""
    cut: bool = False


@dataclass(frozen=True)
class Asked:
    """A request: its number from one, and what it holds."""

    number: int
    method: str
    path: str
    body: bytes


Wrong = Callable[[Asked], Answer | None]
"""The wrong answer to a request; None passes it on."""


def xml_error(code: str, message: str = "", status: int = 400) -> Answer:
    """A refusal as STS and IAM write it."""
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    text = f"<ErrorResponse>{error}</ErrorResponse>"
    return Answer(status, text.encode(), {"Content-Type": "text/xml"})


def caller(arn: str, account_id: str, clock_seconds: float = 0.0) -> Answer:
    """STS's answer to who is calling."""
    text = (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>{arn}</Arn><UserId>AIDA</UserId><Account>{account_id}</Account></GetCallerIdentityResult>"
        "</GetCallerIdentityResponse>"
    )
    return Answer(200, text.encode(), {"Content-Type": "text/xml"}, clock_seconds)


@contextmanager
def misbehaving(upstream: str, wrong: Wrong) -> Iterator[str]:
    """The address of a proxy before `upstream`."""
    count = iter(range(1, 1_000_000))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = wrong(Asked(next(count), self.command, self.path, body)) or self._passed_on(body)
            self.send_response_only(answer.status)
            self.send_header("Date", formatdate(time() + answer.clock_seconds, usegmt=True))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) + (100 if answer.cut else 0)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
            self.close_connection = self.close_connection or answer.cut

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _any

        def _passed_on(self, body: bytes) -> Answer:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length", "expect")}
            # As a proxy proper it is asked with the whole address.
            url = upstream + (self.path if self.path.startswith("/") else "/" + self.path.split("/", 3)[-1])
            asked = urllib.request.Request(url, body or None, headers, method=self.command)  # noqa: S310  loopback
            try:
                with urllib.request.urlopen(asked, timeout=30) as got:  # noqa: S310  loopback
                    return Answer(got.status, got.read(), _kept(dict(got.headers)))
            except urllib.error.HTTPError as error:
                return Answer(error.code, error.read(), _kept(dict(error.headers)))

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _kept(headers: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in headers.items() if k.lower() not in ("date", "content-length", "connection", "server")}

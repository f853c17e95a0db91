"""A real browser for tests: chromium without a window, spoken to in its own debugging protocol over a pipe."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FLAGS = (
    "--headless",
    "--no-sandbox",  # its own sandbox needs rights that a container does not give
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--remote-debugging-pipe",
)
_LIMIT_S = 120


def executable() -> str | None:
    """The browser on this machine; None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Page:
    """One open page."""

    def __init__(self, to: int, back: int):
        self._to, self._back, self._rest, self._number = to, back, b"", 0
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = None
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Accessibility"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """One command; its result. What the browser says meanwhile is kept in `events`."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if getattr(self, "_session", None):
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self.events.append(answer)

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + _LIMIT_S
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._back], [], [], max(end - time.monotonic(), 0))
            assert ready, "the browser does not answer"
            part = os.read(self._back, 1 << 20)
            assert part, "the browser has ended"
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def open(self, file: Path, fragment: str = "") -> None:
        """Loads a file and waits until it is there."""
        self.call("Page.navigate", url="about:blank")
        self.events.clear()
        self.call("Page.navigate", url=file.as_uri() + (f"#{fragment}" if fragment else ""))
        self.until("document.readyState === 'complete' && location.protocol === 'file:'")

    def run(self, code: str) -> Any:
        """What JavaScript in the page gives."""
        answer = self.call("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, code: str) -> None:
        """Waits until JavaScript in the page gives true."""
        end = time.monotonic() + _LIMIT_S
        while not self.run(code):
            assert time.monotonic() < end, code
            time.sleep(0.05)

    def press(self, key: str, text: str = "") -> None:
        """One key, down and up."""
        codes = {"Tab": 9, "Enter": 13, "ArrowDown": 40, "Escape": 27}
        shared = {"key": key, "code": key, "windowsVirtualKeyCode": codes.get(key, ord(key[0].upper()))}
        self.call("Input.dispatchKeyEvent", type="keyDown", **shared, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **shared)

    def write(self, text: str) -> None:
        """Text typed where the focus is."""
        for letter in text:
            self.press(letter, letter)

    def complaints(self) -> list[str]:
        """What the browser objected to since the page was opened: errors, refused contents."""
        self.run("0")
        found = []
        for event in self.events:
            method, said = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(str(said["exceptionDetails"].get("text")))
            if method == "Log.entryAdded" and said["entry"]["level"] in ("error", "warning"):
                found.append(said["entry"]["text"])
        return found

    def requests(self) -> list[str]:
        """The addresses that were asked for since the page was opened."""
        self.run("0")
        sent = [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        return [url for url in sent if url != "about:blank"]


def _pipe() -> tuple[int, int]:
    """A pipe whose ends lie above the descriptors that the browser is given."""
    ends = os.pipe()
    above = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return above[0], above[1]


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """A browser with one page. It and all its processes end with the block."""
    program = executable()
    assert program
    read_here, write_there = _pipe()
    read_there, write_here = _pipe()
    # The protocol's pipe is file descriptors 3 and 4.
    line = f'exec "$@" 3<&{read_there} 4>&{write_there} {read_there}<&- {write_there}>&-'
    process = subprocess.Popen(
        ["bash", "-c", line, "-", program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=(read_there, write_there),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(read_there)
    os.close(write_there)
    try:
        yield Page(write_here, read_here)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
        os.close(write_here)
        os.close(read_here)

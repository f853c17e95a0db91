"""A call that is asked again is answered again where its answer was lost, and done again where it was refused."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from operations.sandbox.answers import _KEPT, Remembered


class Counter:
    """An application that counts what it has done."""

    def __init__(self, *statuses: str):
        self.statuses, self.done, self.closed = list(statuses), 0, 0

    def __call__(self, _environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        self.done += 1
        start(self.statuses.pop(0) if self.statuses else "200 OK", [("x-number", str(self.done))])
        return self

    def __iter__(self):
        yield b"made "
        yield str(self.done).encode()

    def close(self) -> None:
        self.closed += 1


def asked(
    application: Remembered, call: str, attempt: int, body: bytes = b"Action=CreateRule"
) -> tuple[str, str, BytesIO]:
    said: list[str] = []
    sent = BytesIO(body)
    environ = {"wsgi.input": sent, "CONTENT_LENGTH": str(len(body))}
    if call:
        environ |= {"HTTP_AMZ_SDK_INVOCATION_ID": call, "HTTP_AMZ_SDK_REQUEST": f"attempt={attempt}; max=2"}
    answer = b"".join(application(environ, lambda status, headers: said.append(f"{status} {headers}")))
    return said[0], answer.decode(), sent


def test_a_lost_answer_is_given_again():
    inner = Counter()
    application = Remembered(inner)
    first, second = asked(application, "a", 1), asked(application, "a", 2)
    assert first[:2] == second[:2] == ("200 OK [('x-number', '1')]", "made 1")
    assert inner.done == inner.closed == 1
    assert second[2].read() == b"", "what was sent has been read, or the connection would be reset"


def test_what_was_refused_is_done_again():
    inner = Counter("500 INTERNAL SERVER ERROR", "400 BAD REQUEST")
    application = Remembered(inner)
    assert [asked(application, "a", n)[0][:3] for n in (1, 2, 3)] == ["500", "400", "200"]


def test_calls_are_told_apart():
    application = Remembered(Counter())
    assert [asked(application, call, n)[1] for call, n in (("a", 1), ("b", 1), ("b", 2), ("c", 2), ("a", 1))] == [
        "made 1",
        "made 2",
        "made 2",
        "made 3",
        "made 4",
    ]


def test_who_does_not_number_calls_is_answered_anew():
    inner = Counter()
    application = Remembered(inner)
    assert [asked(application, "", 2)[1] for _ in range(2)] == ["made 1", "made 2"]


def test_only_the_last_calls_are_remembered():
    inner = Counter()
    application = Remembered(inner)
    for number in range(_KEPT + 1):
        asked(application, f"call {number}", 1)
    assert asked(application, "call 1", 2)[1] == "made 2"
    assert asked(application, "call 0", 2)[1] == f"made {_KEPT + 2}"
    assert len(application._answers) == _KEPT

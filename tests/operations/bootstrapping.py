"""Running bootstrap against the emulator."""

from __future__ import annotations

from typing import Any

from operations.bootstrap import Done, Outcome, Run, Step
from operations.live import Live
from tests.operations.accounts import HOME

ACCOUNT = "111122223333"
"""The workload account of cn-tertiary."""

_LIVES: dict[str, Live] = {}


def way_in(url: str) -> Live:
    """A way into the workload account; one for all tests, because making clients is what takes time."""
    if url not in _LIVES:
        found = _LIVES[url] = Live(endpoint_url=url)
        for service in ("iam", "kms", "s3"):
            found.client(service, HOME).meta.events.register("before-sign.*.*", _in_the_account)
    return _LIVES[url]


def _in_the_account(request: Any, **_: Any) -> None:
    request.headers["x-moto-account-id"] = ACCOUNT


def run(live: Live, plan: tuple[Step, ...], **options: Any) -> list[Done]:
    """What a run says, without the pauses in it."""
    return list(Run(live, ACCOUNT, pause=lambda _seconds: None, **options).run(plan))


def outcomes(done: list[Done]) -> set[Outcome]:
    """The kinds of outcome that there are."""
    return {line.outcome for line in done}

"""`python -m tests.operations.sandbox.small_life up --stack small ...`: the sandbox's own command, with a small graph in
place of a stack's, for tests that end it from outside. `SMALL_LIFE_FAULTS`: the way to the emulator misbehaves where things are made (`making`) or listed (`listing`)."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from operations.sandbox import emulator, stack_graph
from operations.sandbox.commands import main
from operations.sandbox.emulator import Way
from operations.sandbox.record import Server
from policies.graph import Graph
from tests.operations.proxy import Answer, Asked, Wrong, misbehaving, xml_error
from tests.operations.sandbox.graphs import small


def play() -> None:
    """Puts the small graph in the place of any stack's. Retiring lifts its protection."""

    def graph_of(file: Path, _log: Path) -> Graph:
        return small(protect="retiring" not in file.parts)

    stack_graph.graph_of = graph_of
    stack_graph.fingerprint = lambda file: hashlib.sha256(str(file).encode()).hexdigest()


def _making(asked: Asked) -> Answer | None:
    """One fault for each of these calls, each time that it is tried."""
    body = asked.body
    if b"Action=CreateTopic" in body:
        return xml_error("Throttling", "Rate exceeded")
    if b'"TableName"' in body and b'"KeySchema"' in body:
        return _json("ExpiredTokenException", "The security token included in the request is expired")
    if b'"logGroupName"' in body and b'"/small"' in body:
        return _json(
            "InvalidSignatureException", "Signature expired: 20261128T000000Z is now earlier than 20261128T001000Z"
        )
    if b'"QueueName"' in body and b'"small"' in body:
        return Answer(200, b"{", cut=True)
    return None


def _listing(asked: Asked) -> Answer | None:
    return xml_error("Throttling", "Rate exceeded") if b"Action=ListTopics" in asked.body else None


_WRONG = {"making": _making, "listing": _listing}


def _json(code: str, message: str) -> Answer:
    text = json.dumps({"__type": code, "message": message})
    return Answer(400, text.encode(), {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": code})


@contextmanager
def faults(wrong: Wrong) -> Iterator[None]:
    """Puts a misbehaving proxy before whichever emulator is entered."""
    straight = emulator.way_in
    with ExitStack() as proxies:

        def way_in(server: Server, account_id: str, region: str) -> Way:
            way = straight(server, account_id, region)
            return replace(way, endpoint_url=proxies.enter_context(misbehaving(way.endpoint_url, wrong)))

        emulator.way_in = way_in
        yield


if __name__ == "__main__":
    play()
    kind = os.environ.get("SMALL_LIFE_FAULTS")
    with faults(_WRONG[kind]) if kind else nullcontext():
        code = main(sys.argv[1:])
    sys.exit(code)

"""A state, as the engine or Terraform keeps it -> what the live account says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from operations.live import Live
from operations.verify.gaps import Gap, read_gaps
from operations.verify.registry import all_checks
from operations.verify.run import Progress, Verification
from operations.verify.run import verify as run
from policies.graph import Graph
from policies.iam_documents import account_of_arn
from policies.results import Report
from policies.sources.deployed import State, document, document_in
from policies.sources.states import deployed_in

STDIN = "-"


class BadRole(ValueError):
    """A role that cannot be taken; the text says what is wanted."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A state, and what the account says of it."""

    name: str
    graph: Graph
    report: Report


def read_state(source: Path, stdin: BinaryIO) -> State:
    """The state in a file; `-` is standard input. Raises NotAState."""
    if str(source) == STDIN:
        return deployed_in(document_in(stdin, "standard input"), "standard input")
    return deployed_in(document(source), str(source))


def roles_by_account(arns: Iterable[str]) -> Mapping[str, str]:
    """Account id -> role. Raises BadRole."""
    found: dict[str, str] = {}
    for arn in arns:
        account = account_of_arn(arn)
        if account is None or ":iam::" not in arn or ":role/" not in arn:
            raise BadRole(f"{arn[:200]!r} is no role; wanted: arn:PARTITION:iam::ACCOUNT:role/NAME")
        if account in found:
            raise BadRole(f"two roles are named for account {account}")
        found[account] = arn
    return found


def verify(
    state: State,
    source: Path,
    live: Live,
    *,
    known_gaps: Path | None = None,
    on_progress: Progress | None = None,
) -> Verified:
    """Asks the account. Raises LiveError, BadGaps."""
    gaps: tuple[Gap, ...] = read_gaps(known_gaps) if known_gaps else ()
    done = run(state.graph, live, gaps=gaps, notes=state.notes, on_progress=on_progress)
    name = state.graph.stack if state.graph.stack not in ("", "terraform") else _stem(source)
    details = {"title": name, "stack": state.graph.stack, "project": state.graph.project}
    report = replace(done.report, head=_head(source, state.graph, live, done), details=details)
    return Verified(name, state.graph, report)


def _stem(source: Path) -> str:
    return "stdin" if str(source) == STDIN else source.stem


def _head(source: Path, graph: Graph, live: Live, done: Verification) -> dict[str, str]:
    return {
        "source": "standard input" if str(source) == STDIN else str(source),
        "digest": hashlib.sha256(graph.dumps().encode("utf-8", "surrogatepass")).hexdigest()[:12],
        "hospital-cloud": metadata.version("hospital-cloud"),
        "checks": hashlib.sha256("\n".join(f"{c.id}|{c.types}" for c in all_checks()).encode()).hexdigest()[:12],
        "door": graph.door,
        "asked as": done.caller.arn,
        "asked at": _host(live.endpoint_url) if live.endpoint_url else f"AWS, partition {done.caller.partition}",
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _host(url: str) -> str:
    """Host and port: an address may carry a password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

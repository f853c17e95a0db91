"""What Terraform tells while it works: its lines of JSON, parsed as hostile text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

LONGEST: Final = 1 << 20
"""Bytes of a line that are read at most; a longer one is passed over."""
_LONGEST_TEXT: Final = 1_500
_ADDRESS: Final = re.compile(r"[A-Za-z0-9_-]{1,200}\.[A-Za-z0-9_-]{1,500}")


class Kind(Enum):
    """What a line says."""

    PLANNED = "planned_change"
    REFRESHED = "refresh_complete"
    STARTED = "apply_start"
    FINISHED = "apply_complete"
    FAILED = "apply_errored"
    PROBLEM = "diagnostic"


@dataclass(frozen=True, slots=True)
class Event:
    """One line. `address` is empty where it is about no resource."""

    kind: Kind
    address: str = ""
    action: str = ""
    """`create`, `update`, `delete`, `replace` ..."""
    seconds: float = 0
    text: str = ""
    """Of a problem: what is wrong."""
    is_error: bool = False


def event_of(line: bytes) -> Event | None:
    """The event of a line; None for what is no event, or one that nobody here needs."""
    if len(line) > LONGEST:
        return None
    try:
        data = json.loads(line)
        kind = Kind(data["type"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if kind is Kind.PROBLEM:
        return _problem(_object(data, "diagnostic"))
    about = _object(data, "change" if kind is Kind.PLANNED else "hook")
    seconds = about.get("elapsed_seconds")
    return Event(
        kind,
        address=_address(_object(about, "resource").get("addr")),
        action=str(about.get("action", ""))[:20],
        seconds=float(seconds) if isinstance(seconds, (int, float)) else 0,
    )


def _problem(data: dict[str, Any]) -> Event:
    summary, detail = str(data.get("summary", "")), str(data.get("detail", ""))
    text = f"{summary}: {detail}" if detail.strip() else summary
    return Event(
        Kind.PROBLEM,
        address=_address(data.get("address")),
        text=" ".join(text.split())[:_LONGEST_TEXT],
        is_error=data.get("severity") == "error",
    )


def _object(data: Any, key: str) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _address(value: Any) -> str:
    return value if isinstance(value, str) and _ADDRESS.fullmatch(value) else ""

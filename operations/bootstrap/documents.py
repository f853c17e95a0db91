"""When two policy documents say the same. AWS gives a document back otherwise than it took it: single values for lists
of one, lists in another order, `{"AWS": "*"}` for `"*"`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_LONGEST = 200_000
"""Characters of a document: ten times what any service stores."""


def same(found: Any, wanted: str) -> bool:
    """Whether a document that a service gave back, as text or parsed, says what `wanted` says. What cannot be read
    does not."""
    try:
        return _statements(found) == _statements(wanted)
    except (ValueError, RecursionError):
        return False


def _statements(document: Any) -> list[str]:
    """The statements in one form and order, with the version."""
    if isinstance(document, str):
        if len(document) > _LONGEST:
            raise ValueError("too long")
        document = json.loads(document)
    if not isinstance(document, Mapping):
        raise ValueError("no document")
    statements = document.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    return [str(document.get("Version")), *sorted(json.dumps(_plain(s), sort_keys=True) for s in listed)]


def _plain(statement: Any) -> Any:
    if not isinstance(statement, Mapping):
        raise ValueError("no statement")
    return {key: _part(key, value) for key, value in statement.items()}


def _part(key: str, value: Any) -> Any:
    if key in ("Principal", "NotPrincipal"):
        if isinstance(value, Mapping):
            named = {kind: _values(names) for kind, names in value.items()}
            return "*" if named == {"AWS": ["*"]} else named
        return value
    if key == "Condition" and isinstance(value, Mapping):
        return {
            test: {name.lower(): _values(values) for name, values in keys.items()}
            if isinstance(keys, Mapping)
            else keys
            for test, keys in value.items()
        }
    return value if key in ("Sid", "Effect") else _values(value)


def _values(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return sorted(str(v).lower() if isinstance(v, bool) else str(v) for v in listed)

"""Pulumi's wire format into graph values: unknowns, secrets, outputs, assets and resource references unwrapped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from policies.graph import SECRET, Reference, Unknown, Value, damaged, marker, references_in

SIGNATURE = "4dabf18193072939515e22adb298388d"
_ASSET = "c44067f5952c0a294b673a41bacd8c17"
_ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  a type signature, not a secret
_RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

UNKNOWN_SENTINELS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
MAXIMUM_DEPTH = 64


class TooDeep(ValueError):
    """A value nested deeper than any resource needs."""


def value_of_plain(value: Any, references: tuple[Reference, ...] = (), depth: int = 0) -> Value:
    """The graph value of a decoded wire value. `references`: what an unknown inside it may come from."""
    if depth > MAXIMUM_DEPTH:
        raise TooDeep(f"a value is nested more than {MAXIMUM_DEPTH} levels deep")
    if isinstance(value, str):
        return _text(value, references)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, (list, tuple)):
        return [value_of_plain(item, references, depth + 1) for item in value]
    if isinstance(value, Mapping):
        if SIGNATURE in value:
            return _special(value, references, depth)
        return {str(k): value_of_plain(v, references, depth + 1) for k, v in value.items() if not _internal(k)}
    return value


def value_of_struct(struct: Any, references_of: Callable[[str], tuple[Reference, ...]]) -> dict[str, Value]:
    """The graph values of a protobuf Struct, property by property."""
    return {
        name: value_of_plain(_plain(item), references_of(name))
        for name, item in struct.fields.items()
        if not _internal(name)
    }


def known_secrets(struct: Any) -> dict[str, str]:
    """Path -> word of the secrets in a protobuf Struct that are known; of a word that is a JSON object, paths in it."""
    # Most resources hold no secret: to look for the signature costs less than to walk.
    if _SECRET.encode() not in struct.SerializeToString():
        return {}
    return dict(_known({name: _plain(item) for name, item in struct.fields.items()}, "", secret=False))


def _known(value: Any, path: str, *, secret: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == _SECRET:
            yield from _known(value.get("value"), path, secret=True)
            return
        for name, item in value.items():
            yield from _known(item, f"{path}.{name}" if path else str(name), secret=secret)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _known(item, f"{path}[{number}]", secret=secret)
    elif secret and isinstance(value, str) and value:
        inner = _object(value)
        if inner is not None:
            yield from _known(inner, path, secret=True)
        elif value not in UNKNOWN_SENTINELS and not references_in(value) and not damaged(value):
            yield path, value


def _object(text: str) -> Mapping[str, Any] | None:
    try:
        value = json.loads(text) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Mapping) else None


def _internal(name: Any) -> bool:
    return isinstance(name, str) and name.startswith("__")


def _plain(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
    if kind == "number_value":
        return value.number_value
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_plain(item) for item in value.list_value.values]
    if kind == "struct_value":
        return {name: _plain(item) for name, item in value.struct_value.fields.items()}
    return None


def _text(text: str, references: tuple[Reference, ...]) -> Value:
    if text in UNKNOWN_SENTINELS:
        return Unknown(references)
    if ("%3A" in text or "%3a" in text) and damaged(text):
        return Unknown(references)
    return text


def _special(value: Mapping[str, Any], references: tuple[Reference, ...], depth: int) -> Value:
    signature = value[SIGNATURE]
    if signature == _SECRET:
        return SECRET
    if signature == _OUTPUT:
        named = tuple(Reference(str(urn), "") for urn in value.get("dependencies") or ()) or references
        if value.get("secret"):
            return SECRET
        return value_of_plain(value["value"], named, depth + 1) if "value" in value else Unknown(named)
    if signature == _RESOURCE:
        urn = value.get("urn")
        return marker(urn, "id") if isinstance(urn, str) and urn else Unknown(references)
    if signature in (_ASSET, _ARCHIVE):
        kept = {"path", "uri", "text", "hash", "assets"} & set(value)
        return {key: value_of_plain(value[key], references, depth + 1) for key in sorted(kept)}
    return {str(k): value_of_plain(v, references, depth + 1) for k, v in value.items() if k != SIGNATURE}

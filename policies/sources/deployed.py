"""Documents of what is deployed: read as hostile, bounded in size and depth, never executed.

What both kinds of state have in common stands here: how a document is read, how it is refused, and how a resource's place is
told from its ARN where nothing else tells it.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from policies.graph import Graph, Resource
from policies.iam_documents import account_of_arn
from policies.resolve import GLOBAL, is_global_type

LARGEST_BYTES: Final = 200 * 1024 * 1024
DEEPEST: Final = 72
"""Levels of a document: 64 of a value, and those of the document around it."""
_ZIP: Final = b"PK\x03\x04"
_GZIPPED: Final = b"\x1f\x8b"
_WANTED_WHOLE: Final = (
    "it does not tell what depends on what; wanted: the one document that `pulumi preview --json --show-sames` prints where "
    "PULUMI_ENABLE_STREAMING_JSON_PREVIEW is not set, or that `pulumi stack export` prints after an update"
)
_HEAD: Final = 64 * 1024
_PROGRAM: Final = re.compile(
    r'^(?:resource|data|provider|module|variable|output)[ \t]+"[^"\n]+".*\{|^(?:terraform|locals)[ \t]*\{', re.M
)
_SHOWN: Final = re.compile(
    r"(?:Terraform|OpenTofu) (?:will perform|used the selected providers|has compared|planned)|^Plan: \d+ to |No changes\. ",
    re.M,
)
_LONGEST_NAME: Final = 4096
_LONGEST_NUMBER: Final = 300
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


class NotAState(ValueError):
    """The document is no state that can be read; the text is the sentence that says why. It never repeats values: a
    state may hold secrets."""


@dataclass(frozen=True, slots=True)
class State:
    """What is deployed, and what a reader must know about it: work that did not end, parts that were left out."""

    graph: Graph
    notes: tuple[str, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict)
    """The stack's configuration, where the document tells it."""
    problems: tuple[str, ...] = ()
    """Why it cannot be judged as a whole."""
    modules: Mapping[str, str] = field(default_factory=dict)
    """Path of a Terraform module -> where its files lie, relative to the root's, as the document tells it."""


def document(file: Path) -> Any:
    """The JSON in a file. Raises NotAState."""
    return parsed(text_of(file), str(file))


def document_in(stream: BinaryIO, name: str) -> Any:
    """The JSON in an open stream. `name` is what sentences call it. Raises NotAState."""
    return parsed(text_in(stream, name), name)


def text_of(file: Path) -> bytes:
    """What is written in a file, or comes through a pipe that has a name. Raises NotAState."""
    try:
        if not (file.is_file() or file.is_fifo()):
            raise NotAState(f"{file} {'is not a file' if file.exists() else 'does not exist'}")
        with file.open("rb") as stream:
            return text_in(stream, str(file))
    except OSError as error:
        raise NotAState(f"{file} cannot be read: {error.strerror}") from None


def text_in(stream: BinaryIO, name: str) -> bytes:
    """What is in an open stream, unpacked where it is gzipped; at most LARGEST_BYTES. Raises NotAState."""
    text = stream.read(LARGEST_BYTES + 1)
    if text.startswith(_GZIPPED):
        try:
            unpacking = zlib.decompressobj(wbits=31)
            text = unpacking.decompress(text, LARGEST_BYTES + 1)
        except zlib.error:
            raise NotAState(f"{name} is gzipped, and cannot be unpacked") from None
        if not unpacking.eof and len(text) <= LARGEST_BYTES:
            raise NotAState(f"{name} is gzipped, and ends too early")
    if len(text) > LARGEST_BYTES:
        raise NotAState(f"{name} is larger than {LARGEST_BYTES >> 20} MiB")
    return text


def parsed(text: bytes, name: str) -> Any:
    """JSON text as data. `name` is what sentences call it. Raises NotAState."""
    if not text.strip():
        raise NotAState(f"{name} is empty; wanted: JSON")
    if text.startswith(_ZIP):
        raise NotAState(
            f"{name} is a plan file, which only terraform reads; wanted: what `terraform show -json` prints of it"
        )
    try:
        data = json.loads(
            text, parse_constant=_refused, object_pairs_hook=_once, parse_int=_whole, parse_float=_fraction
        )
    except _Twice:
        raise NotAState(f"{name} has an object with one key twice, so nobody can tell which of them counts") from None
    except RecursionError:
        raise NotAState(f"{name} is nested too deeply, more than {DEEPEST} levels") from None
    except ValueError as error:
        if _is_log(text):
            raise NotAState(
                f"{name} is what `terraform plan -json` tells while it works; wanted: `terraform plan -out=plan.bin`, then "
                "what `terraform show -json plan.bin` prints"
            ) from None
        if _is_lines(text):
            raise NotAState(
                f"{name} holds one JSON value a line, as a stream of events does; {_WANTED_WHOLE}"
            ) from None
        if what := _is_for_people(text):
            raise NotAState(f"{name} is {what}; wanted: JSON, as `terraform show -json plan.bin` prints it") from None
        # The parser's words name a place; what stands there may be a secret, so an encoding error keeps its own.
        where = str(error) if isinstance(error, json.JSONDecodeError) else "its text has no usable encoding or number"
        ends = isinstance(error, json.JSONDecodeError) and error.pos >= len(error.doc.rstrip())
        raise NotAState(f"{name} is not JSON: {where}{'; it ends too early' if ends else ''}") from None
    if is_too_deep(data):
        raise NotAState(f"{name} is nested too deeply, more than {DEEPEST} levels")
    return data


def _is_lines(text: bytes) -> bool:
    """Whether the first of several lines is an object by itself."""
    line, _, rest = text.strip().partition(b"\n")
    try:
        return bool(rest) and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _is_log(text: bytes) -> bool:
    """Whether it is a line of JSON for each thing that Terraform does."""
    try:
        row = json.loads(text.strip().partition(b"\n")[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and "@level" in row


def _is_for_people(text: bytes) -> str:
    """What a text of Terraform's is that was made for people; empty: none of them."""
    head = text[:_HEAD].decode("utf-8", "replace")
    if _PROGRAM.search(head):
        return "a file of Terraform's language, which is judged by its plan"
    return "what `terraform plan` shows people" if _SHOWN.search(head) else ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. One key twice means something else to every reader, and is no work of Terraform's or Pulumi's."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


class _Twice(Exception):
    """An object of a document holds a key twice."""


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError
    return int(text)


def _fraction(text: str) -> float:
    """A number as it is counted with: one too large would be more than any limit."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def is_too_deep(data: Any) -> bool:
    """Whether data is nested deeper than any state needs."""
    level: list[Any] = [data]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for item in level
            if isinstance(item, (dict, list))
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


# --- shapes ----------------------------------------------------------------------------------------------------------


def text_at(row: dict[str, Any], key: str, where: str, *, required: bool = False) -> str:
    """The text at a key, empty where absent. Raises NotAState for anything else, and for a text no name can be."""
    value = row.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value):
        raise NotAState(f"{where}.{key} is {kind_of(value)}; wanted: text")
    if len(value) > _LONGEST_NAME or not value.isprintable():
        raise NotAState(f"{where}.{key} is longer than {_LONGEST_NAME} characters, or not printable")
    return value


def object_at(row: dict[str, Any], key: str, where: str) -> dict[str, Any]:
    """The object at a key, empty where absent. Raises NotAState for anything else."""
    value = row.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotAState(f"{where}.{key} is {kind_of(value)}; wanted: an object")
    return value


def objects_at(row: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    """The list of objects at a key, empty where absent. Raises NotAState for anything else."""
    value = row.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise NotAState(f"{where}.{key} is no list of objects")
    return value


def texts_at(row: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    """The list of texts at a key, empty where absent. Raises NotAState for anything else."""
    value = row.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise NotAState(f"{where}.{key} is no list of texts")
    return tuple(value)


def kind_of(value: Any) -> str:
    """What a JSON value is, without the value."""
    kinds = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "absent"}
    return kinds.get(type(value), "a number")


# --- places ----------------------------------------------------------------------------------------------------------


def placed_by_arn(resources: Iterable[Resource]) -> list[Resource]:
    """The resources with region and account taken from their own ARN where nothing else told them."""
    return [_placed(resource) if _lacks_place(resource) else resource for resource in resources]


def _lacks_place(resource: Resource) -> bool:
    return resource.custom and resource.type.startswith("aws:") and not (resource.region and resource.account)


def _placed(resource: Resource) -> Resource:
    region, account = place_in(resource.outputs.get("arn") if "arn" not in resource.inputs else None)
    if region is None:
        region, _ = place_in(resource.outputs.get("id"))
    if is_global_type(resource.type):
        region = GLOBAL
    return replace(resource, region=resource.region or region, account=resource.account or account)


def place_in(value: Any) -> tuple[str | None, str | None]:
    """Region and account that an ARN names; None for each that it does not."""
    parts = value.split(":", 5) if isinstance(value, str) and value.startswith("arn:") else []
    if len(parts) != 6:
        return None, None
    return (parts[3] if _REGION.fullmatch(parts[3]) else None), account_of_arn(str(value))

"""Places inside a resource's inputs, JSON texts included, and how one is changed or taken out.

A place is a tuple of steps: a key, an index, or `JSON`, which steps into a text that is JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.graph import SECRET, Unknown
from policies.terraform import provider_table
from policies.terraform.provider_table import Block, Field

JSON: Final = ">"
DROP: Final = object()
Steps = tuple[Any, ...]
_MARKER = re.compile(r"(\$\{urn:[^}]*\})")


def parsed(value: Any) -> Any:
    """What a JSON text holds; None for anything else."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return None
    try:
        found = json.loads(value)
    except ValueError:
        return None
    return found if isinstance(found, (dict, list)) else None


def places(inputs: Mapping[str, Any], block: Block | None) -> Iterator[tuple[Steps, Any, Field | None]]:
    """Every place with its value and, where the provider's schema knows it, its field; containers before what they
    hold."""
    for key, value in inputs.items():
        found = block.by_pulumi.get(key) if block is not None else None
        yield from _inside((key,), value, found, found.block if found is not None else None)


def _inside(steps: Steps, value: Any, field: Field | None, block: Block | None) -> Iterator[tuple[Steps, Any, Any]]:
    if value is None or isinstance(value, Unknown) or value is SECRET:
        return
    yield steps, value, field
    if isinstance(value, Mapping):
        for key, item in value.items():
            found = block.by_pulumi.get(key) if block is not None else None
            yield from _inside((*steps, key), item, found, found.block if found is not None else None)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inside((*steps, index), item, None, block)
    else:
        document = parsed(value)
        if document is not None:
            rows = document.items() if isinstance(document, dict) else enumerate(document)
            for key, item in rows:
                yield from _inside((*steps, JSON, key), item, None, None)


def blocks(inputs: Mapping[str, Any], block: Block | None) -> Iterator[tuple[Steps, Mapping[str, Any], Block]]:
    """Every block that is written, the resource itself first, with its schema: where a field can be added."""
    if block is None:
        return
    yield (), inputs, block
    for steps, value, field in places(inputs, block):
        inner = field.block if field is not None else None
        if inner is None or JSON in steps:
            continue
        if isinstance(value, Mapping) and field is not None and field.nesting != "map":
            yield steps, value, inner
        elif isinstance(value, list):
            yield from (((*steps, i), item, inner) for i, item in enumerate(value) if isinstance(item, Mapping))


def schema(type_token: str) -> Block | None:
    """The fields of a type; None where the provider's table has none."""
    name = provider_table.type_of(type_token)
    return provider_table.block_of(name, type_token) if name else None


def changed(value: Any, steps: Steps, new: Any) -> Any:
    """A copy with the place changed, or taken out."""
    if not steps:
        return new
    head, rest = steps[0], steps[1:]
    if head == JSON:
        return json.dumps(changed(parsed(value), rest, new), ensure_ascii=False)
    if isinstance(value, Mapping):
        copy: Any = dict(value)
        if not rest and new is DROP:
            copy.pop(head, None)
        else:
            copy[head] = changed(copy.get(head), rest, new)
        return copy
    copy = list(value)
    if not rest and new is DROP:
        del copy[head]
    else:
        copy[head] = changed(copy[head], rest, new)
    return copy


def label(inputs: Mapping[str, Any], steps: Steps) -> str:
    """The place as the reviewed files name it: indexes as `[*]`, statements of a policy by their effect."""
    text, value = "", inputs
    for step in steps:
        if step == JSON:
            text, value = text + JSON, parsed(value)
            continue
        if isinstance(step, int):
            item = value[step]  # type: ignore[index]
            effect = item.get("Effect") if isinstance(item, Mapping) and text.endswith("Statement") else None
            text += f"[{effect}]" if effect else "[*]"
        elif isinstance(value, Mapping) and step == "Statement" and isinstance(value.get(step), Mapping):
            text += f"{'' if text.endswith(JSON) else '.'}Statement[{value[step].get('Effect')}]"
        else:
            text += f"{'.' if text and not text.endswith(JSON) else ''}{_MARKER.sub('(output)', str(step))}"
        value = value.get(step) if isinstance(value, Mapping) else value[step]  # type: ignore[index]
    return text


def rewritten(text: str, change: Any) -> str:
    """A text with what stands between its markers changed."""
    return "".join(part if part.startswith("${urn:") else change(part) for part in _MARKER.split(text))


def plain(text: str) -> str:
    """A text without its markers."""
    return _MARKER.sub("", text)

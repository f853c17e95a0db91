"""Where each resource stands in a Terraform configuration: its address, and the file it is written to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from policies.graph import Graph, Resource

_NOT_IN_A_LABEL = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_FILE_NAME: Final = 80


def label_of(name: str) -> str:
    """A logical name as Terraform's identifiers allow: letters, digits, `_`, `-`, not beginning with a digit or `-`."""
    plain = _NOT_IN_A_LABEL.sub("-", name) or "unnamed"
    return plain if plain[0].isalpha() or plain[0] == "_" else f"_{plain}"


def addresses(named: Iterable[tuple[Resource, str]]) -> Mapping[str, str]:
    """URN -> `aws_type.label` for resources with their Terraform types. Two resources of one type whose names give the
    same label (they differ in their parents) both carry a piece of the hash of their URNs: neither depends on the
    other's being there."""
    claims: dict[str, list[str]] = {}
    for resource, type_name in named:
        claims.setdefault(f"{type_name}.{label_of(resource.name)}", []).append(resource.urn)
    return {
        urn: address if len(urns) == 1 else f"{address}-{short_hash(urn)}"
        for address, urns in claims.items()
        for urn in urns
    }


def short_hash(text: str) -> str:
    """Eight hexadecimal digits that stay the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def file_of(graph: Graph, resource: Resource) -> str:
    """The file of a resource: one for each component at the top of the program, one for what has no component."""
    top = None
    for top in graph.ancestors(resource):  # noqa: B007  the last one counts
        pass
    name = label_of(top.name).lower()[:_LONGEST_FILE_NAME] if top else "main"
    return f"{name}.tf.json"

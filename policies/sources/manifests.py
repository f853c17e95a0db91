"""Groups of Kubernetes objects that the provider's plugin takes apart (`kubernetes.yaml.v2`): no plugin runs here, but what
is in them stands in the program, as text, as objects or in a file beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from glob import glob
from pathlib import Path
from typing import Any, Final

import yaml

from policies.graph import Resource, Unknown, Value, is_known, walk
from policies.type_kinds import kubernetes_token

_GROUPS: Final = frozenset({"kubernetes:yaml/v2:ConfigGroup", "kubernetes:yaml/v2:ConfigFile"})


def objects_of_text(text: str) -> list[Any]:
    """The objects of a YAML text, lists taken apart, as the Kubernetes provider reads it."""
    found: list[Any] = []
    for document in yaml.safe_load_all(text):
        if isinstance(document, dict) and str(document.get("kind", "")).endswith("List") and "items" in document:
            found += document["items"] or []
        elif document:
            found.append(document)
    return found


def objects_of_group(group: Resource) -> list[tuple[str, str, dict[str, Value]]]:
    """(type, name, inputs) of each object; none where one of them cannot be read: half a group would pass for all."""
    if group.type not in _GROUPS:
        return []
    try:
        return [_named(group, item) for item in _objects(group)]
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        return []


def _objects(group: Resource) -> Iterator[Any]:
    for name in ("objs", "yaml", "files", "file"):
        value = group.get(name)
        # In an object an unknown value stays where it is; a text or a file is not there without it.
        if isinstance(value, Unknown) or (name != "objs" and not all(is_known(item) for _, item in walk(value))):
            raise ValueError(name)
        given = value if isinstance(value, list) else [] if value is None else [value]
        for item in given:
            if name == "objs":
                yield item
            elif name == "yaml":
                yield from objects_of_text(item)
            else:
                for path in sorted(glob(item)) or [item]:  # noqa: PTH207  absolute patterns too, as the plugin takes them
                    yield from objects_of_text(Path(path).read_text(encoding="utf-8"))


def _named(group: Resource, item: Mapping[str, Any]) -> tuple[str, str, dict[str, Value]]:
    version, kind, about = str(item["apiVersion"]), str(item["kind"]), item["metadata"]
    prefix = group.get("resourcePrefix") or group.name
    where = f"{about['namespace']}/" if about.get("namespace") else ""
    return kubernetes_token(version, kind), f"{prefix}:{where}{about['name']}", dict(item)

"""The Kubernetes objects of a graph as the manifests that a cluster would get."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from policies.graph import SECRET, Graph, Resource, Unknown, Value

PREFIX: Final = "kubernetes:"
_VERSION: Final = re.compile(r"[\w.-]+/v[0-9][a-z0-9]*")
_PACKAGES: Final = ("helm.sh/", "kustomize/", "yaml/")
_ABSENT: Final = object()
_OF_THE_STATUS: Final = ("status",)
_MAXIMUM_DEPTH: Final = 64


@dataclass(frozen=True, slots=True)
class Manifests:
    """The documents in order, whose they are, and what has none."""

    documents: tuple[Mapping[str, Any], ...]
    urns: tuple[str, ...]
    left_out: Mapping[str, str]
    """URN -> why a resource is no manifest."""


def manifests_of(graph: Graph) -> Manifests:
    """The manifests of a graph. A field that is not known before the deploy is absent, as is every secret."""
    documents, urns, left_out = [], [], {}
    for resource in graph.resources:
        if not resource.custom or not resource.type.startswith(PREFIX):
            continue
        document = None if resource.external else _document(resource)
        if document is None:
            why = "it is read from the cluster" if resource.external else "what it makes is known to the cluster only"
            left_out[resource.urn] = why
        else:
            documents.append(document)
            urns.append(resource.urn)
    return Manifests(tuple(documents), tuple(urns), left_out)


def _document(resource: Resource) -> dict[str, Any] | None:
    """`kubernetes:apps/v1:Deployment` with its inputs as a manifest; None for releases and packages."""
    group, _, kind = resource.type.removeprefix(PREFIX).rpartition(":")
    is_object = _VERSION.fullmatch(group) is not None and not group.startswith(_PACKAGES)
    if not is_object and not {"apiVersion", "kind"} <= resource.inputs.keys():
        return None
    found = _plain({k: v for k, v in resource.inputs.items() if k not in _OF_THE_STATUS}, 0)
    api_version = group.removeprefix("core/") if group.startswith("core/") else group
    document = {"apiVersion": api_version, "kind": kind.removesuffix("Patch"), **found}
    if not isinstance(document["apiVersion"], str) or not isinstance(document["kind"], str):
        return None
    metadata = document.get("metadata")
    named = dict(metadata) if isinstance(metadata, Mapping) else {}
    named.setdefault("name", resource.name)  # Pulumi makes one from it
    return {**document, "metadata": named}


def _plain(value: Value, depth: int) -> Any:
    if depth > _MAXIMUM_DEPTH or isinstance(value, Unknown) or value is SECRET:
        return _ABSENT
    if isinstance(value, str):
        return _ABSENT if "${urn:" in value else value
    if isinstance(value, Mapping):
        pairs = ((str(key), _plain(item, depth + 1)) for key, item in value.items())
        return {key: item for key, item in pairs if item is not _ABSENT}
    if isinstance(value, (list, tuple)):
        return [item for item in (_plain(item, depth + 1) for item in value) if item is not _ABSENT]
    return value

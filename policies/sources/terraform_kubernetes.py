"""Objects of a cluster in a Terraform plan or state, as the cluster and Pulumi write them.

Terraform's Kubernetes provider writes `kubernetes_deployment_v1` with blocks in snake_case. By one rule, and a table of
what it does not tell (`policies/terraform/kubernetes.yaml`), this is `kubernetes:apps/v1:Deployment`, so that the same
rules and the same manifests judge it. `kubernetes_manifest` holds the object as the cluster writes it. What is no object
(`kubernetes_env`), and what another program makes of a chart, keeps its own name, and is reported as not seen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources as files
from typing import Any, Final

import yaml

from policies.graph import SECRET, Unknown, Value
from policies.type_kinds import kubernetes_group, kubernetes_token

_PREFIX: Final = "kubernetes_"
_VERSION: Final = re.compile(r"_v\d+(?:(?:alpha|beta)\d+)?$")
_API: Final = re.compile(r"(?:[a-z0-9.-]+/)?v\d+(?:(?:alpha|beta)\d+)?")
_KIND: Final = re.compile(r"[A-Z]\w{0,100}")
_MANIFEST: Final = "kubernetes_manifest"
_ANY_PATCH: Final = ("kubernetes_labels", "kubernetes_annotations")
_SECRETS: Final = ("kubernetes_secret", "kubernetes_secret_v1", "kubernetes_secret_v1_data")
_RELEASE: Final = "helm_release"
_OF_TERRAFORM: Final = re.compile(
    r"id|timeouts|status|target_state|field_manager|force|wait|wait_\w+|\w+_wo|\w+_wo_revision"
)
_DEEPEST: Final = 64


def token_of(type_name: str, values: Mapping[str, Any]) -> str:
    """Pulumi's type of an object that Terraform calls `type_name`; empty where it is none. `values`: what Terraform says of
    it, which tells the kind of a manifest."""
    if type_name == _RELEASE:
        return "kubernetes:helm.sh/v3:Release"
    if type_name == _MANIFEST:
        return _token_of_object(values.get("manifest"), "apiVersion", "")
    if type_name in _ANY_PATCH:
        return _token_of_object(values, "api_version", "Patch")
    if not type_name.startswith(_PREFIX):
        return ""
    name = type_name.removeprefix(_PREFIX)
    patched = _table()["patches"].get(name) or _table()["patches"].get(_VERSION.sub("", name))
    words = _VERSION.sub("", name)
    kind = patched or _table()["kinds"].get(words) or "".join(word.capitalize() for word in words.split("_"))
    group = kubernetes_group(kind)
    return f"kubernetes:{group}/v1:{kind}{'Patch' if patched else ''}" if group else ""


def _token_of_object(values: Any, version_key: str, suffix: str) -> str:
    version = values.get(version_key) if isinstance(values, Mapping) else None
    kind = values.get("kind") if isinstance(values, Mapping) else None
    if not (isinstance(version, str) and isinstance(kind, str) and _API.fullmatch(version) and _KIND.fullmatch(kind)):
        return ""
    return kubernetes_token(version, kind + suffix)


def object_of(type_name: str, values: Mapping[str, Value], sensitive: Any) -> dict[str, Value]:
    """What Terraform says of an object, as the cluster would be told. `values` may hold what is not known; `sensitive` has
    their shape, with true where something must not be seen."""
    marks = sensitive if isinstance(sensitive, Mapping) else {}
    if sensitive is True:
        return {}
    if type_name == _MANIFEST:
        made = _as_it_is(values.get("manifest"), marks.get("manifest"))
        return made if isinstance(made, dict) else {}
    stated = {key: value for key, value in values.items() if not _OF_TERRAFORM.fullmatch(key)}
    found = _fields(stated, marks, "top", 0)
    if type_name in _SECRETS and "data" in found:
        found["stringData"] = found.pop("data")  # Terraform takes it as text, the cluster's `data` is base64
    if type_name in _ANY_PATCH:
        own = found.setdefault("metadata", {})
        for key in ("labels", "annotations"):
            if isinstance(own, dict) and key in found:
                own[key] = found.pop(key)
    return found


def _fields(values: Mapping[str, Value], marks: Any, parent: str, depth: int) -> dict[str, Value]:
    found: dict[str, Value] = {}
    inner = marks if isinstance(marks, Mapping) else {}
    for key, value in values.items():
        if value is None or value == [] or depth > _DEEPEST:
            continue
        made = SECRET if inner.get(key) is True else _field(key, value, inner.get(key), parent, depth)
        if key in _table()["joined"] and isinstance(made, dict):
            found |= made
        else:
            found[_name(key, value, parent)] = made
    return found


def _field(key: str, value: Value, marks: Any, parent: str, depth: int) -> Value:
    if isinstance(value, list) and all(isinstance(item, (Mapping, Unknown)) for item in value):
        rows = marks if isinstance(marks, list) else []
        items = [
            _fields(item, rows[n] if n < len(rows) else None, key, depth + 1) if isinstance(item, Mapping) else item
            for n, item in enumerate(value)
        ]
        return items if _is_list(key, parent) or len(items) > 1 or isinstance(items[0], Unknown) else items[0]
    if key in _table()["numbers"] and isinstance(value, str) and value.isdigit() and len(value) < 20:
        return int(value)
    return _as_it_is(value, marks)


def _is_list(key: str, parent: str) -> bool:
    only = _table()["only"].get(key)
    return (
        key in _table()["lists"] and parent not in _table()["single"].get(key, ()) and (only is None or parent in only)
    )


def _name(key: str, value: Value, parent: str) -> str:
    blocks = isinstance(value, Unknown) or (isinstance(value, list) and isinstance(value[0], (Mapping, Unknown)))
    if blocks and _is_list(key, parent):
        return str(_table()["lists"][key])
    head, *rest = key.split("_")
    return str(_table()["names"].get(key) or head + "".join(word.capitalize() for word in rest))


def _as_it_is(value: Value, marks: Any) -> Value:
    """A value whose keys are the cluster's or the program's own."""
    if marks is True and value is not None:
        return SECRET
    if isinstance(value, Mapping):
        inner = marks if isinstance(marks, Mapping) else {}
        return {key: _as_it_is(item, inner.get(key)) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        rows = marks if isinstance(marks, list) else []
        return [_as_it_is(item, rows[n] if n < len(rows) else None) for n, item in enumerate(value)]
    return value


def stated_keys(values: Mapping[str, Value], configured: Collection[str]) -> dict[str, Value]:
    """The values without what is not known and nobody stated: the cluster's to choose."""
    return {key: value for key, value in values.items() if not isinstance(value, Unknown) or key in configured}


@cache
def _table() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load(
        files.files("policies").joinpath("terraform", "kubernetes.yaml").read_bytes()
    )
    return data

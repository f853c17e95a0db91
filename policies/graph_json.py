"""The graph's versioned JSON form, in canonical order: goldens, child processes, caches and doors use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from policies.graph import SECRET, Fate, Graph, Loss, Place, Reference, Resource, Unknown, Value

FORMAT_VERSION: Final = 1

_OPTIONAL = ("region", "account", "provider", "parent", "protect", "retain_on_delete", "external", "remote")
_TUPLES = ("depends_on", "ignore_changes", "secrets_in_clear", "aliases")


def value_to_json(value: Value) -> Any:
    """A value in JSON: unknowns and secrets as one-key objects, keys that begin with `$` doubled."""
    if isinstance(value, Unknown):
        return {"$unknown": [{"urn": r.urn, "property": r.property} for r in value.references]}
    if value is SECRET:
        return {"$secret": True}
    if isinstance(value, Mapping):
        return {("$" + k if k.startswith("$") else k): value_to_json(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [value_to_json(v) for v in value]
    return value


def value_from_json(value: Any) -> Value:
    """The inverse of `value_to_json`."""
    if isinstance(value, Mapping):
        if len(value) == 1:
            if "$unknown" in value:
                return Unknown(tuple(Reference(r["urn"], r["property"]) for r in value["$unknown"]))
            if "$secret" in value:
                return SECRET
        return {(k[1:] if k.startswith("$$") else k): value_from_json(v) for k, v in value.items()}
    if isinstance(value, list):
        return [value_from_json(v) for v in value]
    return value


def _resource_to_json(resource: Resource) -> dict[str, Any]:
    row: dict[str, Any] = {
        "urn": resource.urn,
        "type": resource.type,
        "name": resource.name,
        "custom": resource.custom,
        "inputs": value_to_json(resource.inputs),
    }
    if resource.outputs:
        row["outputs"] = value_to_json(resource.outputs)
    row |= {key: value for key in _OPTIONAL if (value := getattr(resource, key))}
    if resource.protect is None:
        row["protect"] = None
    row |= {key: list(value) for key in _TUPLES if (value := getattr(resource, key))}
    if resource.property_depends_on:
        row["property_depends_on"] = {k: sorted(v) for k, v in sorted(resource.property_depends_on.items())}
    for key in ("source", "component"):
        place = getattr(resource, key)
        if place:
            row[key] = {"file": place.file, "line": place.line}
    return row


def _resource_from_json(row: Mapping[str, Any]) -> Resource:
    rest: dict[str, Any] = {
        **{key: row[key] for key in _OPTIONAL if key in row},
        **{key: tuple(row[key]) for key in _TUPLES if key in row},
    }
    rest |= {
        key: Place(str(row[key]["file"]), int(row[key]["line"])) for key in ("source", "component") if row.get(key)
    }
    return Resource(
        urn=str(row["urn"]),
        type=str(row["type"]),
        name=str(row["name"]),
        custom=bool(row["custom"]),
        inputs=dict(value_from_json(row["inputs"])),
        outputs=dict(value_from_json(row.get("outputs", {}))),
        property_depends_on={k: tuple(v) for k, v in row.get("property_depends_on", {}).items()},
        **rest,
    )


def graph_to_json(graph: Graph) -> dict[str, Any]:
    """See `Graph.to_json`."""
    data: dict[str, Any] = {
        "format": FORMAT_VERSION,
        "project": graph.project,
        "stack": graph.stack,
        "door": graph.door,
        "resources": [_resource_to_json(r) for r in graph.resources],
    }
    if graph.losses:
        data["losses"] = [
            {"fate": loss.fate.value, "before": _resource_to_json(loss.resource)} for loss in graph.losses
        ]
    if graph.hidden:
        data["hidden"] = graph.hidden
    return data


def graph_from_json(data: Any) -> Graph:
    """See `Graph.from_json`."""
    if not isinstance(data, Mapping) or data.get("format") != FORMAT_VERSION:
        found = data.get("format") if isinstance(data, Mapping) else type(data).__name__
        raise ValueError(f"graph format {found!r} is not known; this version reads {FORMAT_VERSION}")
    try:
        return Graph.of(
            [_resource_from_json(r) for r in data["resources"]],
            losses=[Loss(_resource_from_json(row["before"]), Fate(row["fate"])) for row in data.get("losses", [])],
            hidden=int(data.get("hidden", 0)),
            project=str(data.get("project", "")),
            stack=str(data.get("stack", "")),
            door=str(data.get("door", "")),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"graph JSON is not whole: {error!r}") from error

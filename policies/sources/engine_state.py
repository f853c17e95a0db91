"""Door 3: what the Pulumi engine has deployed, as `pulumi stack export` writes it, becomes a graph. So does the checkpoint that
a backend in a folder or a bucket keeps of a stack (`.pulumi/stacks/PROJECT/STACK.json`), which holds the same.

Inputs are what the program asked for, with the values that were computed filled in; outputs are what the provider
said. Secrets, encrypted or not, become SECRET. What is marked for deletion, or was deleted and is not made anew yet, is
left out; operations that did not end are notes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from policies.graph import SECRET, Graph, Place, Reference, Resource, Value
from policies.resolve import with_regions_and_accounts, without_default_providers
from policies.sources.deployed import (
    NotAState,
    State,
    kind_of,
    object_at,
    objects_at,
    placed_by_arn,
    text_at,
    texts_at,
)
from policies.sources.wire import value_of_plain

DOOR: Final = "engine state"
VERSIONS: Final = (3, 4)
STACK_TYPE: Final = "pulumi:pulumi:Stack"

_URN: Final = re.compile(r"urn:pulumi:([^:]+)::([^:]+)::((?:[^:]|:(?!:))+)::(.+)")
_POSITION: Final = re.compile(r"project://(/[^#]+)#(\d{1,7})(?:,\d+)?")
_MOST_NOTES: Final = 20


def is_export(data: Any) -> bool:
    """Whether a document means to be a stack export."""
    return isinstance(data, dict) and ("deployment" in data or _is_checkpoint(data))


def _is_checkpoint(data: dict[str, Any]) -> bool:
    return "version" in data and "checkpoint" in data


def state_of(data: Any, name: str = "the stack export") -> State:
    """The state in a decoded export. `name` is what sentences call it. Raises NotAState."""
    if not is_export(data):
        raise NotAState(f"{name} is no stack export; wanted: what `pulumi stack export` prints")
    if data.get("version") not in VERSIONS or isinstance(data.get("version"), bool):
        raise NotAState(f"{name} has a version that is not known; this program reads {VERSIONS[0]} and {VERSIONS[1]}")
    if "deployment" in data:
        deployment = object_at(data, "deployment", name)
    else:
        deployment = object_at(object_at(data, "checkpoint", name), "latest", f"{name}: checkpoint")
    rows = objects_at(deployment, "resources", f"{name}: deployment")
    found = [
        resource_of(row, f"{name}: resources[{number}]")
        for number, row in enumerate(rows)
        if not _is_gone(row) and row.get("type") != STACK_TYPE
    ]
    if twice := next((urn for urn, count in Counter(r.urn for r in found).items() if count > 1), ""):
        raise NotAState(f"{name} names {twice} twice, so nobody can tell which of them counts")
    resources = placed_by_arn(without_default_providers(with_regions_and_accounts(found)))
    stack, project = names_of(rows)
    graph = Graph.of(resources, project=project, stack=stack, door=DOOR)
    return State(graph, tuple(_notes(deployment, rows, name)))


def _is_gone(row: dict[str, Any]) -> bool:
    """Whether a row speaks of what waits for its deletion, or was deleted to make room and is not made anew yet."""
    return row.get("delete") is True or row.get("pendingReplacement") is True


def names_of(rows: list[dict[str, Any]]) -> tuple[str, str]:
    """Stack and project, as the first URN names them."""
    for row in rows:
        match = _URN.fullmatch(str(row.get("urn", "")))
        if match:
            return match[1], match[2]
    return "", ""


# --- one resource ----------------------------------------------------------------------------------------------------


def resource_of(row: dict[str, Any], where: str) -> Resource:
    """One resource in the form of a checkpoint's rows. Raises NotAState."""
    urn = text_at(row, "urn", where, required=True)
    match = _URN.fullmatch(urn)
    if match is None:
        raise NotAState(f"{where}.urn is no URN of the form urn:pulumi:stack::project::type::name")
    depends = _property_dependencies(row, where)
    outputs = _values(object_at(row, "outputs", where), depends, f"{where}.outputs")
    outputs |= {name: SECRET for name in texts_at(row, "additionalSecretOutputs", where) if name in outputs}
    if identifier := text_at(row, "id", where):
        outputs.setdefault("id", identifier)
    places = _places(row)
    return Resource(
        urn=urn,
        type=text_at(row, "type", where, required=True),
        name=match[4],
        custom=row.get("custom") is True,
        inputs=_values(object_at(row, "inputs", where), depends, f"{where}.inputs"),
        outputs=outputs,
        provider=_provider(text_at(row, "provider", where)),
        parent=_parent(text_at(row, "parent", where)),
        depends_on=texts_at(row, "dependencies", where),
        property_depends_on=depends,
        protect=row.get("protect") is True,
        retain_on_delete=row.get("retainOnDelete") is True,
        ignore_changes=texts_at(row, "ignoreChanges", where),
        aliases=texts_at(row, "aliases", where),
        external=row.get("external") is True,
        source=places.get("source"),
        component=places.get("component"),
    )


def _values(values: dict[str, Any], depends: Mapping[str, tuple[str, ...]], where: str) -> dict[str, Value]:
    """Property by property: an unknown may come from what its property depends on."""
    try:
        return {
            name: value_of_plain(value, tuple(Reference(urn, "") for urn in depends.get(name, ())))
            for name, value in values.items()
            if not name.startswith("__")
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        raise NotAState(f"{where} holds a value that is not of the engine's form") from None


def _property_dependencies(row: dict[str, Any], where: str) -> dict[str, tuple[str, ...]]:
    found = object_at(row, "propertyDependencies", where)
    for name, urns in found.items():
        if urns is not None and not (isinstance(urns, list) and all(isinstance(urn, str) for urn in urns)):
            raise NotAState(f"{where}.propertyDependencies.{name[:100]} is {kind_of(urns)}; wanted: a list of URNs")
    return {name: tuple(sorted(urns)) for name, urns in found.items() if urns}


def _provider(reference: str) -> str | None:
    """A state names a provider by URN and id: `urn:pulumi:...::name::id`."""
    return reference.rpartition("::")[0] or None


def _parent(urn: str) -> str | None:
    match = _URN.fullmatch(urn)
    return urn if match and match[3] != STACK_TYPE else None


def _places(row: dict[str, Any]) -> dict[str, Place]:
    """`source`: the first frame outside the components and installed packages; `component`: the first inside."""
    trace = row.get("stackTrace")
    frames = [f.get("sourcePosition") for f in trace if isinstance(f, dict)] if isinstance(trace, list) else []
    found: dict[str, Place] = {}
    for position in frames or [row.get("sourcePosition")]:
        place = _place(position)
        if place is None or "/site-packages/" in place.file or place.file.startswith("../"):
            continue
        found.setdefault("component" if place.file.startswith("components/") else "source", place)
        if "source" in found:
            break
    return found


def _place(position: Any) -> Place | None:
    match = _POSITION.fullmatch(position) if isinstance(position, str) and len(position) < 4096 else None
    return Place(unquote(match[1]).lstrip("/"), int(match[2])) if match else None


# --- what a reader must know -----------------------------------------------------------------------------------------


def _notes(deployment: dict[str, Any], rows: list[dict[str, Any]], name: str) -> list[str]:
    notes = []
    for number, operation in enumerate(objects_at(deployment, "pending_operations", f"{name}: deployment")):
        where = f"{name}: pending_operations[{number}]"
        urn = text_at(object_at(operation, "resource", where), "urn", f"{where}.resource")
        kind = text_at(operation, "type", where)[:40] or "working on"
        notes.append(f"an operation did not end: {kind} {urn.rpartition('::')[2][:200]}")
    for row in rows:
        bare = text_at(row, "urn", name).rpartition("::")[2][:200]
        if row.get("delete") is True:
            notes.append(f"{bare} has been replaced or removed and waits for deletion; it was left out")
        elif row.get("pendingReplacement") is True:
            notes.append(f"{bare} was deleted to be replaced and has not been made anew; it was left out")
        if row.get("initErrors"):
            notes.append(f"{bare} was made, but did not become ready")
    if len(notes) > _MOST_NOTES:
        notes = [*notes[:_MOST_NOTES], f"and {len(notes) - _MOST_NOTES} more of this kind"]
    return notes

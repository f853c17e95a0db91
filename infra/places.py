"""Which line of the stack file decides a resource: from a component's name back to what the hospital stated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from infra.settings import Hospital, Loaded
from policies.engine import StackPlaces
from policies.graph import Resource
from policies.results import StackPlace

_BY_PROPERTY = {
    "protect": "lifecycle",
    "deletionProtection": "lifecycle",
    "deletionProtectionEnabled": "lifecycle",
    "forceDestroy": "lifecycle",
    "skipFinalSnapshot": "lifecycle",
    "enableDeletionProtection": "lifecycle",
}
"""Properties that one setting decides, whatever the resource."""

_BY_NAME = {
    "database": "demand",
    "documents": "demand",
    "images": "demand",
    "sessions": "demand",
    "entry": "clinical_entry",
    "backup": "data_centres",
    "link": "data_centres",
}
"""First word of a component's name -> the part of the stack file that makes it what it is."""


def stack_places(loaded: Loaded) -> StackPlaces:
    """The function that the engine of the rules asks for places."""

    def find(resource: Resource, ancestors: Sequence[Resource], property_path: str) -> StackPlace | None:
        if loaded.file is None:
            return None
        path = stack_path(loaded.hospital, resource, ancestors, property_path)
        line = loaded.line_of(path)
        return StackPlace(loaded.file, line, path) if line is not None else None

    return find


def stack_path(hospital: Hospital, resource: Resource, ancestors: Sequence[Resource], property_path: str) -> str:
    """The path in the stack file that decides `resource`'s property: the nearest that can be told, never none."""
    top = property_path.partition(".")[0].partition("[")[0]
    if top in _BY_PROPERTY:
        return _BY_PROPERTY[top]
    if top == "region" and resource.region:
        for key, centre in hospital.data_centres.items():
            if centre.region == resource.region:
                return f"data_centres.{key}.region"
    outermost = ancestors[-1].name if ancestors else resource.name
    return _stated(hospital, outermost)


def _stated(hospital: Hospital, name: str) -> str:
    head, _, rest = name.partition("-")
    families: dict[str, Callable[[], str]] = {
        "site": lambda: f"edge_sites.{rest}",
        "account": lambda: f"accounts.{rest.partition('-')[0]}",
    }
    if head in families:
        return families[head]()
    for key in sorted(hospital.data_centres, key=len, reverse=True):
        if name == key or name.startswith(f"{key}-"):
            return f"data_centres.{key}"
    return _BY_NAME.get(head, "schema")

"""What a change takes away, and what others changed before it, in words: a sentence for each resource, the first of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from policies.graph import Fate, Loss, Resource
from policies.sources.deployed import object_at, objects_at, text_at

_MOST_NOTES: Final = 20


def notes_of(losses: Sequence[Loss]) -> tuple[str, ...]:
    """The notes of a graph's losses."""
    notes = []
    for loss in losses:
        name = loss.resource.name[:200]
        if loss.fate is Fate.DELETED:
            notes.append(f"{name} is deleted by this change")
        elif loss.fate is Fate.REPLACED:
            notes.append(f"{name} is replaced by this change; the old one is deleted")
        else:
            notes.append(f"{name} is dropped by this change and stays in the cloud")
    return _first(notes, f"and {len(notes) - _MOST_NOTES} more deletions and replacements")


def drift_of(data: dict[str, Any], name: str) -> tuple[str, ...]:
    """The notes of what a Terraform plan found changed since the last one. `name` is what sentences call it. Raises
    NotAState."""
    notes = []
    for number, row in enumerate(objects_at(data, "resource_drift", name)):
        where = f"{name}: resource_drift[{number}]"
        actions = object_at(row, "change", where).get("actions")
        address = text_at(row, "address", where)[:200]
        if actions == ["delete"]:
            notes.append(f"{address} was deleted outside of Terraform")
        elif actions == ["update"]:
            notes.append(f"{address} was changed outside of Terraform")
    return _first(notes, f"and {len(notes) - _MOST_NOTES} more that were changed outside of Terraform")


def _first(notes: list[str], rest: str) -> tuple[str, ...]:
    """The first of many notes, and then `rest`."""
    return (*notes[:_MOST_NOTES], rest) if len(notes) > _MOST_NOTES else tuple(notes)


def fate_of(row: Mapping[str, Any], words: set[str]) -> Fate | None:
    """What a change takes away: destroyed for good, for another one, or let go."""
    if "forget" in words:
        return Fate.FORGOTTEN
    if "delete" not in words:
        return None
    return Fate.REPLACED if row.get("deposed") or "create" in words else Fate.DELETED


def named_as_lost(resource: Resource, row: Mapping[str, Any]) -> Resource:
    """The resource; an older one of the same address, which waits for its deletion, under a name of its own."""
    deposed = str(row.get("deposed") or "")[:20]
    return replace(resource, name=f"{resource.name} (deposed {deposed})") if deposed else resource

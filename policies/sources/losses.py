"""What a change takes away, in words: a sentence for each resource, the first of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from policies.graph import Fate, Loss

_MOST_NOTES: Final = 20


def notes_of(losses: Sequence[Loss]) -> tuple[str, ...]:
    """The notes of a graph's losses."""
    notes = []
    for loss in losses[:_MOST_NOTES]:
        name = loss.resource.name[:200]
        if loss.fate is Fate.DELETED:
            notes.append(f"{name} is deleted by this change")
        elif loss.fate is Fate.REPLACED:
            notes.append(f"{name} is replaced by this change; the old one is deleted")
        else:
            notes.append(f"{name} is dropped by this change and stays in the cloud")
    if len(losses) > _MOST_NOTES:
        notes.append(f"and {len(losses) - _MOST_NOTES} more deletions and replacements")
    return tuple(notes)

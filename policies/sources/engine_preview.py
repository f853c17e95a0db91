"""Door 3: what the Pulumi engine is about to deploy, as `pulumi preview --json` prints it, becomes a graph.

Every step that leaves a resource behind gives one, in the state after the step; deletions give none, and are notes. What
is not known before deploy is unknown and may come from what its property depends on. The engine prints `[secret]` where
a secret stands. Diagnostics of severity `error` mean that the preview itself failed: then there is nothing whole to judge.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from policies.graph import SECRET, Graph, Resource, Value
from policies.resolve import with_regions_and_accounts, without_default_providers
from policies.sources.deployed import NotAState, State, object_at, objects_at, placed_by_arn, text_at
from policies.sources.engine_state import STACK_TYPE, names_of, resource_of

DOOR: Final = "engine preview"

_GONE: Final = frozenset(
    {"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace", "read-discard"}
)
_HIDDEN: Final = "[secret]"
_MOST_NOTES: Final = 20


def is_preview(data: Any) -> bool:
    """Whether a document means to be a preview's."""
    return (
        isinstance(data, dict)
        and "steps" in data
        and ("changeSummary" in data or "diagnostics" in data or "duration" in data)
    )


def preview_of(data: Any, name: str = "the preview") -> State:
    """The resources after the steps of a decoded preview. `name` is what sentences call it. Raises NotAState."""
    if not is_preview(data):
        raise NotAState(f"{name} is no preview; wanted: what `pulumi preview --json` prints")
    _refuse_failed(data, name)
    rows, gone = [], []
    for number, step in enumerate(objects_at(data, "steps", name)):
        where = f"{name}: steps[{number}]"
        if text_at(step, "op", where, required=True) in _GONE:
            gone.append(text_at(step, "urn", where).rpartition("::")[2][:200])
        elif step.get("newState") is not None:
            rows.append((object_at(step, "newState", where), f"{where}.newState"))
    found = [_hidden(resource_of(row, where)) for row, where in rows if row.get("type") != STACK_TYPE]
    resources = placed_by_arn(without_default_providers(with_regions_and_accounts(found)))
    stack, project = names_of([row for row, _ in rows])
    notes = [f"{bare} is deleted by this change; what follows does not judge it" for bare in gone]
    if len(notes) > _MOST_NOTES:
        notes = [*notes[:_MOST_NOTES], f"and {len(notes) - _MOST_NOTES} more deletions"]
    return State(Graph.of(resources, project=project, stack=stack, door=DOOR), tuple(notes))


def _refuse_failed(data: dict[str, Any], name: str) -> None:
    """A preview that ended with an error has not seen every resource."""
    for number, row in enumerate(objects_at(data, "diagnostics", name)):
        if text_at(row, "severity", f"{name}: diagnostics[{number}]") == "error":
            urn = text_at(row, "urn", f"{name}: diagnostics[{number}]").rpartition("::")[2][:200]
            raise NotAState(
                f"{name} is of a preview that failed{f' at {urn}' if urn else ''}, so not every resource is in it; mend "
                "what the engine says and run `pulumi preview --json` again"
            )


def _hidden(resource: Resource) -> Resource:
    return replace(resource, inputs=_masked(resource.inputs), outputs=_masked(resource.outputs))


def _masked(value: Value) -> Value:
    if value == _HIDDEN:
        return SECRET
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return value

"""Door 3: what the Pulumi engine is about to deploy, as `pulumi preview --json` prints it, becomes a graph.

Every step that leaves a resource behind gives one, in the state after the last step that speaks of it; what the steps delete
or replace is a loss, as it was before. What is not known before deploy is unknown and may come from what its property
depends on. The engine prints `[secret]` where a secret stands. Diagnostics of severity `error` mean that the preview
itself failed: then there is nothing whole to judge.

Unless it is asked to (`--show-sames`), the engine leaves out what does not change; the summary tells how many those are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from policies.graph import SECRET, Fate, Graph, Loss, Resource, Value
from policies.resolve import is_default_provider, with_regions_and_accounts, without_default_providers
from policies.sources.deployed import NotAState, State, object_at, objects_at, placed_by_arn, text_at
from policies.sources.engine_state import STACK_TYPE, names_of, resource_of
from policies.sources.losses import notes_of

DOOR: Final = "engine preview"

_DELETES: Final = frozenset({"delete", "remove-pending-replace", "discard", "read-discard"})
_REPLACES: Final = frozenset({"replace", "create-replacement", "import-replacement", "delete-replaced"})
_TAKES_NOTHING: Final = frozenset({"remove-pending-replace", "discard", "read-discard", "discard-replaced"})
"""What was only read is let go, or what an interrupted update had deleted already is taken off the list."""
_LEAVES: Final = frozenset({"create", "create-replacement", "import", "import-replacement", "read", "same", "update"})
"""What a resource is there after; without its state nothing could be said of it."""
_HIDDEN: Final = "[secret]"


def is_preview(data: Any) -> bool:
    """Whether a document means to be a preview's."""
    if not isinstance(data, dict):
        return False
    if "steps" not in data:  # one that failed before its first step
        return "diagnostics" in data and "config" in data
    return "changeSummary" in data or "diagnostics" in data or "duration" in data


def preview_of(data: Any, name: str = "the preview") -> State:
    """The resources after the steps of a decoded preview. `name` is what sentences call it. Raises NotAState."""
    if not is_preview(data):
        raise NotAState(f"{name} is no preview; wanted: what `pulumi preview --json` prints")
    _refuse_failed(data, name)
    reading = _Reading()
    for number, step in enumerate(objects_at(data, "steps", name)):
        reading.take(step, f"{name}: steps[{number}]")
    config = _config(data, name)
    stack, project = names_of([*reading.rows.values(), *(loss.row for loss in reading.losses.values())])
    graph = Graph.of(
        _placed([resource_of(row, reading.where[urn]) for urn, row in reading.rows.items()], config),
        losses=reading.lost(config),
        hidden=_hidden_by(data, reading.same, name),
        project=project,
        stack=stack,
        door=DOOR,
    )
    return State(graph, notes_of(graph.losses), config)


@dataclass
class _Lost:
    row: dict[str, Any]
    fate: Fate
    where: str


@dataclass
class _Reading:
    """The steps of one preview on their way to resources; of two steps that speak of one URN the later counts."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    losses: dict[str, _Lost] = field(default_factory=dict)
    same: int = 0

    def take(self, step: dict[str, Any], where: str) -> None:
        """One step."""
        operation = text_at(step, "op", where, required=True)
        old = object_at(step, "oldState", where)
        new = object_at(step, "newState", where)
        urn = text_at(new or old or step, "urn", where, required=True)
        if operation in _LEAVES and not new:
            raise NotAState(f"{where} has no newState; wanted: all of what `pulumi preview --json` prints")
        self.same += operation == "same"
        if operation in _DELETES and old.get("delete") is not True:
            self.rows.pop(urn, None)
        elif new and operation != "delete-replaced":
            self.rows[urn], self.where[urn] = new, f"{where}.newState"
        if operation in _REPLACES or (operation in _DELETES and operation not in _TAKES_NOTHING):
            self._lose(urn, operation, old, f"{where}.oldState")

    def _lose(self, urn: str, operation: str, old: dict[str, Any], where: str) -> None:
        if not old or old.get("external") is True:
            return
        replaced = operation in _REPLACES or old.get("delete") is True
        fate = Fate.REPLACED if replaced else Fate.DELETED
        if old.get("retainOnDelete") is True:
            fate = Fate.FORGOTTEN
        self.losses[urn] = _Lost(old, fate, where)

    def lost(self, config: Mapping[str, str]) -> list[Loss]:
        """What is taken away. Its provider may be there still or go with it."""
        before = {urn: resource_of(loss.row, loss.where) for urn, loss in self.losses.items()}
        around = [resource_of(row, self.where[urn]) for urn, row in self.rows.items() if urn not in before]
        placed = {r.urn: r for r in _placed([*before.values(), *around], config)}
        return [Loss(placed[urn], loss.fate) for urn, loss in self.losses.items() if before[urn].type != STACK_TYPE]


def _placed(found: list[Resource], config: Mapping[str, str]) -> list[Resource]:
    shown = [_masked_resource(resource) for resource in found if resource.type != STACK_TYPE]
    resolved = with_regions_and_accounts([*_default_providers(shown, config), *shown])
    return placed_by_arn(without_default_providers(resolved))


def _default_providers(found: list[Resource], config: Mapping[str, str]) -> list[Resource]:
    """The providers that the engine makes of the stack's configuration, which it does not print as steps."""
    printed = {resource.urn for resource in found}
    made = {}
    for urn in sorted({r.provider for r in found if r.provider and r.provider not in printed}):
        name = urn.rpartition("::")[2]
        if is_default_provider(name):
            kind = urn.split("::")[2]
            prefix = f"{kind.rpartition(':')[2]}:"
            stated = {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}
            made[urn] = Resource(urn, kind, name, custom=True, inputs=stated)
    return list(made.values())


def _hidden_by(data: dict[str, Any], shown: int, name: str) -> int:
    """How many resources stay as they are and are not among the steps."""
    same = object_at(data, "changeSummary", name).get("same", 0)
    if isinstance(same, bool) or not isinstance(same, int) or same < 0:
        raise NotAState(f"{name}: changeSummary.same is no count")
    return max(0, same - shown)


def _config(data: dict[str, Any], name: str) -> Mapping[str, str]:
    """The stack's configuration, as the engine prints it: text, and secrets hidden."""
    found = object_at(data, "config", name)
    return {key: value for key, value in found.items() if isinstance(value, str) and value != _HIDDEN}


def _refuse_failed(data: dict[str, Any], name: str) -> None:
    """A preview that ended with an error has not seen every resource."""
    for number, row in enumerate(objects_at(data, "diagnostics", name)):
        if text_at(row, "severity", f"{name}: diagnostics[{number}]") == "error":
            urn = text_at(row, "urn", f"{name}: diagnostics[{number}]").rpartition("::")[2][:200]
            raise NotAState(
                f"{name} is of a preview that failed{f' at {urn}' if urn else ''}, so not every resource is in it; mend "
                "what the engine says and run `pulumi preview --json` again"
            )


def _masked_resource(resource: Resource) -> Resource:
    return replace(resource, inputs=_masked(resource.inputs), outputs=_masked(resource.outputs))


def _masked(value: Value) -> Value:
    if value == _HIDDEN:
        return SECRET
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return value

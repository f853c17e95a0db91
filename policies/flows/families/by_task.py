"""State machines: their tasks that call an address by HTTP need no right on a store, and no network of the hospital's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.flows.builder import Builder
from policies.flows.model import Kind, Place
from policies.flows.places import host
from policies.graph import Unknown, Value, references_in
from policies.resolve import decoded

MACHINE = "aws:sfn/stateMachine:StateMachine"
_HTTP = ":states:::http:"
_ADDRESSES = ("ApiEndpoint", "ApiEndpoint.$")


def by_task(builder: Builder) -> None:
    """Adds machine -> address for each HTTP task of its definition."""
    for machine in builder.facts.graph.by_type.get(MACHINE, ()):
        definition = machine.get("definition")
        for path, task in tasks(decoded(definition), "definition"):
            if _HTTP in str(task.get("Resource", "")):
                place = builder.place(_place(task, builder))
                builder.add(Kind.DATA, machine.urn, place, machine, path)


def tasks(value: Value, path: str) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """(path, state) for each task of a definition, those of its branches and loops included."""
    if isinstance(value, Mapping):
        states = value.get("States")
        for name, state in states.items() if isinstance(states, Mapping) else ():
            at = f"{path} > {name}"
            if isinstance(state, Mapping):
                if state.get("Type") == "Task":
                    yield at, state
                for inner in ("Iterator", "ItemProcessor", "Branches"):
                    yield from tasks(state.get(inner), at)
    elif isinstance(value, list):
        for item in value:
            yield from tasks(item, path)


def _place(task: Mapping[str, Value], builder: Builder) -> Place:
    for block in ("Parameters", "Arguments"):
        given = task.get(block)
        for name in _ADDRESSES if isinstance(given, Mapping) else ():
            address = given.get(name) if isinstance(given, Mapping) else None
            if isinstance(address, str) and "://" in address and not references_in(address):
                return host(address, builder.facts)
            if isinstance(address, (str, Unknown)):
                return Place(address, None)
    return Place("an address that the task does not state", None)

"""All flows of a graph, made once: each family adds its edges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from policies.facts import Facts
from policies.flows.builder import Builder
from policies.flows.families.by_backup import by_backup
from policies.flows.families.by_entry import by_entry
from policies.flows.families.by_event import by_event
from policies.flows.families.by_identity import by_identity
from policies.flows.families.by_key import by_key
from policies.flows.families.by_policy import by_policy
from policies.flows.families.by_process import by_process
from policies.flows.families.by_state import by_state
from policies.flows.families.by_table import by_table
from policies.flows.families.by_task import by_task
from policies.flows.model import Flow, Place

FAMILIES: Final[tuple[Callable[[Builder], None], ...]] = (
    by_table,
    by_backup,
    by_key,
    by_policy,
    by_identity,
    by_process,
    by_task,
    by_event,
    by_entry,
    by_state,
)


@dataclass(frozen=True)
class FlowGraph:
    """Every flow by the node it leaves, and the places outside the graph that flows lead to."""

    out: Mapping[str, tuple[Flow, ...]]
    spots: Mapping[str, Place]


def derive(facts: Facts) -> FlowGraph:
    """The flows of a graph. `facts.derived(derive)` makes them once."""
    builder = Builder(facts)
    for family in FAMILIES:
        family(builder)
    return FlowGraph({node: tuple(flows) for node, flows in builder.out.items()}, builder.spots)

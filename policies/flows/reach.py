"""What each store reaches: every sink with the shortest path to it, certain paths before doubtful ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jurisdictions import DATA_CLASS_TAG
from policies.facts import Facts, store_types
from policies.flows.derive import FlowGraph, derive
from policies.flows.model import Flow, Kind, Place
from policies.flows.places import place_of
from policies.graph import Resource

LEAST_CLASS: Final = 3
"""The class from which a store's paths are proven (GB/T 39725-2020: 3 and up tells of one patient)."""
MOST_NODES: Final = 20_000
"""Nodes that one store's search visits at most; beyond it the answer is undecided, never passed."""

_Key = tuple[str, bool]
_CLOSED = ("aws:kms/",)
"""Types that are no sink by themselves while inside: the key opens the store, it holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Sink:
    """One place that a store's data can reach, and how."""

    kind: Kind
    """Of the whole path: serving where one hop is, else metadata where one hop is, else data."""
    node: str
    place: Place
    path: tuple[Flow, ...]
    doubt: bool
    """Whether one hop only may be there."""

    @property
    def leaves(self) -> bool | None:
        """Whether the path leads out of the jurisdiction; None where that cannot be decided."""
        if self.kind is Kind.SERVING or self.place.inside or self.place.only_listed:
            return False
        return None if self.doubt or self.place.inside is None else True


@dataclass(frozen=True, slots=True)
class Reach:
    """One store and everything it reaches."""

    store: Resource
    data_class: int
    sinks: tuple[Sink, ...]
    cut: bool = False
    """Whether the search ended at its limit."""


def reaches(facts: Facts) -> tuple[Reach, ...]:
    """Every store of class 3 and up with its sinks, in canonical order."""
    flows = facts.derived(derive)
    marks = marks_of(flows, facts)
    stores = [s for s in facts.stores if facts.effective_class(s) >= LEAST_CLASS and not _is_for_alarms(s, facts)]
    return tuple(reach(store, flows, facts, marks) for store in stores)


_TOPIC: Final = "aws:sns/topic:Topic"
_ALARMING: Final = (
    "aws:backup/vaultNotifications:VaultNotifications",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:rds/eventSubscription:EventSubscription",
)


def _is_for_alarms(store: Resource, facts: Facts) -> bool:
    """Whether it is a topic that alarms go to and that states no class itself: the default tags of its provider, and the
    class that is assumed, are about records. What a store gives to the topic is followed from the store."""
    if store.type != _TOPIC or {DATA_CLASS_TAG, facts.context.tag_names.get(DATA_CLASS_TAG)} & store.tags.keys():
        return False
    return bool(facts.graph.referring(store, *_ALARMING))


def by_store(facts: Facts) -> Mapping[str, Reach]:
    """URN of a store -> its reach."""
    return {found.store.urn: found for found in facts.derived(reaches)}


def reach(store: Resource, flows: FlowGraph, facts: Facts, marks: Marks | None = None) -> Reach:
    """Breadth first over certain flows, then over doubtful ones from all that was reached. What stands outside is not
    gone on from: the data has left. A path that serves users goes on only to where users are served."""
    start: _Key = (store.urn, False)
    came: dict[_Key, tuple[_Key, Flow] | None] = {start: None}
    doubtful: set[_Key] = set()
    marks = marks or marks_of(flows, facts)
    out, ends, listed = flows.out, marks.outside, marks.listed
    for with_doubt in (False, True):
        queue = deque(came)
        while queue and len(came) < MOST_NODES:
            key = queue.popleft()
            if key[0] in ends and key != start:
                continue
            for flow in out.get(key[0], ()):
                if flow.doubt and not with_doubt:
                    continue
                serving = key[1] or flow.kind is Kind.SERVING
                if key[1] and flow.kind is not Kind.SERVING:
                    continue
                further = (flow.target, serving)
                if further not in came and further != (store.urn, True):
                    came[further] = (key, flow)
                    if with_doubt:
                        doubtful.add(further)
                    queue.append(further)
    sinks = [_sink(key, came, key in doubtful, flows, facts) for key in came if key != start and key[0] in listed]
    sinks.sort(key=lambda sink: (sink.kind.value, sink.node))
    return Reach(store, facts.effective_class(store), tuple(sinks), len(came) >= MOST_NODES)


def _sink(
    key: _Key, came: Mapping[_Key, tuple[_Key, Flow] | None], doubt: bool, flows: FlowGraph, facts: Facts
) -> Sink:
    path: list[Flow] = []
    step = came[key]
    while step is not None:
        path.append(step[1])
        step = came[step[0]]
    kinds = {flow.kind for flow in path}
    kind = Kind.SERVING if key[1] else Kind.METADATA if Kind.METADATA in kinds else Kind.DATA
    return Sink(kind, key[0], _spot(key[0], flows, facts), tuple(reversed(path)), doubt)


@dataclass(frozen=True, slots=True)
class Marks:
    """What one look at every node tells, so that no store's search asks again."""

    outside: frozenset[str]
    """The nodes outside: what came there has left."""
    listed: frozenset[str]
    """Places, stores, whatever stands outside, and where a path ends; not each role and part on the way."""


def marks_of(flows: FlowGraph, facts: Facts) -> Marks:
    """The marks of every node that a flow leads to."""
    nodes = {flow.target for rows in flows.out.values() for flow in rows}
    return Marks(
        frozenset(node for node in nodes if _spot(node, flows, facts).inside is False),
        frozenset(node for node in nodes if _is_listed(node, flows, facts)),
    )


def _is_listed(node: str, flows: FlowGraph, facts: Facts) -> bool:
    if node in flows.spots or not _spot(node, flows, facts).inside:
        return True
    resource = facts.graph.by_urn[node]
    if resource.type.startswith(_CLOSED):
        return False
    return resource.type in store_types() or node not in flows.out


def _spot(node: str, flows: FlowGraph, facts: Facts) -> Place:
    known = flows.spots.get(node) or facts.derived(_spots).get(node)
    if known is None:
        resource = facts.graph.by_urn[node]
        known = place_of([resource], facts)
        if resource.region is None and not resource.type.startswith("aws:"):
            known = Place(resource.name, True, account=resource.account)
        facts.derived(_spots)[node] = known
    return known


def _spots(_facts: Facts) -> dict[str, Place]:
    return {}


def leaving(found: Reach) -> Iterator[Sink]:
    """The sinks to which data leaves, or may."""
    return (sink for sink in found.sinks if sink.leaves is not False)

"""What holds for every graph: no flow graph makes the search throw or run on, cutting an edge never adds a path, and a
sink outside that something reached leads to always fails."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.facts import Facts
from policies.flows.builder import Builder
from policies.flows.derive import FlowGraph
from policies.flows.model import Flow, Kind, Place
from policies.flows.reach import Reach, reach, reaches
from policies.flows.report import residency
from policies.flows.tables import flows
from policies.graph import SECRET, Graph, Reference, Unknown
from tests.policies.flows.cases import BUCKET, resource, store
from tests.resources import context, graph, urn

QUICK = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
NODES = [urn(BUCKET, f"n{i}") for i in range(8)]
STORES = [store(name=f"n{i}") for i in range(8)]
OUTSIDE, UNDECIDED = "place:abroad", "place:somewhere"
SPOTS = {OUTSIDE: Place("abroad", False), UNDECIDED: Place("somewhere", None)}
FACTS = Facts(graph(*STORES), context())

_KINDS = st.sampled_from([Kind.DATA, Kind.METADATA, Kind.SERVING])
_FLOWS = st.builds(
    Flow,
    source=st.sampled_from(NODES),
    target=st.sampled_from([*NODES, OUTSIDE, UNDECIDED]),
    kind=_KINDS,
    carrier=st.sampled_from(NODES),
    property=st.just("p"),
    doubt=st.booleans(),
)


def _graph(found: list[Flow]) -> FlowGraph:
    out: dict[str, list[Flow]] = {}
    for flow in found:
        out.setdefault(flow.source, []).append(flow)
    return FlowGraph({node: tuple(rows) for node, rows in out.items()}, SPOTS)


def _reach(found: list[Flow]) -> Reach:
    return reach(STORES[0], _graph(found), FACTS)


def _sinks(found: Reach) -> set[tuple[str, Kind]]:
    return {(sink.node, sink.kind) for sink in found.sinks if sink.leaves is not False}


@QUICK
@given(st.lists(_FLOWS, max_size=24))
def test_the_search_ends_and_each_path_leads_from_the_store_to_its_sink(found: list[Flow]):
    for sink in _reach(found).sinks:
        assert sink.path[0].source == STORES[0].urn and sink.path[-1].target == sink.node
        assert all(one.target == other.source for one, other in zip(sink.path, sink.path[1:], strict=False))
        assert sink.doubt == any(flow.doubt for flow in sink.path) or not sink.doubt


@QUICK
@given(st.lists(_FLOWS, min_size=1, max_size=20), st.data())
def test_cutting_an_edge_never_adds_a_path(found: list[Flow], data: st.DataObject):
    cut = data.draw(st.integers(0, len(found) - 1))
    before, after = _reach(found), _reach(found[:cut] + found[cut + 1 :])
    assert {node for node, _ in _sinks(after)} <= {node for node, _ in _sinks(before)}
    certain = {sink.node for sink in after.sinks if sink.leaves}
    assert certain <= {sink.node for sink in before.sinks if sink.leaves}


@QUICK
@given(st.lists(_FLOWS, max_size=20), st.data())
def test_a_sink_outside_on_a_reached_node_always_fails(found: list[Flow], data: st.DataObject):
    sure = [flow for flow in found if not flow.doubt and flow.kind is not Kind.SERVING]
    out = _graph(sure).out
    reached, queue = {NODES[0]}, [NODES[0]]
    while queue:
        for flow in out.get(queue.pop(), ()):
            if flow.target in NODES and flow.target not in reached:
                reached.add(flow.target)
                queue.append(flow.target)
    node = data.draw(st.sampled_from(sorted(reached)))
    added = Flow(node, OUTSIDE, Kind.DATA, node, "p")
    assert OUTSIDE in {sink.node for sink in _reach([*found, added]).sinks if sink.leaves}


_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.sampled_from(
        ["arn:aws:s3:::x", "arn:aws-cn:sqs:us-east-1:111122223333:q", "https://x.example", "*", "{", "n1", "s3://n1/x"]
    ),
    st.just(SECRET),
    st.just(Unknown()),
    st.just(Unknown((Reference(NODES[1], "arn"),))),
    st.just(Unknown((Reference("urn:nowhere", ""),))),
)


def _odd(keys: list[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        _LEAVES,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(keys), inner, max_size=3),
        max_leaves=5,
    )


def _keys(type_token: str) -> list[str]:
    paths = [end for row in flows()[type_token] for end in (row.source, row.target)]
    return sorted({step for p in paths for step in p.replace("[*]", "").replace(">", ".").split(".")})


@QUICK
@given(data=st.data())
def test_no_graph_makes_the_proof_throw(data: st.DataObject):
    types = data.draw(st.lists(st.sampled_from(sorted(flows())), min_size=1, max_size=4, unique=True))
    subjects = []
    for type_token in types:
        inputs = data.draw(st.dictionaries(st.sampled_from(_keys(type_token)), _odd(_keys(type_token)), max_size=4))
        subjects.append(
            resource(
                type_token,
                "odd",
                region_=data.draw(st.sampled_from(["cn-north-1", "us-east-1", None])),
                **{key: value for key, value in inputs.items() if key not in ("name", "self")},
            )
        )
    facts = Facts(Graph.of([*subjects, *STORES[:2]]), context())
    for row in residency(facts):
        for sink in row["sinks"]:
            assert sink["inside"] in (True, False, None) and sink["path"]
    assert len(facts.derived(reaches)) >= 2


def test_a_builder_keeps_one_edge_for_one_way():
    builder = Builder(FACTS)
    for doubt in (True, False, True):
        builder.add(Kind.DATA, NODES[0], NODES[1], STORES[0], "p", doubt)
    assert [flow.doubt for flow in builder.out[NODES[0]]] == [True, False]

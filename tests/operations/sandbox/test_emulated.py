"""One adaptation for every engine: what the emulator cannot hold is left out, and nothing else is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from operations.sandbox.emulated import emulated
from operations.sandbox.existing import RECORD, ZONE, with_existing
from operations.sandbox.gaps import Gaps, How, parsed, reviewed
from policies.graph import Graph, Reference, Resource, Unknown, edges_of, marker
from tests.operations.sandbox.graphs import ANALYZER, KEY, QUEUE, TOPIC, graph, out, resource, small, urn

REPLICA = "aws:kms/replicaKey:ReplicaKey"


def gaps(*rows: dict[str, Any], **more: Any) -> Gaps:
    words = {"because": "a test", "instead": "nothing"}
    return parsed({"emulator": "none", "gaps": [{**words, **row} for row in rows], **more})


def one(found: Graph, type_token: str, name: str) -> Resource:
    return found.by_urn[urn(type_token, name)]


def test_what_the_emulator_has_is_untouched():
    stack = graph(resource(KEY, "key", {"description": "d"}), resource(QUEUE, "q", {"name": "q"}))
    done = emulated(stack, gaps({"type": TOPIC, "how": "left-out"}))
    assert done.graph == stack
    assert set(done.applied) == {urn(KEY, "key"), urn(QUEUE, "q")}
    assert not done.echoed and not done.changed


def test_a_left_out_resource_is_made_up_for_those_that_take_from_it():
    stack = graph(
        resource(TOPIC, "t", {"name": "t"}),
        resource(QUEUE, "q", {"name": "q", "policy": f'{{"Condition": "{out(TOPIC, "t", "arn")}"}}'}),
    )
    done = emulated(stack, gaps({"type": TOPIC, "how": "left-out"}))
    policy = one(done.graph, QUEUE, "q").inputs["policy"]
    assert "${urn:" not in policy
    assert '"arn:aws-cn:sns:cn-north-1:111122223333:topic/' in policy
    assert list(done.echoed) == [urn(TOPIC, "t")]


def test_the_form_of_what_is_made_up_can_be_given():
    stack = graph(
        resource(ANALYZER, "a", {}),
        resource(QUEUE, "q", {"name": out(ANALYZER, "a", "id")}),
        resource(QUEUE, "r", {"vpcEndpointId": Unknown((Reference(urn(ANALYZER, "a"), ""),))}),
    )
    done = emulated(stack, gaps({"type": ANALYZER, "how": "left-out", "made_up": {"id": "aa-{digest}"}}))
    assert one(done.graph, QUEUE, "q").inputs["name"].startswith("aa-")
    assert one(done.graph, QUEUE, "r").inputs["vpcEndpointId"].startswith("vpce-")
    assert emulated(stack, gaps({"type": ANALYZER, "how": "left-out", "made_up": {"id": "aa-{digest}"}})) == done


def test_order_through_a_left_out_resource_stays():
    stack = graph(
        resource(KEY, "first", {}),
        resource(TOPIC, "between", {"kmsMasterKeyId": out(KEY, "first")}),
        resource(QUEUE, "last", {"name": "q"}, depends_on=(urn(TOPIC, "between"),)),
    )
    done = emulated(stack, gaps({"type": TOPIC, "how": "left-out"}))
    assert one(done.graph, QUEUE, "last").depends_on == (urn(KEY, "first"),)


def test_a_row_may_be_about_resources_that_take_from_a_type_alone():
    stack = graph(
        resource(KEY, "k", {}),
        resource(QUEUE, "with", {"kmsMasterKeyId": out(KEY, "k")}),
        resource(QUEUE, "without", {"name": "q"}),
    )
    done = emulated(stack, gaps({"type": QUEUE, "how": "left-out", "taking_from": KEY}))
    assert set(done.echoed) == {urn(QUEUE, "with")}


def test_fields_are_dropped_set_or_not_compared():
    stack = graph(
        resource(
            QUEUE,
            "q",
            {"name": "q", "tags": {"a": "1"}, "rules": [{"keep": 1, "drop": 2}, {"drop": 3}], "size": 1, "policy": "p"},
        )
    )
    done = emulated(
        stack,
        gaps(
            {"type": QUEUE, "path": "rules.drop", "how": "drop"},
            {"type": QUEUE, "path": "size", "how": "set", "value": 5},
            {"type": QUEUE, "path": "policy", "how": "ignore"},
            {"type": QUEUE, "path": "not.there", "how": "drop"},
        ),
    )
    queue = one(done.graph, QUEUE, "q")
    assert queue.inputs["rules"] == [{"keep": 1}, {}]
    assert (queue.inputs["size"], queue.inputs["policy"], queue.ignore_changes) == (5, "p", ("policy",))
    assert [(c.gap.path, c.gap.how) for c in done.changed] == [
        ("rules.drop", How.DROP),
        ("size", How.SET),
        ("policy", How.IGNORE),
    ]


def test_another_type_may_stand_in_and_is_referred_to_as_before():
    stack = graph(
        resource(REPLICA, "copy", {"primaryKeyArn": "arn:aws:kms:::key/1", "description": "d"}),
        resource(TOPIC, "t", {"kmsMasterKeyId": out(REPLICA, "copy", "arn")}),
    )
    done = emulated(stack, reviewed())
    copy = one(done.graph, REPLICA, "copy")
    assert copy.type == KEY and "primaryKeyArn" not in copy.inputs
    assert one(done.graph, TOPIC, "t") == one(stack, TOPIC, "t")


def test_what_cannot_be_deleted_is_kept_on_deletion():
    cluster = "aws:rds/globalCluster:GlobalCluster"
    done = emulated(graph(resource(cluster, "g", {"deletionProtection": True})), reviewed())
    found = one(done.graph, cluster, "g")
    assert found.retain_on_delete and found.inputs["deletionProtection"] is False


def test_a_zone_that_the_emulator_lacks_is_another_one():
    subnet = "aws:ec2/subnet:Subnet"
    done = emulated(graph(resource(subnet, "s", {"availabilityZone": "cn-north-1d"})), reviewed())
    assert one(done.graph, subnet, "s").inputs["availabilityZone"] == "cn-north-1b"


def test_the_small_graph_loses_the_one_that_is_listed():
    done = emulated(small(), reviewed())
    assert set(done.echoed) == {urn(ANALYZER, "analyzer")} and len(done.applied) == 10


def test_a_zone_that_the_hospital_has_already_is_made():
    stack = graph(
        resource(RECORD, "a", {"name": "a.records.example.org", "zoneId": "Z0123456789"}),
        resource(RECORD, "b", {"name": "records.example.org", "zoneId": "Z0123456789"}),
        resource(RECORD, "proof", {"name": out(KEY, "k", "arn"), "zoneId": "Z0123456789"}),
        resource(RECORD, "own", {"name": "x", "zoneId": out(ZONE, "own-zone")}),
    )
    whole, added = with_existing(stack)
    [zone] = [whole.by_urn[u] for u in added]
    assert zone.type == ZONE and zone.inputs["name"] == "records.example.org"
    assert one(whole, RECORD, "a").inputs["zoneId"] == marker(zone.urn, "zoneId")
    assert one(whole, RECORD, "own") == one(stack, RECORD, "own")
    assert with_existing(graph(resource(KEY, "k", {}))) == (graph(resource(KEY, "k", {})), ())


# --- whatever the graph ----------------------------------------------------------------------------------------------

TYPES = ["aws:a/a:A", "aws:b/b:B", "aws:c/c:C"]


@st.composite
def stacks(draw: st.DrawFn) -> Graph:
    """Graphs without circles: each resource takes from earlier ones, in every way that there is."""
    found: list[Resource] = []
    for number in range(draw(st.integers(1, 8))):
        earlier = [r.urn for r in found]
        several = st.lists(st.sampled_from(earlier), max_size=3) if earlier else st.just([])
        texts = [f"x-{marker(u, 'arn')}-y" for u in draw(several)]
        unknown = Unknown(tuple(Reference(u, draw(st.sampled_from(["", "id"]))) for u in draw(several)))
        parents = draw(several)
        found.append(
            resource(
                draw(st.sampled_from(TYPES)),
                f"r{number}",
                {"texts": texts, "deep": {"list": [{"unknown": unknown}]}},
                depends_on=tuple(draw(several)),
                property_depends_on={"texts": tuple(draw(several))},
                parent=parents[0] if parents else None,
            )
        )
    return graph(*found)


@settings(max_examples=200, deadline=None)
@given(stacks(), st.sets(st.sampled_from(TYPES)))
def test_no_reference_to_a_left_out_resource_survives(stack: Graph, left_out: set[str]):
    done = emulated(stack, gaps(*({"type": t, "how": "left-out"} for t in sorted(left_out))))
    kept = set(done.graph.by_urn)
    assert kept == {r.urn for r in stack.resources if r.type not in left_out}
    for found in done.graph.resources:
        targets = {e.target for e in edges_of(found)}
        targets |= {*found.depends_on, *(u for us in found.property_depends_on.values() for u in us)}
        assert targets <= kept
        assert found.parent is None or found.parent in kept


@settings(max_examples=200, deadline=None)
@given(stacks(), st.sets(st.sampled_from(TYPES)))
def test_no_order_is_lost(stack: Graph, left_out: set[str]):
    """Whoever had to come after another, through whatever chain, still does."""
    done = emulated(stack, gaps(*({"type": t, "how": "left-out"} for t in sorted(left_out))))
    before, after = _reach(stack), _reach(done.graph)
    for one_urn, others in after.items():
        assert others >= before[one_urn] & set(after)


def _reach(stack: Graph) -> dict[str, set[str]]:
    needs = {r.urn: {*r.depends_on, *(e.target for e in edges_of(r))} for r in stack.resources}
    found: dict[str, set[str]] = {}
    for start in needs:
        seen, waiting = set[str](), [start]
        while waiting:
            for other in needs[waiting.pop()] - seen:
                seen.add(other)
                waiting.append(other)
        found[start] = seen
    return found


def test_an_asset_is_untouched():
    """Also one whose keys look like fields."""
    function = "aws:lambda/function:Function"
    stack = graph(resource(function, "f", {"code": {"assets": {"handler.py": {"path": "handler.py"}}}}))
    assert emulated(stack, reviewed()).graph.by_urn[urn(function, "f")].inputs["code"] == {
        "assets": {"handler.py": {"path": "handler.py"}}
    }

"""Door 3: what `pulumi stack export` prints becomes a graph. engine_state.json is a part of a real export."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.graph import SECRET, Graph, Place, Unknown
from policies.sources.deployed import NotAState
from policies.sources.engine_state import DOOR, state_of
from policies.sources.wire import SIGNATURE

REAL = json.loads((Path(__file__).parent / "engine_state.json").read_text())
SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
KEY = "urn:pulumi:s::p::aws:kms/key:Key::k"
QUEUE = "urn:pulumi:s::p::aws:sqs/queue:Queue::q"


def export(*rows: Any, **more: Any) -> dict[str, Any]:
    return {"version": 3, "deployment": {"manifest": {}, "resources": list(rows), **more}}


def row(urn: str = QUEUE, **parts: Any) -> dict[str, Any]:
    return {"urn": urn, "type": urn.split("::")[2], "custom": True, "id": "i", "inputs": {}, "outputs": {}, **parts}


def only(graph: Graph):
    (resource,) = graph.resources
    return resource


def test_a_real_export_is_a_graph_with_edges_regions_and_accounts() -> None:
    graph = state_of(REAL).graph
    assert (graph.door, graph.project, graph.stack) == (DOOR, "hospital-cloud", "cn-clinic")
    by_name = {r.name: r for r in graph.resources}
    assert "hospital-cloud-cn-clinic" not in by_name, "the stack itself is no resource"
    bucket, versioning = by_name["documents-bucket-bucket"], by_name["documents-bucket-versioning"]
    assert (versioning.region, versioning.account) == ("cn-northwest-1", "333344445555")
    assert graph.target(versioning, "bucket") is bucket
    assert versioning.provider == by_name["account-workload"].urn
    assert [r.name for r in graph.ancestors(bucket)] == ["documents-bucket", "documents"]
    assert by_name["documents"].parent is None
    replication = by_name["documents-replicate"]
    copies_to = replication.get("rules[0].destination.bucket")
    assert copies_to == by_name["documents-replica-bucket-bucket"].output("arn")
    database = by_name["database-primary-instance"]
    assert database.protect and database.output("id") == "db-M5ENSHXFPU6XHZ4G4ZEI5QIO2U"
    assert database.component == Place("components/postgres_instance.py", 116)


def test_a_real_export_goes_through_the_graph_s_own_form() -> None:
    graph = state_of(REAL).graph
    assert Graph.from_json(json.loads(graph.dumps())).dumps() == graph.dumps()
    assert "ciphertext" not in graph.dumps()


def test_secrets_become_marks_wherever_they_stand() -> None:
    hidden = {SIGNATURE: SECRET_MARK, "ciphertext": "hush"}
    shown = {SIGNATURE: SECRET_MARK, "plaintext": '"hush"'}
    resource = only(
        state_of(
            export(
                row(
                    inputs={"a": hidden, "b": {"c": [shown]}},
                    outputs={"a": hidden, "token": "hush"},
                    additionalSecretOutputs=["token", "absent"],
                )
            )
        ).graph
    )
    assert resource.get("a") is SECRET and resource.get("b.c[0]") is SECRET
    assert resource.output("a") is SECRET and resource.output("token") is SECRET
    assert "absent" not in resource.outputs and "hush" not in repr(resource)


def test_an_unknown_value_knows_what_it_waits_for() -> None:
    waits = row(inputs={"key": UNKNOWN, "x": UNKNOWN}, propertyDependencies={"key": [KEY], "x": None})
    resource = only(state_of(export(waits)).graph)
    assert isinstance(resource.get("key"), Unknown) and resource.get("key").references[0].urn == KEY
    assert resource.get("x") == Unknown()
    assert dict(resource.property_depends_on) == {"key": (KEY,)}


def test_an_output_that_says_nothing_of_where_it_is_from_is_unknown() -> None:
    output = {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "dependencies": None}
    nowhere = {SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": None}
    found = only(state_of(export(row(inputs={"a": output, "b": nowhere}))).graph)
    assert found.inputs == {"a": Unknown(), "b": Unknown()}


def test_place_comes_from_the_provider_then_from_the_resource_s_own_arn() -> None:
    provider = row(
        "urn:pulumi:s::p::pulumi:providers:aws::w",
        inputs={"region": "eu-west-1", "assumeRoles": '[{"roleArn": "arn:aws:iam::111122223333:role/x"}]'},
    )
    with_provider = row(provider=f"{provider['urn']}::some-id")
    resource = {r.name: r for r in state_of(export(provider, with_provider)).graph.resources}["q"]
    assert (resource.provider, resource.region, resource.account) == (provider["urn"], "eu-west-1", "111122223333")
    by_arn = row(outputs={"arn": "arn:aws-cn:sqs:cn-north-1:444455556666:q"})
    resource = only(state_of(export(by_arn)).graph)
    assert (resource.region, resource.account) == ("cn-north-1", "444455556666")
    points_elsewhere = row(
        "urn:pulumi:s::p::aws:cloudwatch/eventTarget:EventTarget::t",
        inputs={"arn": "arn:aws:sns:us-east-1:999999999999:t", "region": "eu-west-1"},
        outputs={"arn": "arn:aws:sns:us-east-1:999999999999:t"},
    )
    resource = only(state_of(export(points_elsewhere)).graph)
    assert (resource.region, resource.account) == ("eu-west-1", None)


def test_the_engine_s_default_provider_is_none_but_tells_the_region() -> None:
    default = row("urn:pulumi:s::p::pulumi:providers:aws::default_7_51_1", inputs={"region": "eu-west-1"})
    queue = row(provider=f"{default['urn']}::id")
    resource = {r.name: r for r in state_of(export(default, queue)).graph.resources}["q"]
    assert (resource.provider, resource.region) == (None, "eu-west-1")


def test_what_waits_for_deletion_is_left_out_and_said() -> None:
    state = state_of(export(row(id="new"), row(id="old", delete=True)))
    assert only(state.graph).output("id") == "new"
    assert state.notes == ("q has been replaced or removed and waits for deletion; it was left out",)


def test_what_was_deleted_and_is_not_made_anew_is_left_out_and_said() -> None:
    state = state_of(export(row(pendingReplacement=True), row(KEY)))
    assert only(state.graph).name == "k"
    assert state.notes == ("q was deleted to be replaced and has not been made anew; it was left out",)


def test_a_checkpoint_holds_the_same_as_an_export() -> None:
    checkpoint = {"version": 3, "checkpoint": {"stack": "organization/p/s", "latest": REAL["deployment"]}}
    assert state_of(checkpoint) == state_of(REAL)
    never_updated = {"version": 3, "checkpoint": {"stack": "organization/p/s"}}
    assert state_of(never_updated).graph.resources == ()


def test_work_that_did_not_end_is_said() -> None:
    pending = [{"resource": row(), "type": "creating"}]
    state = state_of(export(row(initErrors=["a secret"]), pending_operations=pending))
    assert state.notes == (
        "an operation did not end: creating q",
        "q was made, but did not become ready",
    )
    many = state_of(export(*(row(f"{QUEUE}{n}", delete=True) for n in range(50))))
    assert len(many.notes) == 21 and many.notes[-1] == "and 30 more of this kind"


def test_an_empty_stack_is_an_empty_graph() -> None:
    assert state_of({"version": 3, "deployment": {"manifest": {}}}).graph.resources == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "is no stack export"),
        ({"checkpoint": {}}, "is no stack export"),
        ({"version": 2, "deployment": {}}, "has a version that is not known; this program reads 3 and 4"),
        ({"version": True, "deployment": {}}, "has a version that is not known"),
        ({"version": 3, "deployment": []}, "the stack export.deployment is a list; wanted: an object"),
        (export(7), "deployment.resources is no list of objects"),
        (export({"urn": 7}), "resources[0].urn is a number; wanted: text"),
        (export({"urn": "q"}), "resources[0].urn is no URN of the form"),
        (export(row(type="")), "resources[0].type is text; wanted: text"),
        (export(row(inputs=[])), "resources[0].inputs is a list; wanted: an object"),
        (
            export(row(inputs={"a": {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "dependencies": 7}})),
            "engine's form",
        ),
        (export(row(propertyDependencies={"a": "x"})), "propertyDependencies.a is text; wanted: a list of URNs"),
        (export(row(dependencies=[1])), "resources[0].dependencies is no list of texts"),
        (export(row(id="a\x1b[2J")), "not printable"),
        (export(row(), pending_operations=[{"resource": 7}]), "pending_operations[0].resource is a number"),
    ],
)
def test_a_document_that_is_no_export_is_one_sentence(data: Any, said: str) -> None:
    with pytest.raises(NotAState) as caught:
        state_of(data)
    assert said in str(caught.value) and "\n" not in str(caught.value)


# --- junk ------------------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([QUEUE, UNKNOWN]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([SIGNATURE, "a", "value", "urn", "__x"]) | st.text(max_size=5), inner, max_size=3
        )
    ),
    max_leaves=8,
)
SPECIAL = st.sampled_from(
    [SECRET_MARK, "d0e6a833031e9bbcd3f4e8bde6ca49a4", "5cf8f73096256a8f31e491e813e4eb8e"]
).flatmap(
    lambda mark: st.dictionaries(st.sampled_from(["value", "urn", "dependencies", "secret"]), JSON).map(
        lambda rest: {**rest, SIGNATURE: mark}
    )
)
PARTS = [*REAL["deployment"]["resources"][4], "pendingReplacement", "initErrors", "ignoreChanges"]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_junk_anywhere_in_an_export_never_gives_anything_but_the_sentence(data: st.DataObject) -> None:
    document = deepcopy(REAL)
    rows = document["deployment"]["resources"]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(["version", "deployment", "resources", "row", "part", "input"]))
        junk = data.draw(JSON | SPECIAL)
        if place in ("version", "deployment"):
            document[place] = junk
        elif place == "resources" and isinstance(document["deployment"], dict):
            document["deployment"][data.draw(st.sampled_from(["resources", "pending_operations"]))] = junk
        elif place == "row":
            rows[data.draw(st.integers(0, len(rows) - 1))] = junk
        else:
            row = rows[data.draw(st.integers(0, len(rows) - 1))]
            if isinstance(row, dict) and place == "part":
                row[data.draw(st.sampled_from(PARTS))] = junk
            elif isinstance(row, dict) and isinstance(row.get("inputs"), dict):
                row["inputs"][data.draw(st.text(max_size=3))] = junk
    try:
        state_of(document).graph.to_json()
    except NotAState as error:
        assert "\n" not in str(error)


def test_a_resource_that_is_there_twice_is_refused_and_one_that_waits_for_deletion_is_not() -> None:
    with pytest.raises(NotAState, match="twice"):
        state_of(export(row(), row(inputs={"sqsManagedSseEnabled": False})))
    assert only(state_of(export(row(), row(delete=True))).graph).name == "q"

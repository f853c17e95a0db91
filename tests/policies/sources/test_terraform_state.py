"""Door 4: what `terraform show -json` prints of a state becomes a graph. terraform_state.json was printed by Terraform 1.11
with the AWS provider 5.100 over an emulator."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.context import of_jurisdiction
from policies.engine import judge
from policies.graph import SECRET, Graph, Resource
from policies.results import Verdict
from policies.sources.deployed import NotAState
from policies.sources.terraform_state import state_of

REAL = json.loads((Path(__file__).parent / "terraform_state.json").read_text())
PASSWORD = "correct-horse-battery"
KEY_ARN = "arn:aws-cn:kms:cn-north-1:123456789012:key/c4cc2f01-9b4b-45c6-9ece-d8e6b70b9127"


def shown(*rows: Any, **more: Any) -> dict[str, Any]:
    return {
        "format_version": "1.0",
        "terraform_version": "1.11.0",
        "values": {"root_module": {"resources": [*rows]}},
        **more,
    }


def row(address: str = "aws_sqs_queue.q", **parts: Any) -> dict[str, Any]:
    type_name = address.rpartition(".")[0].rpartition(".")[2]
    return {"address": address, "mode": "managed", "type": type_name, "values": {}, "sensitive_values": {}, **parts}


def by_name(graph: Graph) -> dict[str, Resource]:
    return {r.name: r for r in graph.resources}


def only(graph: Graph) -> Resource:
    (resource,) = graph.resources
    return resource


@pytest.fixture
def real() -> dict[str, Resource]:
    return by_name(state_of(REAL).graph)


def test_a_real_state_has_pulumi_s_types_names_and_shapes(real: dict[str, Resource]) -> None:
    bucket = real['module.store["ct"].aws_s3_bucket.this']
    assert bucket.type == "aws:s3/bucket:Bucket"
    assert bucket.get("tags") == {"hospital-cloud:data-class": "3", "some_key": "v"}, "keys of a map stay as they are"
    encryption = real['module.store["ct"].aws_s3_bucket_server_side_encryption_configuration.this']
    assert encryption.inputs == {
        "bucket": "tj-images-ct",
        "rules": [
            {
                "applyServerSideEncryptionByDefault": {
                    "kmsMasterKeyId": real["aws_kms_key.images"].output("arn"),
                    "sseAlgorithm": "aws:kms",
                },
                "bucketKeyEnabled": True,
            }
        ],
    }
    versioning = real['module.store["ct"].aws_s3_bucket_versioning.this']
    assert versioning.get("versioningConfiguration.status") == "Enabled"


def test_what_nobody_can_set_is_an_output_alone(real: dict[str, Resource]) -> None:
    queue = real["aws_sqs_queue.orders[0]"]
    assert queue.output("arn") and "arn" not in queue.inputs and "id" not in queue.inputs
    assert "policy" not in queue.inputs, "empty text is nothing stated"
    assert "data.aws_caller_identity.me" not in real


def test_secrets_become_marks(real: dict[str, Resource]) -> None:
    assert PASSWORD in json.dumps(REAL)
    assert real["aws_db_instance.records"].get("password") is SECRET
    assert PASSWORD not in state_of(REAL).graph.dumps()


def test_secrets_by_every_way_to_say_so() -> None:
    values = {"name": "hush", "tags": {"a": "hush", "b": "x"}, "list": ["x", "hush"], "deep": [{"in": {"it": "hush"}}]}
    sensitive = {"name": True, "tags": {"a": True}, "list": [False, True], "deep": [{"in": {"it": True}}]}
    resource = only(state_of(shown(row(values=values, sensitive_values=sensitive))).graph)
    assert resource.get("name") is SECRET and resource.get("tags.a") is SECRET and resource.get("list[1]") is SECRET
    assert resource.get("tags.b") == "x" and "hush" not in repr(resource)
    whole = only(state_of(shown(row(values=values, sensitive_values=True))).graph)
    assert set(whole.outputs.values()) == {SECRET}
    by_schema = row("aws_db_instance.d", values={"password": "hush"}, sensitive_values={})
    assert only(state_of(shown(by_schema)).graph).get("password") is SECRET


def test_edges_lead_to_what_a_property_names(real: dict[str, Resource]) -> None:
    graph = state_of(REAL).graph
    key = real["aws_kms_key.images"]
    encryption = real['module.store["ct"].aws_s3_bucket_server_side_encryption_configuration.this']
    assert graph.target(encryption, "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId", key.type) is not None
    bucket = graph.target(encryption, "bucket")
    assert bucket is not None and bucket.name == 'module.store["ct"].aws_s3_bucket.this', "not the other instance's"
    assert graph.target(real["aws_sns_topic.alarms"], "kmsMasterKeyId") is not None


def test_places_come_from_arns_regions_and_neighbours(real: dict[str, Resource]) -> None:
    key = real["aws_kms_key.images"]
    assert (key.region, key.account) == ("cn-north-1", "123456789012")
    versioning = real['module.store["ct"].aws_s3_bucket_versioning.this']
    assert versioning.region == "cn-north-1", "that of its bucket: the state of provider 5.x does not tell its own"
    role = row("aws_iam_role.r", values={"arn": "arn:aws:iam::111122223333:role/r", "id": "r"})
    assert (only(state_of(shown(role)).graph).region, only(state_of(shown(role)).graph).account) == (
        "global",
        "111122223333",
    )
    six = row(values={"region": "eu-west-1", "name": "q"})
    assert only(state_of(shown(six)).graph).region == "eu-west-1"
    target = row("aws_cloudwatch_event_target.t", values={"arn": "arn:aws:sns:us-east-1:999999999999:t", "rule": "r"})
    assert only(state_of(shown(target)).graph).region is None, "the ARN is that of what it points at"


def test_an_urn_stays_and_no_two_instances_share_one(real: dict[str, Resource]) -> None:
    urns = [r.urn for r in state_of(REAL).graph.resources]
    assert urns == [r.urn for r in state_of(deepcopy(REAL)).graph.resources] and len(set(urns)) == len(urns) == 11
    assert "urn:pulumi:terraform::terraform::aws:sqs/queue:Queue::aws_sqs_queue.orders[1]" in urns


def test_a_type_that_the_table_does_not_know_keeps_its_name() -> None:
    resource = only(state_of(shown(row("random_id.x", values={"b64_url": "a", "secret_part": "s"}))).graph)
    assert (resource.type, resource.get("b64Url"), resource.region) == ("terraform:random_id", "a", None)


def test_what_is_half_done_is_said() -> None:
    old = row(deposed_key="deadbeef", values={"name": "old"})
    state = state_of(shown(row(tainted=True, values={"name": "new"}), old))
    assert only(state.graph).get("name") == "new"
    assert state.notes == (
        "aws_sqs_queue.q was made, but did not become ready",
        "aws_sqs_queue.q has been replaced and an older one waits for deletion; that one was left out",
    )


def test_an_empty_state_is_an_empty_graph() -> None:
    assert state_of({"format_version": "1.0"}).graph.resources == ()


def test_the_graph_it_was_rendered_from_gives_names_places_and_providers() -> None:
    provider = Resource("urn:pulumi:s::p::pulumi:providers:aws::w", "pulumi:providers:aws", "w", True, {"region": "x"})
    urn = "urn:pulumi:s::p::aws:sqs/queue:Queue::orders"
    planned = Resource(
        urn, "aws:sqs/queue:Queue", "orders", True, {"name": "${urn}"}, provider=provider.urn, protect=True
    )
    planned = replace(planned, region="cn-north-1", account="444455556666")
    versioned = row("aws_sqs_queue_policy.p", values={"queue_url": "https://q"}, depends_on=["aws_sqs_queue.q"])
    document = shown(row(values={"name": "q", "id": "https://q"}), versioned)
    origin = Graph.of([provider, planned])
    graph = state_of(document, rendered_from=origin, addresses={urn: "aws_sqs_queue.q"}).graph
    found = graph.by_urn[urn]
    assert (found.name, found.region, found.account, found.protect) == ("orders", "cn-north-1", "444455556666", True)
    assert found.inputs == {"name": "q"}, "what was deployed, not what was planned"
    assert graph.by_urn[provider.urn] == provider
    policy = by_name(graph)["aws_sqs_queue_policy.p"]
    assert graph.target(policy, "queueUrl") is found
    assert (policy.region, policy.account) == ("cn-north-1", "444455556666")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "is no Terraform state"),
        ({"version": 4, "terraform_version": "1.11", "serial": 3}, "is the raw state file; wanted: what"),
        ({"format_version": 1}, "has a format_version that is not known; this program reads 1.x"),
        ({"format_version": "2.0"}, "has a format_version that is not known"),
        (shown(planned_values={}), "is a plan, which says what will be, not what is"),
        ({"format_version": "1.0", "values": []}, "values is a list; wanted: an object"),
        (shown(7), "root_module.resources is no list of objects"),
        (shown({"type": "aws_sqs_queue"}), "resources[0].address is absent; wanted: text"),
        (shown(row(type=7)), "resources[0].type is a number"),
        (shown(row(values=[])), "resources[0].values is a list"),
        (shown(row(depends_on="x")), "resources[0].depends_on is no list of texts"),
        (shown(row("aws_sqs_queue.\x00")), "not printable"),
        ({"format_version": "1.0", "values": {"root_module": {"child_modules": {}}}}, "child_modules is no list"),
    ],
)
def test_a_document_that_is_no_state_is_one_sentence(data: Any, said: str) -> None:
    with pytest.raises(NotAState) as caught:
        state_of(data)
    assert said in str(caught.value) and "\n" not in str(caught.value)


# --- junk ------------------------------------------------------------------------------------------------------------

WORDS = [
    "arn",
    "id",
    "bucket",
    "rule",
    "tags",
    "region",
    "apply_server_side_encryption_by_default",
    "kms_master_key_id",
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([KEY_ARN, "${urn:"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
PARTS = ["address", "mode", "type", "values", "sensitive_values", "depends_on", "tainted", "deposed_key"]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_junk_anywhere_in_a_state_never_gives_anything_but_the_sentence(data: st.DataObject) -> None:
    document = deepcopy(REAL)
    modules = [document["values"]["root_module"], *document["values"]["root_module"]["child_modules"]]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(["top", "module", "row", "part", "value", "mark"]))
        junk = data.draw(JSON)
        module = data.draw(st.sampled_from(modules))
        rows = module["resources"] if isinstance(module.get("resources"), list) else []
        at = data.draw(st.integers(0, max(0, len(rows) - 1)))
        row = rows[at] if rows else None
        if place == "top":
            document[data.draw(st.sampled_from(["format_version", "values"]))] = junk
        elif place == "module":
            module[data.draw(st.sampled_from(["resources", "child_modules"]))] = junk
        elif place == "row" and rows:
            rows[at] = junk
        elif place == "part" and isinstance(row, dict):
            row[data.draw(st.sampled_from(PARTS))] = junk
        elif isinstance(row, dict):
            values = row.get("values" if place == "value" else "sensitive_values")
            if isinstance(values, dict):
                values[data.draw(st.sampled_from([*WORDS, *list(values)[:9]]) | st.text(max_size=4))] = junk
    try:
        state_of(document).graph.to_json()
    except NotAState as error:
        assert "\n" not in str(error)


def test_what_a_state_does_not_tell_is_not_taken_for_no() -> None:
    """Neither `prevent_destroy` nor the provider that made a resource stands in a state."""
    row = {"address": "aws_s3_bucket.x", "mode": "managed", "type": "aws_s3_bucket", "values": {"bucket": "x"}}
    row["values"] |= {"tags": {}, "tags_all": {"hospital-cloud:data-class": "4"}}
    data = {"format_version": "1.0", "values": {"root_module": {"resources": [row]}}}
    graph = state_of(data).graph
    assert graph.resources[0].protect is None
    assert graph.resources[0].tags == {"hospital-cloud:data-class": "4"}, "the tags in effect"
    found = {(f.rule, f.verdict) for f in judge(graph, of_jurisdiction("cn-mainland")).findings}
    assert ("explicit-provider", Verdict.NOT_APPLICABLE) in found and ("explicit-provider", Verdict.FAIL) not in found

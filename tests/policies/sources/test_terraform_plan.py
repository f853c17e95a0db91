"""A plan written by a real terraform (1.11, provider 5.100; two modules, a variable, an alias, count, for_each) as a graph."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.context import of_jurisdiction
from policies.engine import judge
from policies.graph import SECRET, Fate, Graph, Resource, Unknown
from policies.sources.deployed import NotAState
from policies.sources.states import state_in
from policies.sources.terraform_plan import DOOR, plan_of

FILE = Path(__file__).parent / "documents" / "plan.json"


@pytest.fixture
def plan() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def node(graph: Graph, address: str) -> Resource:
    [found] = [r for r in graph.resources if r.name == address]
    return found


def source(graph: Graph, resource: Resource, path: str) -> tuple[str, str]:
    """Name of the resource, and its output, that an unknown argument comes from."""
    value = resource.get(path)
    assert isinstance(value, Unknown)
    [reference] = value.references
    return graph.by_urn[reference.urn].name, reference.property


def test_every_resource_has_pulumis_names_its_region_and_its_provider(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    assert graph.door == DOOR and len([r for r in graph.resources if r.type.startswith("aws:")]) == 10
    bucket = node(graph, "module.records.aws_s3_bucket.partner")
    assert (bucket.type, bucket.region) == ("aws:s3/bucket:Bucket", "cn-northwest-1")
    assert bucket.provider and graph.by_urn[bucket.provider].name == "aws.partner"
    assert bucket.inputs == {"bucket": "tjemc-records-partner", "forceDestroy": True, "region": "cn-northwest-1"}
    table = node(graph, "aws_dynamodb_table.sessions[1]")
    assert table.get("attributes[0].name") == "id" and table.region == "cn-north-1", "the variable's value"


@pytest.mark.parametrize(
    ("address", "path", "target"),
    [
        ("aws_dynamodb_table.sessions[0]", "serverSideEncryption.kmsKeyArn", ("aws_kms_key.main", "arn")),
        ('aws_sns_topic.alarms["on-call \\"x\\""]', "kmsMasterKeyId", ("aws_kms_key.main", "keyId")),
        (
            "module.records.aws_s3_bucket_server_side_encryption_configuration.main",
            "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId",
            ("aws_kms_key.main", "arn"),
        ),
        ("aws_db_instance.db", "kmsKeyId", ("aws_kms_key.main", "arn")),
        ("module.records.aws_s3_bucket_policy.main", "bucket", ("module.records.aws_s3_bucket.main", "id")),
    ],
    ids=["directly", "another output", "through a variable", "through an output", "inside a module"],
)
def test_what_is_not_known_yet_is_followed_to_where_it_comes_from(
    plan: dict[str, Any], address: str, path: str, target: tuple[str, str]
) -> None:
    graph = plan_of(plan).graph
    assert source(graph, node(graph, address), path) == target


def test_a_document_of_a_data_source_is_read_where_it_is_known(plan: dict[str, Any]) -> None:
    policy = node(plan_of(plan).graph, "module.records.aws_s3_bucket_policy.main").get("policy")
    assert json.loads(policy)["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_secrets_are_not_in_the_graph(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    assert node(graph, "aws_db_instance.db").inputs["password"] is SECRET
    assert "hush-hush" not in graph.dumps()


def test_what_a_plan_does_not_tell_is_not_taken_for_no(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    assert all(r.protect is None for r in graph.resources if r.type.startswith("aws:"))
    assert Graph.from_json(graph.to_json()) == graph, "also after writing and reading"


def test_what_the_provider_makes_itself_is_no_input(plan: dict[str, Any]) -> None:
    key = node(plan_of(plan).graph, "aws_kms_key.main")
    assert "policy" not in key.inputs and isinstance(key.outputs["policy"], Unknown)


def test_a_deletion_is_a_note_and_a_replacement_is_there(plan: dict[str, Any]) -> None:
    rows = {row["address"]: row for row in plan["resource_changes"]}
    rows["aws_db_instance.db"]["change"] |= {"actions": ["delete"], "after": None, "after_unknown": {}}
    rows["aws_db_instance.db"]["change"]["before"] = {"identifier": "records", "region": "cn-north-1"}
    rows["aws_kms_key.main"]["change"] |= {"actions": ["delete", "create"], "before": {"description": "old"}}
    state = plan_of(plan)
    names = {r.name for r in state.graph.resources}
    assert "aws_db_instance.db" not in names and "aws_kms_key.main" in names
    assert state.notes == (
        "aws_kms_key.main is replaced by this change; the old one is deleted",
        "aws_db_instance.db is deleted by this change",
    )
    lost = {loss.resource.name: loss for loss in state.graph.losses}
    assert lost["aws_db_instance.db"].fate is Fate.DELETED and lost["aws_kms_key.main"].fate is Fate.REPLACED
    assert lost["aws_db_instance.db"].resource.get("identifier") == "records"
    assert lost["aws_kms_key.main"].resource.get("description") == "old"
    report = judge(state.graph, of_jurisdiction("cn-mainland"))
    assert {f.name for f in report.violations if f.rule == "store-kept-through-change"} == set(lost)


def test_what_a_plan_forgets_or_has_deposed_is_a_loss(plan: dict[str, Any]) -> None:
    rows = {row["address"]: row for row in plan["resource_changes"]}
    rows["aws_db_instance.db"]["change"] |= {"actions": ["forget"], "after": None, "before": {}}
    plan["resource_changes"].append(
        {
            **rows["aws_kms_key.main"],
            "deposed": "0123abcd",
            "change": {"actions": ["delete"], "before": {}, "after": None},
        }
    )
    graph = plan_of(plan).graph
    assert {loss.resource.name: loss.fate for loss in graph.losses} == {
        "aws_db_instance.db": Fate.FORGOTTEN,
        "aws_kms_key.main (deposed 0123abcd)": Fate.REPLACED,
    }
    assert "aws_kms_key.main" in {r.name for r in graph.resources}, "the one that replaced it"


def test_a_type_that_nobody_knows_keeps_its_name(plan: dict[str, Any]) -> None:
    plan["resource_changes"][0] |= {"type": "azurerm_storage_account", "address": "azurerm_storage_account.x"}
    assert node(plan_of(plan).graph, "azurerm_storage_account.x").type == "terraform:azurerm_storage_account"


def _without_actions(plan: dict[str, Any]) -> None:
    plan["resource_changes"][0]["change"]["actions"] = "create"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda p: p.update(format_version="9.0"), "format_version that is not known"),
        (lambda p: p.update(errored=True), "a plan that failed"),
        (lambda p: p.update(resource_changes={}), "resource_changes is no list of objects"),
        (_without_actions, "change.actions is no list"),
        (lambda p: p["resource_changes"][0].pop("address"), "resource_changes[0].address"),
        (lambda p: p["configuration"].update(root_module=3), "root_module is a number"),
        (lambda p: p["configuration"]["root_module"]["resources"][0].update(expressions=[]), "expressions is a list"),
    ],
)
def test_a_plan_that_is_not_whole_is_a_sentence(
    plan: dict[str, Any], spoil: Callable[[dict[str, Any]], Any], says: str
) -> None:
    spoil(plan)
    with pytest.raises(NotAState) as refused:
        plan_of(plan, "p.json")
    assert says in str(refused.value) and str(refused.value).startswith("p.json")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_junk_anywhere_gives_a_graph_or_a_sentence(data: st.DataObject) -> None:
    plan = json.loads(FILE.read_text(encoding="utf-8"))
    target: Any = plan
    while True:
        key = data.draw(st.sampled_from(list(target) if isinstance(target, dict) else list(range(len(target)))))
        inner = target[key]
        if not isinstance(inner, (dict, list)) or not inner or data.draw(st.booleans()):
            break
        target = inner
    target[key] = data.draw(JUNK)
    try:
        state_in(copy.deepcopy(plan), "p.json")
    except NotAState as refused:
        assert str(refused)

"""Plans that do not show everything, resources of other providers, documents that are something else."""

import json
from pathlib import Path
from typing import Any

import pytest

from policies.context import of_jurisdiction
from policies.engine import judge
from policies.results import Finding, Verdict
from policies.sources.deployed import NotAState, parsed
from policies.sources.states import what_else
from policies.sources.terraform_plan import plan_of

FILE = Path(__file__).parent / "documents" / "plan_of_modules.json"


@pytest.fixture
def plan() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def findings(plan: dict[str, Any], rule: str) -> list[Finding]:
    report = judge(plan_of(plan).graph, of_jurisdiction("cn-mainland"))
    return [f for f in report.findings if f.rule == rule and f.verdict in (Verdict.FAIL, Verdict.UNKNOWN)]


def change_of(plan: dict[str, Any], address: str) -> dict[str, Any]:
    [found] = [row["change"] for row in plan["resource_changes"] if row["address"] == address]
    return found


@pytest.mark.parametrize(("region", "red"), [("cn-north-1", 0), ("ap-southeast-1", 1)])
def test_a_resource_of_provider_6_states_its_own_region(plan: dict[str, Any], region: str, red: int) -> None:
    change_of(plan, 'module.records["lab"].aws_s3_bucket.this')["after"]["region"] = region
    assert len(findings(plan, "resource-inside-jurisdiction")) == red


def test_a_plan_that_is_not_whole_is_a_problem(plan: dict[str, Any]) -> None:
    assert not plan_of(plan).problems
    plan["complete"] = False
    [problem] = plan_of(plan).problems
    assert "-target" in problem
    row = plan["resource_changes"][-1]
    plan["deferred_changes"] = [{"reason": "resource_config_unknown", "resource_change": row}]
    [problem] = plan_of(plan).problems
    assert "1 changes are deferred" in problem and row["address"] in problem


def test_a_plan_that_names_a_resource_twice_is_refused(plan: dict[str, Any]) -> None:
    plan["resource_changes"].append(plan["resource_changes"][-1])
    with pytest.raises(NotAState, match="twice"):
        plan_of(plan)


def test_the_grant_of_a_buckets_owner_is_read_back_and_no_share(plan: dict[str, Any]) -> None:
    """S3 gives it to each bucket; nobody can tell from a plan or state whose canonical id it is."""
    own = {"id": "75aa57f0" * 8, "permissions": ["FULL_CONTROL"], "type": "CanonicalUser", "uri": ""}
    bucket = 'module.records["lab"].aws_s3_bucket.this'
    change = change_of(plan, bucket)
    change["after_unknown"].pop("grant", None)
    change["before"] = change["after"]

    def shared_with(*grants: dict[str, Any]) -> set[str]:
        change["after"]["grant"] = list(grants)
        return {f.name for f in findings(plan, "no-foreign-account")}

    assert not shared_with(own)
    assert shared_with(own, {**own, "id": "01234567" * 8}) == {bucket}
    assert shared_with({**own, "permissions": ["READ"]}) == {bucket}
    change["before"] = None
    assert shared_with(own) == {bucket}, "on its way to be made it has what somebody states"


def test_a_plan_without_its_configuration_is_refused(plan: dict[str, Any]) -> None:
    del plan["configuration"]
    with pytest.raises(NotAState, match="no configuration"):
        plan_of(plan)


def add(plan: dict[str, Any], type_name: str) -> str:
    address = f"{type_name}.x"
    change = {"actions": ["create"], "before": None, "after": {"name": "emr"}, "after_unknown": {"id": True}}
    plan["resource_changes"].append({"address": address, "mode": "managed", "type": type_name, "change": change})
    return address


@pytest.mark.parametrize(
    ("type_name", "verdict"),
    [
        ("random_password", None),
        ("null_resource", None),
        ("time_sleep", None),
        ("terraform_data", None),
        ("helm_release", Verdict.UNKNOWN),
        ("kubernetes_deployment_v1", None),
        ("kubernetes_persistent_volume_claim", None),
        ("kubernetes_env", Verdict.UNKNOWN),
        ("kubectl_manifest", Verdict.UNKNOWN),
        ("alicloud_oss_bucket", Verdict.FAIL),
    ],
)
def test_resources_of_other_providers(plan: dict[str, Any], type_name: str, verdict: Verdict | None) -> None:
    address = add(plan, type_name)
    found = [f.verdict for f in findings(plan, "data-type-known") if f.name == address]
    assert found == ([verdict] if verdict else [])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"PK\x03\x04tfplan", "a plan file, which only terraform reads"),
        (b'{"@level":"info","type":"version"}\n{"@level":"info"}\n', "what `terraform plan -json` tells"),
        (b'{"resource_changes": [1], "resource_changes": []}', "one key twice"),
        (b'{"format_version": "1.2", "a": {"b": {"c": 1, "c": 2}}}', "one key twice"),
        (b'# all\nresource "aws_s3_bucket" "b" {\n}\n', "a file of Terraform's language"),
        (b"\nTerraform will perform the following actions:\n", "what `terraform plan` shows people"),
        (b'{"format_version": "1.2", "planned_values":', "ends too early"),
    ],
)
def test_what_is_something_else_is_a_sentence(text: bytes, says: str) -> None:
    with pytest.raises(NotAState) as refused:
        parsed(text, "p.json")
    assert says in str(refused.value) and str(refused.value).startswith("p.json")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}, "a template of CloudFormation"),
        ({"apiVersion": "v1", "kind": "List", "items": []}, "a manifest of Kubernetes"),
        ({"version": "36.0.0", "artifacts": {}}, "the AWS CDK"),
        ({"meta": {}, "encrypted_data": "AAAA"}, "encrypted by OpenTofu"),
        ({"@level": "info", "@message": "Terraform 1.11.4"}, "what `terraform plan -json` tells"),
        ({"terraform_version": "1.11.4", "provider_selections": {}}, "what `terraform version` says"),
        ({"manifest": {}, "resources": []}, "a part of an export"),
        ([{"resourceChanges": {"create": 1}}], "a row of an update's history"),
        ({"format": 1, "apiVersion": "v1", "kind": "x"}, ""),
        ({"bucket": {"value": "x"}}, ""),
        ([], ""),
    ],
)
def test_a_document_of_another_tool_is_named(data: Any, says: str) -> None:
    found = what_else(data)
    assert says in found and bool(found) == bool(says)
    assert not found or "wanted: " in found


def test_what_others_changed_before_is_a_note(plan: dict[str, Any]) -> None:
    actions = {"aws_sqs_queue.a": ["update"], "aws_s3_bucket.b": ["delete"], "aws_s3_bucket.moved": ["no-op"]}
    plan["resource_drift"] = [{"address": a, "change": {"actions": words}} for a, words in actions.items()]
    notes = plan_of(plan).notes
    assert "aws_sqs_queue.a was changed outside of Terraform" in notes
    assert "aws_s3_bucket.b was deleted outside of Terraform" in notes
    assert not any("moved" in note for note in notes)
    plan["resource_drift"] = [{"address": f"aws_sqs_queue.q{n}", "change": {"actions": ["update"]}} for n in range(30)]
    assert "and 10 more that were changed outside of Terraform" in plan_of(plan).notes


def test_a_plan_that_only_looks_is_no_plan_of_everything() -> None:
    rows = [{"address": "aws_sqs_queue.a", "mode": "managed"}]
    before = {"format_version": "1.0", "values": {"root_module": {"resources": rows}}}
    looked = {"format_version": "1.2", "planned_values": {"root_module": {}}, "configuration": {"root_module": {}}}
    with pytest.raises(NotAState, match="only looks"):
        plan_of({**looked, "prior_state": before})
    rows[0]["mode"] = "data"
    assert not plan_of({**looked, "prior_state": before}).graph.resources


@pytest.mark.parametrize(("server", "verdict"), [("aws_db_instance.records", None), ("var.host", Verdict.FAIL)])
def test_a_database_in_a_server_of_the_plan_is_judged_with_it(
    plan: dict[str, Any], server: str, verdict: Verdict | None
) -> None:
    configuration = plan["configuration"]
    configuration["provider_config"]["postgresql"] = {
        "name": "postgresql",
        "full_name": "registry.terraform.io/cyrilgdn/postgresql",
        "expressions": {"host": {"references": [f"{server}.address", server]}},
    }
    for type_name, name in (("aws_db_instance", "records"), ("postgresql_database", "emr")):
        row = {"address": f"{type_name}.{name}", "mode": "managed", "type": type_name, "name": name}
        change = {"actions": ["create"], "after": {"name": name}, "after_unknown": {"id": True}}
        plan["resource_changes"].append({**row, "change": change})
        key = "postgresql" if name == "emr" else "aws"
        configuration["root_module"]["resources"].append({**row, "provider_config_key": key, "expressions": {}})
    found = [f.verdict for f in findings(plan, "data-type-known") if f.name == "postgresql_database.emr"]
    assert found == ([verdict] if verdict else [])

"""A plan of modules by for_each, of splats, of documents read while applying; made from documents/hospital/main.tf."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policies.graph import SECRET, Graph, Resource, Unknown, references_in
from policies.iam_documents import State, read
from policies.sources.terraform_plan import plan_of

FILE = Path(__file__).parent / "documents" / "plan_of_modules.json"


@pytest.fixture
def plan() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def node(graph: Graph, address: str) -> Resource:
    [found] = [r for r in graph.resources if r.name == address]
    return found


def data(plan: dict[str, Any], address: str) -> dict[str, Any]:
    [found] = [row["change"] for row in plan["resource_changes"] if row["address"] == address]
    return found


def comes_from(graph: Graph, address: str, path: str) -> list[tuple[str, str]]:
    value = node(graph, address).get(path)
    assert isinstance(value, Unknown)
    return [(graph.by_urn[r.urn].name, r.property) for r in value.references]


def test_tags_are_those_in_effect_where_the_plan_does_not_tell_the_default_ones(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    assert node(graph, 'module.records["lab"].aws_s3_bucket.this').tags == {
        "hospital-cloud:data-class": "4",
        "hospital-cloud:record-kind": "inpatient",
    }


def test_accounts_and_regions_are_told_through_variables_and_by_what_was_read(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    home, partner = node(graph, "aws"), node(graph, "aws.ningxia")
    assert json.loads(home.get("allowedAccountIds")) == ["111122223333"], "[var.account]"
    assert isinstance(json.loads(json.dumps(home.get("region"))), str)
    assert partner.region == "cn-northwest-1", "local.partner, by data.aws_region of that provider"
    assert node(graph, 'module.partner["lab"].aws_s3_bucket.this').region == "cn-northwest-1"
    assert {r.account for r in graph.resources} == {"111122223333"}


def test_a_variable_that_is_only_a_part_of_a_setting_is_not_taken_for_it(plan: dict[str, Any]) -> None:
    """`"arn:...:iam::${var.account}:role/deployer"` names nothing but the variable."""
    assert "111122223333" not in str(node(plan_of(plan).graph, "aws").get("assumeRole"))


def test_a_region_that_two_witnesses_tell_differently_is_unknown(plan: dict[str, Any]) -> None:
    for row in plan["resource_changes"]:
        if row["address"] == 'module.partner["lab"].aws_s3_bucket.this':
            row["change"]["after"]["arn"] = "arn:aws-cn:sns:cn-north-1:111122223333:x"
    assert node(plan_of(plan).graph, "aws.ningxia").region is None


@pytest.mark.parametrize(
    ("address", "path", "target"),
    [
        (
            'module.records["lab"].aws_s3_bucket_policy.this',
            "bucket",
            [('module.records["lab"].aws_s3_bucket.this', "id")],
        ),
        (
            'aws_s3_bucket_replication_configuration.records["lab"]',
            "bucket",
            [('module.records["lab"].aws_s3_bucket.this', "id")],
        ),
        (
            'aws_s3_bucket_replication_configuration.records["lab"]',
            "rules[0].destination.bucket",
            [('module.partner["lab"].aws_s3_bucket.this', "arn")],
        ),
        (
            'module.records["imaging"].aws_s3_bucket_server_side_encryption_configuration.this',
            "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId",
            [("aws_kms_key.main", "arn")],
        ),
        ("aws_route_table_association.private[1]", "subnetId", [("aws_subnet.private[1]", "")]),
        ("aws_db_subnet_group.main", "subnetIds[0]", [("aws_subnet.private[0]", "")]),
        ("aws_db_subnet_group.main", "subnetIds[1]", [("aws_subnet.private[1]", "")]),
    ],
    ids=["same instance", "each.key of a module", "nested block", "variable", "count.index", "splat", "splat, second"],
)
def test_a_name_means_the_instance_of_the_same_key(
    plan: dict[str, Any], address: str, path: str, target: list[tuple[str, str]]
) -> None:
    graph = plan_of(plan).graph
    found = comes_from(graph, address, path)
    assert [name for name, _ in found] == [name for name, _ in target]
    assert not target[0][1] or found == target or found[0][1] == ""


def test_the_two_blocks_of_a_set_are_told_apart_by_their_constants(plan: dict[str, Any]) -> None:
    [row] = [r for r in plan["configuration"]["root_module"]["resources"] if r["address"] == "aws_backup_plan.main"]
    row["expressions"]["rule"] = [
        {
            "rule_name": {"constant_value": "weekly"},
            "copy_action": [{"destination_vault_arn": {"references": ["aws_kms_key.main.arn", "aws_kms_key.main"]}}],
        },
        {
            "rule_name": {"constant_value": "daily"},
            "copy_action": [
                {"destination_vault_arn": {"references": ["aws_backup_vault.main.arn", "aws_backup_vault.main"]}}
            ],
        },
    ]
    change = data(plan, "aws_backup_plan.main")
    change["after"]["rule"].append({**change["after"]["rule"][0], "rule_name": "weekly"})
    change["after_unknown"]["rule"].append(change["after_unknown"]["rule"][0])
    graph = plan_of(plan).graph
    path = "rules[{}].copyActions[0].destinationVaultArn"
    assert comes_from(graph, "aws_backup_plan.main", path.format(0)) == [("aws_backup_vault.main", "arn")]
    assert comes_from(graph, "aws_backup_plan.main", path.format(1)) == [("aws_kms_key.main", "arn")]


def test_what_a_dynamic_block_hides_comes_from_nobody_knows_where(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    plan_node = node(graph, "aws_backup_plan.main")
    path = "rules[0].copyActions[0].destinationVaultArn"
    assert plan_node.get(path) == Unknown() and graph.target(plan_node, path) is None
    assert graph.target(plan_node, "rules"), "the rule's own vault, which must not stand in for the hidden one"


def test_a_setting_that_is_null_in_the_end_is_not_stated(plan: dict[str, Any]) -> None:
    assert "kmsKeyId" not in node(plan_of(plan).graph, "aws_db_instance.main").inputs, "var.key is null"


def test_a_password_written_in_the_configuration_is_no_secret_and_stays_unseen(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    password = node(graph, "aws_db_instance.main").get("password")
    assert password is not SECRET and isinstance(password, str) and "hush-hush" not in graph.dumps()


# --- documents -------------------------------------------------------------------------------------------------------


def test_a_document_that_is_read_while_applying_is_whole(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    holder = node(graph, 'module.records["lab"].aws_s3_bucket_policy.this')
    document = read(holder.get("policy"))
    assert document.state is State.READ
    [denial] = document.statements
    bucket = node(graph, 'module.records["lab"].aws_s3_bucket.this')
    assert not denial.allows and [references_in(text)[0].urn for text in denial.resources] == [bucket.urn, bucket.urn]
    assert denial.resources[1] == denial.resources[0] + "/*"


def test_documents_made_of_documents_are_read_through(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    first, second = read(node(graph, "aws_iam_role_policy.replication").get("policy")).statements
    assert first.actions == ("s3:GetObjectVersionForReplication",)
    assert {references_in(t)[0].urn for t in first.resources} == {
        node(graph, 'module.records["lab"].aws_s3_bucket.this').urn
    }
    assert {references_in(t)[0].urn for t in second.resources} == {
        node(graph, f'module.partner["{name}"].aws_s3_bucket.this').urn for name in ("imaging", "lab")
    }


def test_what_was_assumed_of_the_text_around_references_is_said(plan: dict[str, Any]) -> None:
    assert any("text around a reference" in note for note in plan_of(plan).notes)


def _one_resource(change: dict[str, Any]) -> None:
    change["after"]["statement"][0]["resources"] = [None]
    change["after_unknown"]["statement"][0]["resources"] = [True]


def test_a_denial_on_one_part_of_a_bucket_is_not_one_on_all(plan: dict[str, Any]) -> None:
    _one_resource(data(plan, 'module.records["lab"].data.aws_iam_policy_document.this'))
    holder = node(plan_of(plan).graph, 'module.records["lab"].aws_s3_bucket_policy.this')
    assert len(read(holder.get("policy")).statements[0].resources) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c["after_unknown"].update(statement=True),
        lambda c: c["after"].update(statement=3),
        lambda c: c["after"].update(statement=[{"effect": "Allow", "principals": [{}]}]),
        lambda c: c["after"].update(source_policy_documents=["{"]),
        lambda c: c["after_unknown"].update(source_policy_documents=[True]),
        lambda c: c.update(after=None, after_unknown={}),
    ],
    ids=["unknown", "a number", "a principal without names", "no JSON", "unknown source", "nothing"],
)
def test_a_document_that_cannot_be_put_together_is_unknown(
    plan: dict[str, Any], spoil: Callable[[dict[str, Any]], Any]
) -> None:
    spoil(data(plan, 'module.records["lab"].data.aws_iam_policy_document.this'))
    holder = node(plan_of(plan).graph, 'module.records["lab"].aws_s3_bucket_policy.this')
    assert read(holder.get("policy")).state in (State.UNKNOWN, State.BROKEN)


def test_a_document_made_of_itself_ends(plan: dict[str, Any]) -> None:
    rows = plan["configuration"]["root_module"]["resources"]
    [row] = [r for r in rows if r["address"] == "data.aws_iam_policy_document.reading"]
    row["expressions"]["source_policy_documents"] = {"references": ["data.aws_iam_policy_document.replication.json"]}
    data(plan, "data.aws_iam_policy_document.reading")["after_unknown"]["source_policy_documents"] = [True]
    assert isinstance(node(plan_of(plan).graph, "aws_iam_role_policy.replication").get("policy"), Unknown)


def test_what_a_block_does_not_state_is_the_providers_to_choose(plan: dict[str, Any]) -> None:
    change = data(plan, "aws_backup_plan.main")
    change["after_unknown"]["rule"][0]["schedule_expression_timezone"] = True
    rule = node(plan_of(plan).graph, "aws_backup_plan.main").get("rules[0]")
    assert "scheduleExpressionTimezone" not in rule, "the block is in the configuration, and does not say it"

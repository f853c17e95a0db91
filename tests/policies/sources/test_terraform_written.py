"""A plan of a real terraform (1.11, provider 5.100) with the files that it was made from: what the plan hides is read there."""

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from policies.context import of_jurisdiction
from policies.engine import judge
from policies.graph import SECRET, Graph, Resource, Unknown, references_in
from policies.results import Verdict
from policies.sources.deployed import State
from policies.sources.terraform_plan import plan_of

FOLDER = Path(__file__).parent / "documents" / "written"
SETTINGS = 'aws_lambda_function.settings["{}"]'
STORE = 'module.store["images"]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The plan and its files, to be changed."""
    return Path(shutil.copytree(FOLDER, tmp_path / "written"))


def state(folder: Path, *, files: bool = True) -> State:
    data = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return plan_of(data, "plan.json", folder if files else None)


def node(graph: Graph, address: str) -> Resource:
    [found] = [r for r in graph.resources if r.name == address]
    return found


def verdicts(graph: Graph, rule: str) -> dict[str, Verdict]:
    report = judge(graph, of_jurisdiction("cn-mainland"))
    return {f.name: f.verdict for f in report.findings if f.rule == rule}


def rewritten(folder: Path, old: str, new: str, file: str = "main.tf") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("good", Verdict.PASS),
        ("literal", Verdict.FAIL),
        ("local", Verdict.FAIL),
        ("variable", Verdict.FAIL),
        ("sensitive", Verdict.PASS),
        ("either", Verdict.PASS),
    ],
)
def test_settings_of_which_one_is_not_known_are_judged_one_by_one(folder: Path, name: str, verdict: Verdict) -> None:
    assert verdicts(state(folder).graph, "no-secret-in-clear")[SETTINGS.format(name)] is verdict


def test_of_a_condition_on_a_variable_the_side_that_counts_is_judged(folder: Path) -> None:
    rewritten(folder, 'var.log_level == "INFO"', 'var.log_level == "DEBUG"')
    assert verdicts(state(folder).graph, "no-secret-in-clear")[SETTINGS.format("either")] is Verdict.FAIL


def test_each_setting_is_what_the_files_say(folder: Path) -> None:
    found = state(folder).graph
    good = node(found, SETTINGS.format("good")).get("environment.variables")
    assert good["LOG_LEVEL"] == "INFO" and good["STAGE"] == "live"
    assert isinstance(good["QUEUE_URL"], Unknown) and good["QUEUE_URL"].references[0].property == "url"
    assert node(found, SETTINGS.format("sensitive")).get("environment.variables")["DB_PASSWORD"] is SECRET


def test_without_the_files_nothing_is_passed(folder: Path) -> None:
    found = verdicts(state(folder, files=False).graph, "no-secret-in-clear")
    assert {found[SETTINGS.format(name)] for name in ("good", "literal", "local")} == {Verdict.UNKNOWN}


def test_a_document_around_a_name_is_whole(folder: Path) -> None:
    graph = state(folder).graph
    [container] = json.loads(node(graph, "aws_ecs_task_definition.app").get("containerDefinitions"))
    value = container["environment"][0]["value"]
    assert value.endswith("?a=INFO") and graph.by_urn[references_in(value)[0].urn].name == "aws_sqs_queue.orders"
    policy = json.loads(node(graph, f"{STORE}.aws_iam_policy.read").get("policy"))
    read, send = policy["Statement"]
    assert read["Resource"].endswith("/letters/*")
    bucket = graph.by_urn[references_in(read["Resource"])[0].urn]
    assert bucket.name == f'{STORE}.aws_s3_bucket.this["main"]'
    assert graph.by_urn[references_in(send["Resource"][0])[0].urn].name == "aws_sqs_queue.orders", "through a module"


def test_each_of_several_stores_has_its_own_policy(folder: Path) -> None:
    found = state(folder)
    passed = verdicts(found.graph, "bucket-refuses-plain-http")
    assert {passed[f'{STORE}.aws_s3_bucket.this["{key}"]'] for key in ("main", "logs")} == {Verdict.PASS}
    assert not any("the text around a reference" in note for note in found.notes)
    assert any("are from the .tf files beside it" in note for note in found.notes)


def test_files_of_another_version_count_for_nothing(folder: Path) -> None:
    """The plan names the queue and the secret there; files that name something else are not what it was made from."""
    rewritten(folder, "variables = each.value", "variables = local.common")
    assert verdicts(state(folder).graph, "no-secret-in-clear")[SETTINGS.format("good")] is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "setting",
    [
        'lookup({ x = "Winter2026!" }, "x")',
        'base64decode("V2ludGVyMjAyNiE=")',
        '"${upper("winter")}2026!"',
        "local.not_there",
        "[for x in local.common : x][0]",
        'file("password.txt")',
        '"%{ if true }Winter2026!%{ endif }"',
    ],
)
def test_what_is_made_in_a_way_that_is_not_followed_is_not_passed(folder: Path, setting: str) -> None:
    rewritten(folder, "API_TOKEN = var.token", f"API_TOKEN = {setting}")
    assert verdicts(state(folder).graph, "no-secret-in-clear")[SETTINGS.format("variable")] is not Verdict.PASS


@pytest.mark.parametrize("text", ["", "}", 'resource "a" {', 'x = "${', "x = <<E\n", "a = " + "[" * 5000, "\x00\x01"])
def test_files_that_are_none_are_no_fault(folder: Path, text: str) -> None:
    for file in ("main.tf", "store/main.tf"):
        (folder / file).write_text(text, encoding="utf-8")
    assert verdicts(state(folder).graph, "no-secret-in-clear")[SETTINGS.format("good")] is Verdict.UNKNOWN


def test_locals_that_go_in_a_circle_end(folder: Path) -> None:
    rewritten(folder, 'STAGE = "live"', "STAGE = local.common")
    assert verdicts(state(folder).graph, "no-secret-in-clear")[SETTINGS.format("good")] is Verdict.UNKNOWN


def test_locals_that_grow_without_end_end(folder: Path) -> None:
    names = [f"l{n}" for n in range(30)]
    grown = "".join(f"{a} = [local.{b}, local.{b}]\n" for a, b in itertools.pairwise(names))
    rewritten(folder, "old    =", f'{grown}l29 = "x"\nold    =')
    rewritten(folder, 'STAGE = "live"', "STAGE = jsonencode(local.l0)")
    assert verdicts(state(folder).graph, "no-secret-in-clear")[SETTINGS.format("good")] is Verdict.UNKNOWN


def test_a_sensitive_value_is_nowhere_in_the_graph(folder: Path) -> None:
    rewritten(
        folder, "DB_PASSWORD = var.password }", 'DB_PASSWORD = "a${var.password}b", X = jsonencode([var.password]) }'
    )
    settings: dict[str, Any] = node(state(folder).graph, SETTINGS.format("sensitive")).get("environment.variables")
    assert settings["DB_PASSWORD"] is SECRET and settings["X"] is SECRET


def test_a_block_that_is_made_in_a_loop_is_read(folder: Path) -> None:
    """A plan shows nothing of a `dynamic` block but its values, and those not where they are not known yet."""
    data = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    address = "aws_dynamodb_table.visits"
    row = {"address": address, "mode": "managed", "type": "aws_dynamodb_table", "name": "visits"}
    change = {
        "actions": ["create"],
        "after": {"name": "visits", "replica": [{"region_name": "cn-northwest-1"}, {"region_name": "cn-north-1"}]},
        "after_unknown": {"replica": [{"kms_key_arn": True, "stream_arn": True}, {"kms_key_arn": True}]},
    }
    data["resource_changes"].append({**row, "change": change})
    expressions = {"name": {"constant_value": "visits"}}
    data["configuration"]["root_module"]["resources"].append(
        {**row, "provider_config_key": "aws", "expressions": expressions}
    )
    with (folder / "main.tf").open("a", encoding="utf-8") as file:
        file.write(
            'resource "aws_dynamodb_table" "visits" {\n  name = "visits"\n  dynamic "replica" {\n'
            "    for_each = { cn-north-1 = aws_sqs_queue.orders.arn, cn-northwest-1 = aws_secretsmanager_secret.db.arn }\n"
            "    content {\n      region_name = replica.key\n      kms_key_arn = replica.value\n    }\n  }\n}\n"
        )
    graph = plan_of(data, "plan.json", folder).graph
    found = [node(graph, address).get(f"replicas[{n}].kmsKeyArn") for n in (0, 1)]
    assert all(isinstance(value, Unknown) and len(value.references) == 1 for value in found)
    names = [graph.by_urn[value.references[0].urn].name for value in found]
    assert names == ["aws_secretsmanager_secret.db", "aws_sqs_queue.orders"], "each by the region that it names"


FOLLOWED = FOLDER.parent / "followed"
WORKER = 'aws_iam_role_policy.worker["{}"]'


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("loop", Verdict.PASS),
        ("loop_all", Verdict.FAIL),
        ("choice", Verdict.PASS),
        ("choice_all", Verdict.FAIL),
        ("unclear", Verdict.UNKNOWN),
        ("file", Verdict.PASS),
        ("file_all", Verdict.FAIL),
        ("splat", Verdict.PASS),
    ],
)
def test_loops_conditions_and_templates_are_followed(name: str, verdict: Verdict) -> None:
    assert verdicts(state(FOLLOWED).graph, "policy-without-wildcard")[WORKER.format(name)] is verdict
    alone = state(FOLLOWED, files=False).graph
    assert verdicts(alone, "policy-without-wildcard")[WORKER.format(name)] is Verdict.UNKNOWN


def test_a_loop_over_instances_names_each_of_them() -> None:
    [statement] = json.loads(node(state(FOLLOWED).graph, WORKER.format("loop")).get("policy"))["Statement"]
    found = [references_in(text) for text in statement["Resource"]]
    assert [(r.urn.rpartition("::")[2], r.property) for [r] in found] == [
        ("aws_dynamodb_table.visits[%22beds%22]", "arn"),
        ("aws_dynamodb_table.visits[%22wards%22]", "arn"),
    ]


def test_a_template_that_is_not_there_or_outside_the_repository_is_not_read(tmp_path: Path) -> None:
    inner = Path(shutil.copytree(FOLLOWED, tmp_path / "inner"))
    (tmp_path / "outside.tftpl").write_text((inner / "policy.json.tftpl").read_text(encoding="utf-8"), encoding="utf-8")
    rewritten(inner, "${path.module}/policy.json.tftpl", "${path.module}/../outside.tftpl")
    assert verdicts(state(inner).graph, "policy-without-wildcard")[WORKER.format("file_all")] is Verdict.UNKNOWN
    (tmp_path / ".git").mkdir()
    assert verdicts(state(inner).graph, "policy-without-wildcard")[WORKER.format("file_all")] is Verdict.FAIL
    (tmp_path / "outside.tftpl").unlink()
    assert verdicts(state(inner).graph, "policy-without-wildcard")[WORKER.format("file_all")] is Verdict.UNKNOWN


def test_a_list_in_a_block_is_of_as_many_as_it_names() -> None:
    alone = state(FOLLOWED, files=False).graph
    assert verdicts(alone, "process-in-two-zones")["aws_eks_cluster.emr"] is Verdict.PASS

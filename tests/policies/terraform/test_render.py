"""A graph as Terraform configuration: complete, without secrets, and refused where it cannot be."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from policies.graph import SECRET, Graph, Reference, Resource, Unknown, marker
from policies.terraform.labels import label_of
from policies.terraform.providers import Target
from policies.terraform.render import NotRendered, Rendering, render
from tests.conftest import ROOT, STACKS

PROVIDER = "urn:pulumi:s::p::pulumi:providers:aws::main"
KEY = "urn:pulumi:s::p::aws:kms/key:Key::key"


def resource(type_token: str, name: str, inputs: Mapping[str, Any], **rest: Any) -> Resource:
    urn = f"urn:pulumi:s::p::{type_token}::{name}"
    return Resource(urn, type_token, name, True, inputs, **{"provider": PROVIDER, "region": "cn-north-1", **rest})


def provider(**inputs: Any) -> Resource:
    return Resource(PROVIDER, "pulumi:providers:aws", "main", True, {"region": "cn-north-1", **inputs})


def of(*resources: Resource) -> Graph:
    return Graph.of([provider(), *resources], project="p", stack="s")


def bodies(rendering: Rendering) -> dict[str, dict[str, Any]]:
    """Address -> body."""
    found = {}
    for name, content in rendering.files.items():
        if name.endswith(".tf.json"):
            for kind, labels in json.loads(content).get("resource", {}).items():
                found |= {f"{kind}.{label}": body for label, body in labels.items()}
    return found


def one(type_token: str, inputs: Mapping[str, Any], target: Target = Target.V6, **rest: Any) -> dict[str, Any]:
    """The body of the one resource."""
    [body] = bodies(render(of(resource(type_token, "it", inputs, **rest)), target)).values()
    return body


def problems(graph: Graph, target: Target = Target.V6, root: Path | None = None) -> str:
    with pytest.raises(NotRendered) as refused:
        render(graph, target, root=root)
    return "\n".join(refused.value.problems)


# --- every stack -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("target", Target)
def test_every_resource_of_every_stack_is_in_the_configuration(
    graphs: Mapping[str, Graph], stack: str, target: Target
) -> None:
    graph = graphs[stack]
    rendering = render(graph, target, root=ROOT)
    managed = {r.urn for r in graph.resources if r.custom and not r.type.startswith("pulumi:providers:")}
    assert rendering.addresses.keys() == managed
    assert {body["//"] for body in bodies(rendering).values()} == managed
    assert set(bodies(rendering)) == set(rendering.addresses.values())


@pytest.mark.parametrize("stack", STACKS)
def test_every_reference_and_order_names_something_that_is_there(graphs: Mapping[str, Graph], stack: str) -> None:
    rendering = render(graphs[stack], Target.V5, root=ROOT)
    there = set(rendering.addresses.values())
    aliases = {f"aws.{p['alias']}" for p in json.loads(rendering.files["providers.tf.json"])["provider"]["aws"]}
    for address, body in bodies(rendering).items():
        named = set(re.findall(r"(?<![$%])\$\{[^}]*?(aws_\w+\.[\w-]+)", json.dumps(body)))
        assert named | set(body.get("depends_on", [])) <= there - {address}
        assert body["provider"] in aliases


def test_the_same_graph_gives_the_same_bytes(graphs: Mapping[str, Graph]) -> None:
    graph = graphs["dev"]
    shuffled = Graph.of(list(reversed(graph.resources)), project=graph.project, stack=graph.stack)
    assert render(graph, root=ROOT).files == render(shuffled, root=ROOT).files


def test_each_account_has_a_provider_and_in_5_each_region_too(graphs: Mapping[str, Graph]) -> None:
    def aliases(target: Target) -> list[str]:
        files = render(graphs["cn-tertiary"], target, root=ROOT).files
        return [p["alias"] for p in json.loads(files["providers.tf.json"])["provider"]["aws"]]

    accounts = ("account-backup", "account-log", "account-workload")
    assert aliases(Target.V6) == list(accounts)
    assert aliases(Target.V5) == [f"{a}_{r}" for a in accounts for r in ("cn-north-1", "cn-northwest-1")]


# --- values ----------------------------------------------------------------------------------------------------------


def test_a_region_is_the_resources_own_in_6_and_the_providers_in_5() -> None:
    inputs = {"region": "cn-northwest-1", "name": "alarms"}
    six = one("aws:sns/topic:Topic", inputs, region="cn-northwest-1")
    five = one("aws:sns/topic:Topic", inputs, Target.V5, region="cn-northwest-1")
    assert (six["region"], six["provider"]) == ("cn-northwest-1", "aws.main")
    assert ("region" in five, five["provider"]) == (False, "aws.main_cn-northwest-1")


def test_a_reference_stays_a_reference_and_text_stays_text() -> None:
    policy = json.dumps({"Resource": f"{marker(KEY, 'arn')}/${{aws:username}}"})
    graph = of(
        resource("aws:kms/key:Key", "key", {"description": "100 %{sure}"}),
        resource(
            "aws:sns/topic:Topic", "topic", {"name": "t", "kmsMasterKeyId": marker(KEY, "keyId"), "policy": policy}
        ),
    )
    found = bodies(render(graph))
    assert found["aws_kms_key.key"]["description"] == "100 %%{sure}"
    topic = found["aws_sns_topic.topic"]
    assert topic["kms_master_key_id"] == "${aws_kms_key.key.key_id}"
    assert topic["policy"] == '{"Resource": "${aws_kms_key.key.arn}/$${aws:username}"}'
    assert "depends_on" not in topic, "the reference says the order already"


def test_a_single_block_and_a_plural_list_get_terraforms_form() -> None:
    body = one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {"bucket": "b", "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}]},
    )
    assert body["rule"] == [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}]


def test_an_attribute_that_is_a_list_of_objects_has_every_field() -> None:
    body = one(
        "aws:ec2/securityGroup:SecurityGroup",
        {"name": "g", "egress": [{"fromPort": 443, "toPort": 443, "protocol": "tcp"}]},
    )
    [rule] = body["egress"]
    assert (rule["from_port"], rule["cidr_blocks"], rule["self"]) == (443, None, None)


def test_protection_and_ignored_changes_are_lifecycle() -> None:
    body = one("aws:kms/key:Key", {"description": "d"}, protect=True, ignore_changes=("rotationPeriodInDays",))
    assert body["lifecycle"] == {"prevent_destroy": True, "ignore_changes": ["rotation_period_in_days"]}


def test_a_block_that_is_ignored_is_ignored_as_a_whole() -> None:
    """Also where the provider has none yet: it has no first element then."""
    body = one("aws:eks/cluster:Cluster", {"name": "c"}, ignore_changes=("accessConfig", "vpcConfig.subnetIds"))
    assert body["lifecycle"]["ignore_changes"] == ["access_config", "vpc_config[0].subnet_ids"]


def test_a_part_that_is_ignored_is_named_in_terraforms_words() -> None:
    rules = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}]
    body = one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {"bucket": "b", "rules": rules},
        ignore_changes=("rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId",),
    )
    [ignored] = body["lifecycle"]["ignore_changes"]
    assert ignored == "rule[0].apply_server_side_encryption_by_default[0].kms_master_key_id"


def test_a_policy_written_as_an_object_is_text_for_terraform() -> None:
    policy = {"Statement": [{"Effect": "Deny", "Resource": marker(KEY, "arn")}]}
    graph = of(
        resource("aws:kms/key:Key", "key", {}), resource("aws:sqs/queue:Queue", "q", {"name": "q", "policy": policy})
    )
    text = bodies(render(graph))["aws_sqs_queue.q"]["policy"]
    assert json.loads(text) == {"Statement": [{"Effect": "Deny", "Resource": "${aws_kms_key.key.arn}"}]}


def test_an_order_that_no_reference_says_is_kept() -> None:
    graph = of(
        resource("aws:kms/key:Key", "key", {"description": "d"}),
        resource("aws:sns/topic:Topic", "topic", {"name": "t"}, depends_on=(KEY,)),
    )
    assert bodies(render(graph))["aws_sns_topic.topic"]["depends_on"] == ["aws_kms_key.key"]


def test_a_secret_is_a_sensitive_variable_and_in_no_file() -> None:
    rendering = render(
        of(resource("aws:secretsmanager/secretVersion:SecretVersion", "2nd", {"secretId": "x", "secretString": SECRET}))
    )
    [(name, variable)] = rendering.variables.items()
    assert name == "_2nd_secret_string", "shells and Terraform take no other form"
    declared = json.loads(rendering.files["variables.tf.json"])["variable"][name]
    assert declared["sensitive"] is True and "default" not in declared
    assert variable.path == "secretString"
    assert bodies(rendering)["aws_secretsmanager_secret_version._2nd"]["secret_string"] == f"${{var.{name}}}"


def test_a_function_brings_its_code_in_the_same_bytes_each_time(tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text("pass")
    code = {"assets": {"handler.py": {"path": "handler.py"}}}
    graph = of(
        resource("aws:lambda/function:Function", "f", {"role": "arn:aws-cn:iam::111122223333:role/r", "code": code})
    )
    first, second = (render(graph, root=tmp_path) for _ in range(2))
    assert first.files == second.files
    body = bodies(first)["aws_lambda_function.f"]
    assert body["filename"].removeprefix("${path.module}/") in first.files
    assert body["function_name"].startswith("f-"), "Pulumi makes a name from the logical one; Terraform wants one"
    assert body["source_code_hash"]


# --- two provider versions -------------------------------------------------------------------------------------------


def test_what_5_does_not_know_is_left_out_only_as_reviewed() -> None:
    inputs = {"roleArn": "r", "vpcConfig": {"subnetIds": ["s"]}, "deletionProtection": True}
    graph = of(resource("aws:eks/cluster:Cluster", "c", inputs))
    assert bodies(render(graph, Target.V6))["aws_eks_cluster.c"]["deletion_protection"] is True
    five = render(graph, Target.V5)
    assert "deletion_protection" not in bodies(five)["aws_eks_cluster.c"]
    assert any("deletionProtection" in sentence for sentence in five.left_out)


def test_an_indexs_keys_are_written_as_each_version_wants_them() -> None:
    keys = [{"attributeName": "patient", "keyType": "HASH"}, {"attributeName": "at", "keyType": "RANGE"}]
    index = {"name": "i", "projectionType": "ALL", "keySchemas": keys}
    graph = of(
        resource("aws:dynamodb/table:Table", "t", {"name": "t", "hashKey": "id", "globalSecondaryIndexes": [index]})
    )
    [six] = bodies(render(graph, Target.V6))["aws_dynamodb_table.t"]["global_secondary_index"]
    [five] = bodies(render(graph, Target.V5))["aws_dynamodb_table.t"]["global_secondary_index"]
    assert [k["attribute_name"] for k in six["key_schema"]] == ["patient", "at"]
    assert (five["hash_key"], five["range_key"], "key_schema" in five) == ("patient", "at", False)


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["1st", "-x", "a b/c.d", "表", ""])
def test_any_name_becomes_an_identifier(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", label_of(name))


def test_two_resources_of_one_name_under_two_parents_stay_apart() -> None:
    twins = [
        Resource(
            f"urn:pulumi:s::p::c:i:{parent}$aws:sns/topic:Topic::t",
            "aws:sns/topic:Topic",
            "t",
            True,
            {"name": parent},
            provider=PROVIDER,
        )
        for parent in ("A", "B")
    ]
    found = render(of(*twins)).addresses
    assert len(set(found.values())) == 2
    alone = render(of(twins[0])).addresses
    assert alone[twins[0].urn] == "aws_sns_topic.t"


# --- what cannot be --------------------------------------------------------------------------------------------------


def bad_cases() -> Iterator[tuple[str, Callable[[], Graph], str]]:
    topic = "aws:sns/topic:Topic"
    yield "type", lambda: of(resource("aws:nosuch/thing:Thing", "x", {})), "aws:nosuch/thing:Thing has no rendering"
    yield (
        "another cloud",
        lambda: of(resource("kubernetes:core/v1:Pod", "x", {})),
        "kubernetes:core/v1:Pod has no rendering",
    )
    yield "argument", lambda: of(resource(topic, "x", {"kmsKey": "k"})), "kmsKey: is no argument; allowed: "
    yield "computed", lambda: of(resource(topic, "x", {"arn": "a"})), "arn: is computed"
    yield "unknown", lambda: of(resource(topic, "x", {"name": Unknown()})), "name: is not known before deploy"
    yield (
        "unknown of a resource",
        lambda: of(resource(topic, "x", {"name": Unknown((Reference(KEY, ""),))})),
        "expressions.yaml",
    )
    policy = {"Resource": Unknown()}
    yield (
        "unknown in an object",
        lambda: of(resource("aws:sqs/queue:Queue", "x", {"policy": policy})),
        "policy: is not known before deploy",
    )
    yield "dangling", lambda: of(resource(topic, "x", {"name": marker(KEY, "arn")})), "which is not in the rendering"
    yield "external", lambda: of(resource(topic, "x", {}, external=True)), "read from the cloud"
    yield (
        "block from elsewhere",
        lambda: of(resource("aws:eks/cluster:Cluster", "x", {"vpcConfig": marker(KEY, "arn")})),
        "vpcConfig: is a block",
    )
    yield (
        "asset outside",
        lambda: of(resource("aws:lambda/function:Function", "x", {"role": "r", "code": {"path": "../../etc/passwd"}})),
        "outside the project",
    )
    yield (
        "asset from the net",
        lambda: of(resource("aws:lambda/function:Function", "x", {"role": "r", "code": {"uri": "https://x/y.zip"}})),
        "fetched from an address",
    )


@pytest.mark.parametrize(("make", "says"), [row[1:] for row in bad_cases()], ids=[row[0] for row in bad_cases()])
def test_what_cannot_be_rendered_is_a_sentence_that_names_it(
    make: Callable[[], Graph], says: str, tmp_path: Path
) -> None:
    found = problems(make(), root=tmp_path)
    assert says in found and " x" in found


def test_all_obstacles_are_told_at_once() -> None:
    graph = of(
        *(resource("aws:nosuch/thing:Thing", name, {}) for name in "ab"),
        resource("aws:sns/topic:Topic", "c", {"nope": 1}),
    )
    assert len(problems(graph).splitlines()) == 3


def test_resources_that_wait_for_each_other_are_refused() -> None:
    one_, two = (f"urn:pulumi:s::p::aws:sns/topic:Topic::{n}" for n in "ab")
    graph = of(
        resource("aws:sns/topic:Topic", "a", {"name": "a"}, depends_on=(two,)),
        resource("aws:sns/topic:Topic", "b", {"name": "b"}, depends_on=(one_,)),
    )
    assert "wait for each other" in problems(graph)

"""A graph as a plan: what is known, what is not, where it comes from. The real provider is asked in tests/truth."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from policies.graph import SECRET, Graph, Reference, Resource, Unknown, marker
from policies.terraform.plan import Plan, plan_of

PROJECT = "urn:pulumi:test::clinic::"
KEY, BUCKET, INSTANCE = "aws:kms/key:Key", "aws:s3/bucket:Bucket", "aws:rds/instance:Instance"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"


def resource(type_token: str, name: str, inputs: Mapping[str, Any], **options: Any) -> Resource:
    return Resource(f"{PROJECT}{type_token}::{name}", type_token, name, True, dict(inputs), **options)


def of(*resources: Resource) -> Plan:
    return plan_of(Graph.of(resources))


def row(plan: Plan, address: str, part: str = "planned") -> Mapping[str, Any]:
    document = plan.document
    rows = {
        "planned": document["planned_values"]["root_module"]["resources"],
        "changes": document["resource_changes"],
        "written": document["configuration"]["root_module"]["resources"],
    }[part]
    found: Mapping[str, Any] = next(r for r in rows if r["address"] == address)
    return found


def values(plan: Plan, address: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = row(plan, address)["values"]
    return found


def unknown(plan: Plan, address: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = row(plan, address, "changes")["change"]["after_unknown"]
    return found


def written(plan: Plan, address: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = row(plan, address, "written")["expressions"]
    return found


def output(type_token: str, name: str, property_name: str) -> str:
    return marker(f"{PROJECT}{type_token}::{name}", property_name)


def test_what_another_resource_computes_is_not_known_but_told() -> None:
    plan = of(
        resource(KEY, "key", {}),
        resource("aws:sns/topic:Topic", "alarms", {"kmsMasterKeyId": output(KEY, "key", "arn"), "name": "alarms"}),
    )
    assert "kms_master_key_id" not in values(plan, "aws_sns_topic.alarms")
    assert unknown(plan, "aws_sns_topic.alarms")["kms_master_key_id"] is True
    assert written(plan, "aws_sns_topic.alarms") == {
        "kms_master_key_id": {"references": ["aws_kms_key.key.arn", "aws_kms_key.key"]},
        "name": {"constant_value": "alarms"},
    }
    assert row(plan, "aws_sns_topic.alarms", "changes")["change"]["actions"] == ["create"]


def test_an_output_that_is_a_known_input_is_known_and_told() -> None:
    plan = of(
        resource(BUCKET, "records", {"bucket": "clinic-records"}),
        resource("aws:s3/bucketVersioning:BucketVersioning", "v", {"bucket": output(BUCKET, "records", "bucket")}),
    )
    assert values(plan, "aws_s3_bucket_versioning.v")["bucket"] == "clinic-records"
    assert written(plan, "aws_s3_bucket_versioning.v")["bucket"] == {
        "references": ["aws_s3_bucket.records.bucket", "aws_s3_bucket.records"]
    }


def test_a_text_with_one_unknown_part_is_unknown() -> None:
    policy = json.dumps({"Statement": [{"Resource": output(KEY, "key", "arn")}]})
    plan = of(resource(KEY, "key", {}), resource("aws:iam/policy:Policy", "use", {"policy": policy}))
    assert "policy" not in values(plan, "aws_iam_policy.use")
    assert written(plan, "aws_iam_policy.use")["policy"]["references"] == ["aws_kms_key.key.arn", "aws_kms_key.key"]


def test_secrets_are_nowhere() -> None:
    plan = of(resource(INSTANCE, "db", {"password": SECRET, "username": "owner", "instanceClass": "db.t4g.small"}))
    assert "password" not in values(plan, "aws_db_instance.db")
    assert unknown(plan, "aws_db_instance.db")["password"] is True
    assert written(plan, "aws_db_instance.db")["password"] == {}


def test_lists_sets_and_maps_with_an_unknown_element() -> None:
    hidden = Unknown((Reference(f"{PROJECT}{KEY}::key", "arn"),))
    plan = of(
        resource(KEY, "key", {}),
        resource(BALANCER, "lb", {"subnets": ["subnet-1", hidden]}),
        resource("aws:rds/cluster:Cluster", "c", {"enabledCloudwatchLogsExports": ["a"], "engineMode": hidden}),
        resource("aws:cloudwatch/metricAlarm:MetricAlarm", "a", {"dimensions": {"A": "b", "C": hidden}}),
        resource("aws:lb/listener:Listener", "l", {"defaultActions": [{"type": "forward", "targetGroupArn": hidden}]}),
    )
    assert "subnets" not in values(plan, "aws_lb.lb")  # a set
    assert unknown(plan, "aws_lb.lb")["subnets"] is True
    assert values(plan, "aws_rds_cluster.c")["enabled_cloudwatch_logs_exports"] == ["a"]
    assert values(plan, "aws_cloudwatch_metric_alarm.a").get("dimensions") is None
    assert unknown(plan, "aws_cloudwatch_metric_alarm.a")["dimensions"] is True
    action = values(plan, "aws_lb_listener.l")["default_action"][0]
    assert action["type"] == "forward" and "target_group_arn" not in action
    assert (
        written(plan, "aws_lb_listener.l")["default_action"][0]["target_group_arn"]["references"][-1]
        == "aws_kms_key.key"
    )


def test_rules_inside_a_group_have_empty_lists_where_nothing_is_stated() -> None:
    """As the provider writes them: to Checkov null in their place is a list of one, and port 22 passes for closed."""
    ingress = {"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"]}
    plan = of(resource("aws:ec2/securityGroup:SecurityGroup", "open", {"ingress": [ingress]}))
    [rule] = values(plan, "aws_security_group.open")["ingress"]
    assert rule["cidr_blocks"] == ["0.0.0.0/0"]
    assert [rule[name] for name in ("ipv6_cidr_blocks", "prefix_list_ids", "security_groups")] == [[], [], []]


def test_scalars_have_terraforms_types() -> None:
    plan = of(
        resource(KEY, "key", {"deletionWindowInDays": "30", "enableKeyRotation": "true"}),
        resource("aws:ec2/vpc:Vpc", "v", {"tags": {"answer": 42.0, "yes": True}, "cidrBlock": "10.0.0.0/16"}),
    )
    assert values(plan, "aws_kms_key.key")["deletion_window_in_days"] == 30
    assert values(plan, "aws_kms_key.key")["enable_key_rotation"] is True
    assert values(plan, "aws_vpc.v")["tags"] == {"answer": "42", "yes": "true"}


def test_a_document_written_as_an_object_is_its_text() -> None:
    plan = of(
        resource("aws:iam/policy:Policy", "open", {"policy": {"Statement": [{"Effect": "Allow", "Action": "*"}]}}),
        resource("aws:iam/policy:Policy", "half", {"policy": {"Statement": [{"Resource": Unknown()}]}}),
    )
    assert json.loads(values(plan, "aws_iam_policy.open")["policy"])["Statement"][0]["Action"] == "*"
    assert "policy" not in values(plan, "aws_iam_policy.half")


def test_default_tags_of_the_provider_are_in_all_tags() -> None:
    provider = Resource(
        f"{PROJECT}pulumi:providers:aws::workload",
        "pulumi:providers:aws",
        "workload",
        True,
        {"region": "eu-central-1", "defaultTags": '{"tags": {"owner": "clinic"}}'},
    )
    plan = of(
        provider,
        resource("aws:ec2/vpc:Vpc", "v", {"tags": {"Name": "v"}}, provider=provider.urn, region="eu-central-1"),
        resource("aws:ec2/vpc:Vpc", "w", {}, provider=provider.urn, region="eu-west-1"),
    )
    assert values(plan, "aws_vpc.v")["tags_all"] == {"owner": "clinic", "Name": "v"}
    assert values(plan, "aws_vpc.w")["tags_all"] == {"owner": "clinic"}
    providers = plan.document["configuration"]["provider_config"]
    assert providers["aws.workload_eu-west-1"]["expressions"]["region"] == {"constant_value": "eu-west-1"}
    assert plan.urns["aws.workload_eu-central-1"] == provider.urn


def test_what_has_no_form_is_listed_with_its_reason() -> None:
    plan = of(
        resource("azure:storage/account:Account", "a", {}),
        resource("aws:nothing/thing:Thing", "b", {}),
        resource(BUCKET, "read", {}, external=True),
        resource(BUCKET, "kept", {"noSuchArgument": 1, "arn": "arn:aws:s3:::x"}),
    )
    assert {urn.rpartition("::")[2] for urn in plan.left_out} == {"a", "b", "read"}
    assert all(plan.left_out.values())
    assert [p.partition(":")[0] for p in plan.problems] and any("noSuchArgument" in p for p in plan.problems)
    assert values(plan, "aws_s3_bucket.kept")


@pytest.mark.parametrize(
    "inputs",
    [
        {"tags": 7},
        {"tags": [["a"]]},
        {"versioning": [1, "x"]},
        {"lifecycleRules": {"a": {"b": []}}},
        {"serverSideEncryptionConfiguration": {"rule": [None, {"x": object()}]}},
        {"bucket": float("nan"), "forceDestroy": "perhaps"},
    ],
)
def test_wrong_shapes_never_stop_the_plan(inputs: Mapping[str, Any]) -> None:
    plan = of(resource(BUCKET, "odd", inputs), resource(BUCKET, "good", {"bucket": "g"}))
    assert values(plan, "aws_s3_bucket.good")["bucket"] == "g"
    json.dumps(plan.document)


def test_it_is_the_same_for_the_same_graph(graphs: Mapping[str, Graph]) -> None:
    graph = graphs["dev"]
    again = Graph.from_json(json.loads(graph.dumps()))
    assert json.dumps(plan_of(graph).document) == json.dumps(plan_of(again).document)
    assert plan_of(graph).left_out == {} and plan_of(graph).problems == ()

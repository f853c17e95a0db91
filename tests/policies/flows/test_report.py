"""What a report says of residency: one form, whatever the graph; plain data that any rendering can draw."""

import json
import time
import xml.etree.ElementTree as ET
from dataclasses import replace

from policies.engine import judge
from policies.facts import Facts
from policies.flows.report import MOST_SINKS, residency
from policies.graph import Graph, Place
from policies.registry import all_rules
from policies.reports.residency_map import residency_map
from tests.policies.flows.cases import BUCKET, OBJECTS, READS, TOPIC, function, network, reader, resource, store
from tests.resources import arn, context, graph, ref

SINK = {"kind", "where", "region", "jurisdiction", "account", "partition", "inside", "leaves", "authentication", "path"}
HOP = {"urn", "property", "kind", "place", "to", "doubt"}


def _open() -> Graph:
    bucket = replace(store(), source=Place("app.py", 3))
    return graph(bucket, *reader(READS, OBJECTS), function(vpcConfig=None))


def test_the_report_holds_each_store_with_its_sinks_and_paths():
    report = judge(_open(), context())
    (said,) = [row for row in report.details["residency"] if row["name"] == "records"]
    assert said["data_class"] == 4 and said["urn"].endswith("::records")
    assert all(set(sink) == SINK and all(set(hop) == HOP for hop in sink["path"]) for sink in said["sinks"])
    (out,) = [sink for sink in said["sinks"] if sink["leaves"]]
    assert out["inside"] is False and [hop["property"] for hop in out["path"]][:2] == ["policy.Statement[0]", "role"]
    assert json.loads(json.dumps(report.details["residency"])) == report.details["residency"]


def test_jurisdiction_account_and_partition_are_told():
    topic = store(TOPIC, kmsMasterKeyId=None)
    targets = {
        "own": arn("sqs", "inbox"),
        "abroad": "arn:aws-cn:sqs:us-east-1:111122223333:inbox",
        "strange": arn("sqs", "inbox", account="999999999999"),
        "other": "arn:aws:sqs:eu-west-1:111122223333:inbox",
    }
    subscriptions = [
        resource(
            "aws:sns/topicSubscription:TopicSubscription",
            name,
            topic=ref(TOPIC, "records"),
            protocol="sqs",
            endpoint=to,
        )
        for name, to in targets.items()
    ]
    (said,) = residency(Facts(graph(topic, *subscriptions), context()))
    found = {sink["path"][-1]["urn"].rpartition("::")[2]: sink for sink in said["sinks"]}
    told = {
        name: (sink["jurisdiction"], sink["account"], sink["partition"], sink["inside"]) for name, sink in found.items()
    }
    assert told == {
        "own": ("cn-mainland", "own", "aws-cn", True),
        "abroad": ("us", "own", "aws", False),
        "strange": ("cn-mainland", "other", "aws-cn", True),
        "other": ("eu", "own", "aws", False),
    }


def test_the_picture_draws_it_and_nothing_of_a_program_becomes_markup():
    bad = replace(store(), name="<script>alert(1)</script>")
    svg = residency_map(residency(Facts(graph(bad, *reader(READS, OBJECTS), function(vpcConfig=None)), context())))
    ET.fromstring(svg)  # noqa: S314  our own text
    assert "<script" not in svg


def test_sinks_beyond_the_most_are_counted():
    many = [
        resource(
            "aws:s3/inventory:Inventory",
            f"i{n}",
            bucket="records",
            destination={"bucket": {"bucketArn": f"arn:aws-cn:s3:::l{n}"}},
        )
        for n in range(MOST_SINKS + 7)
    ]
    (said,) = residency(Facts(graph(store(), *many), context()))
    assert len(said["sinks"]) == MOST_SINKS and said["more"] == 7


def _sites(count: int) -> Graph:
    """A chain of sites: each with a bucket, a role that reads it and writes a common one, a worker, queues, topics."""
    found = [*network(), store(name="common")]
    for site in range(count):
        name = f"s{site}"
        role, policy = reader([*READS, "s3:PutObject"], [f"arn:aws-cn:s3:::{name}/*", "arn:aws-cn:s3:::common/*"])
        role = resource("aws:iam/role:Role", name, name=name, assumeRolePolicy=role.inputs["assumeRolePolicy"])
        found += [store(name=name), role]
        found.append(resource("aws:iam/rolePolicy:RolePolicy", name, role=name, policy=policy.inputs["policy"]))
        worker = function(role=ref("aws:iam/role:Role", name))
        found.append(replace(worker, urn=f"{worker.urn}-{name}", name=name, inputs={**worker.inputs, "name": name}))
        for part in range(33):
            found.append(resource("aws:sqs/queue:Queue", f"{name}-{part}", name=f"{name}-{part}", kmsMasterKeyId=None))
    return graph(*found)


def test_it_costs_a_small_part_of_judging_and_grows_with_the_graph():
    """64 sites of 37 resources: the proof beside all other rules, and beside itself on half the sites. The bounds are
    wide, for machines that do other things too; docs/benchmarks.md has the measured shares."""
    others = [rule for rule in all_rules() if rule.id != "no-path-out-of-jurisdiction"]
    large, half = _sites(64), _sites(32)
    judge(half, context())

    def proof(found: Graph) -> float:
        best = 9.0
        for _ in range(3):
            fresh = Facts(Graph(found.resources), context())
            start = time.process_time()
            residency(fresh)
            best = min(best, time.process_time() - start)
        return best

    start = time.process_time()
    judge(Graph(large.resources), context(), rules=others)
    rest = time.process_time() - start
    assert proof(large) < rest
    assert proof(large) < 4 * proof(half) + 0.05
    assert BUCKET in large.by_type

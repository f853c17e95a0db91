"""What is left is what the emulator shows and AWS did not make by itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import boto3
import jmespath

from operations.live import Live
from operations.sandbox.emulated import emulated
from operations.sandbox.existing import with_existing
from operations.sandbox.gaps import reviewed as reviewed_gaps
from operations.sandbox.leftovers import Left, left_of, reviewed
from policies.graph import Graph
from tests.operations.sandbox.graphs import BUCKET, KEY, graph, resource

HERE = "us-east-1"
VPC, SUBNET, GROUP, ROLE, POLICY = (
    "aws:ec2/vpc:Vpc",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:iam/role:Role",
    "aws:iam/policy:Policy",
)


def asked(url: str, *types: str) -> list[Left]:
    stack = graph(*(resource(t, f"r{i}", {}, region=HERE, account="123456789012") for i, t in enumerate(types)))
    return left_of(stack, Live(endpoint_url=url), HERE, lambda done, total: None)


def client(url: str, service: str):
    return boto3.Session().client(service, region_name=HERE, endpoint_url=url)


def test_what_aws_makes_by_itself_is_not_left_over(emulator: str):
    assert asked(emulator, VPC, SUBNET, GROUP, "aws:ec2/routeTable:RouteTable", POLICY, KEY, BUCKET) == []


def test_what_was_made_is_left_over(emulator: str):
    client(emulator, "s3").create_bucket(Bucket="forgotten")
    vpc = client(emulator, "ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    found = asked(emulator, VPC, BUCKET, ROLE)
    assert {(one.what, one.item) for one in found} == {("ec2 describe_vpcs", vpc), ("s3 list_buckets", "forgotten")}
    assert {(one.account, one.region) for one in found} == {("123456789012", HERE)}


def test_only_the_types_of_the_stack_are_asked_for(emulator: str):
    client(emulator, "s3").create_bucket(Bucket="of-somebody-else")
    assert asked(emulator, VPC) == []


def test_a_key_that_waits_for_its_end_is_not_left_over(emulator: str):
    """AWS deletes no key at once."""
    kms = client(emulator, "kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert [one.item for one in asked(emulator, KEY)] == [key]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert asked(emulator, KEY) == []


def test_more_than_a_page_is_asked_for(emulator: str):
    sqs = client(emulator, "sqs")
    for number in range(1005):
        sqs.create_queue(QueueName=f"q{number}")
    assert len(asked(emulator, "aws:sqs/queue:Queue")) == 1005


def test_what_was_never_to_be_deleted_is_not_asked_for(emulator: str):
    client(emulator, "s3").create_bucket(Bucket="kept")
    stack = graph(resource(BUCKET, "b", {}, region=HERE, account="123456789012", retain_on_delete=True))
    assert left_of(stack, Live(endpoint_url=emulator), HERE, lambda done, total: None) == []


def test_every_filter_can_be_read():
    for row in reviewed().rows:
        jmespath.compile(row.items)
        jmespath.compile(row.gone or "@")
        assert bool(row.then) == bool(row.gone) == bool(row.then_as)


def test_something_tells_of_every_type_that_a_stack_deploys(graphs: Mapping[str, Graph]):
    known = reviewed()
    deployed = {
        done.graph.by_urn[u].type
        for stack in graphs.values()
        for done in [emulated(with_existing(stack)[0], reviewed_gaps())]
        for u in done.applied
    }
    assert {t for t in deployed if not known.knows(t)} == set(), (
        f"no row in {Path('operations/sandbox/leftovers.yaml')}"
    )
    assert {w for w in known.parts.values() if not known.knows(w)} == set()

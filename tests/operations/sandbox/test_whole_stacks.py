"""Whole stacks in earnest, by the sandbox's own commands: the real provider makes every resource in the emulator that it
can hold, a second plan is empty, verify finds what the state says, retiring lifts protection, and in the end nothing is left: asked
by boto3, of whatever any state says.

`make sandbox-all` does this with all five stacks; the guide's test does it with `dev`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

import boto3
import pytest

from operations.sandbox import emulator, life
from operations.sandbox.gaps import How, reviewed
from operations.sandbox.record import Server
from policies.graph import Graph
from tests.operations.sandbox.command import Command, missing
from tests.repository.emulated_types import counts

pytestmark = [pytest.mark.slow(400), pytest.mark.skipif(bool(missing()), reason=missing())]


@pytest.fixture
def command(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Command]:
    found = Command(tmp_path, request.param)
    yield found
    found.discard()


@pytest.mark.parametrize("command", ["cn-tertiary", "eu-university"], indirect=True)
def test_a_stack_lives_and_ends(graphs: Mapping[str, Graph], command: Command) -> None:
    graph = graphs[command.stack]
    command.knows(graph)
    code, said = command.run("up")
    assert code == 0, said
    assert "a second plan is empty" in said
    _is_whole(graph, json.loads((command.sandbox / "summary.json").read_text()))

    server = command.record().server
    assert server is not None
    there = _there(graph, server)
    made = {kind for kind, listing in _LISTED.items() if counts(graph).get(listing.of, (0, 0))[0]}
    assert {kind for kind, items in there.items() if items} >= made, "or an empty answer in the end would prove nothing"

    code, said = command.run("down", "--keep")
    assert code == 0, said
    assert "nothing is left of it: asked of the emulator itself" in said
    assert {"retire", "destroy"} <= set(command.record().done)
    assert _there(graph, server) == {kind: [] for kind in KINDS}


def _is_whole(graph: Graph, summary: Mapping[str, Any]) -> None:
    """Every resource was applied, or is on the reviewed list of what the emulator lacks; and verify is content."""
    wanted = counts(graph)
    assert summary["types"] == {t: {"applied": applied, "echoed": echoed} for t, (applied, echoed) in wanted.items()}
    lacking = {row.type for row in reviewed().rows if row.how is How.LEFT_OUT}
    assert {t for t, (_, echoed) in wanted.items() if echoed} <= lacking
    assert set(summary["verified"]) == {"pass", "not applicable", "waived"}, "nothing failed, nothing was undecided"
    assert summary["verified"]["pass"] > 500


# --- what is there, whatever any engine's state says -----------------------------------------------------------------


class Listing(NamedTuple):
    """Where its answer holds what was made of a type, what names it, and what of it is not AWS's own."""

    of: str
    where: str
    name: str = ""
    is_ours: Callable[[Any], bool] = lambda _: True


_LISTED: Final = {
    "s3 list_buckets": Listing("aws:s3/bucket:Bucket", "Buckets", "Name"),
    "dynamodb list_tables": Listing("aws:dynamodb/table:Table", "TableNames"),
    "sqs list_queues": Listing("aws:sqs/queue:Queue", "QueueUrls"),
    "sns list_topics": Listing("aws:sns/topic:Topic", "Topics", "TopicArn"),
    "lambda list_functions": Listing("aws:lambda/function:Function", "Functions", "FunctionName"),
    "secretsmanager list_secrets": Listing("aws:secretsmanager/secret:Secret", "SecretList", "Name"),
    "rds describe_db_clusters": Listing("aws:rds/cluster:Cluster", "DBClusters", "DBClusterIdentifier"),
    "rds describe_db_instances": Listing(
        "aws:rds/clusterInstance:ClusterInstance", "DBInstances", "DBInstanceIdentifier"
    ),
    "eks list_clusters": Listing("aws:eks/cluster:Cluster", "clusters"),
    "elbv2 describe_load_balancers": Listing("aws:lb/loadBalancer:LoadBalancer", "LoadBalancers", "LoadBalancerName"),
    "ec2 describe_vpcs": Listing("aws:ec2/vpc:Vpc", "Vpcs", "VpcId", lambda one: not one["IsDefault"]),
    "ec2 describe_subnets": Listing(
        "aws:ec2/subnet:Subnet", "Subnets", "SubnetId", lambda one: not one["DefaultForAz"]
    ),
    "ec2 describe_nat_gateways": Listing(
        "aws:ec2/natGateway:NatGateway", "NatGateways", "NatGatewayId", lambda one: one["State"] != "deleted"
    ),
    "backup list_backup_vaults": Listing("aws:backup/vault:Vault", "BackupVaultList", "BackupVaultName"),
    "logs describe_log_groups": Listing("aws:cloudwatch/logGroup:LogGroup", "logGroups", "logGroupName"),
    "kms list_aliases": Listing(
        "aws:kms/alias:Alias", "Aliases", "AliasName", lambda one: not one["AliasName"].startswith("alias/aws/")
    ),
    "iam list_roles": Listing("aws:iam/role:Role", "Roles", "Arn"),
    "route53 list_hosted_zones": Listing("aws:route53/zone:Zone", "HostedZones", "Name"),
    "wafv2 list_web_acls": Listing("aws:wafv2/webAcl:WebAcl", "WebACLs", "ARN"),
}
"""Not the product's own table (leftovers.yaml): this one is to notice what that forgets."""
KINDS: Final = tuple(_LISTED)


def _there(graph: Graph, server: Server) -> dict[str, list[str]]:
    """What the emulator shows in each account and region of a stack."""
    _, region = life.home_of(graph)
    accounts = sorted({r.account for r in graph.resources if r.account})
    regions = sorted({str(r.region) for r in graph.resources if r.region and r.region != "global"})
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for account in accounts:
        with emulator.way_in(server, account, region).entered():
            session = boto3.Session()
            asks = [(kind, session.client(kind.split()[0], region_name=r)) for kind in KINDS for r in regions]
            with ThreadPoolExecutor(4) as pool:
                for kind, items in pool.map(lambda ask: (ask[0], _asked(*ask)), asks):
                    found[kind] += items
    return found


def _asked(kind: str, client: Any) -> list[str]:
    operation = kind.split()[1]
    listing = _LISTED[kind]
    more = {"Scope": "REGIONAL"} if client.meta.service_model.service_name == "wafv2" else {}
    pages = client.get_paginator(operation).paginate(**more) if client.can_paginate(operation) else None
    answers = list(pages) if pages else [getattr(client, operation)(**more)]
    found = [one for page in answers for one in page.get(listing.where, ()) if listing.is_ours(one)]
    return [str(one[listing.name] if listing.name else one) for one in found]

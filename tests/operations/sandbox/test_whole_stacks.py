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
from typing import Any, Final

import boto3
import pytest

from operations.sandbox import emulator, life
from operations.sandbox.gaps import How, reviewed
from operations.sandbox.record import Server
from policies.graph import Graph
from tests.operations.sandbox.command import Command, missing
from tests.repository.emulated_types import counts

pytestmark = [
    pytest.mark.slow(400),
    pytest.mark.skipif(bool(missing()), reason=missing()),
    pytest.mark.xdist_group("whole stacks"),
]


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
    assert all(there[kind] for kind in KINDS), "otherwise an empty answer in the end would prove nothing"

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

_LISTED: Final[Mapping[str, tuple[str, str, Callable[[Any], bool]]]] = {
    "s3 list_buckets": ("Buckets", "Name", lambda _: True),
    "dynamodb list_tables": ("TableNames", "", lambda _: True),
    "sqs list_queues": ("QueueUrls", "", lambda _: True),
    "sns list_topics": ("Topics", "TopicArn", lambda _: True),
    "lambda list_functions": ("Functions", "FunctionName", lambda _: True),
    "secretsmanager list_secrets": ("SecretList", "Name", lambda _: True),
    "rds describe_db_clusters": ("DBClusters", "DBClusterIdentifier", lambda _: True),
    "rds describe_db_instances": ("DBInstances", "DBInstanceIdentifier", lambda _: True),
    "eks list_clusters": ("clusters", "", lambda _: True),
    "elbv2 describe_load_balancers": ("LoadBalancers", "LoadBalancerName", lambda _: True),
    "ec2 describe_vpcs": ("Vpcs", "VpcId", lambda one: not one["IsDefault"]),
    "ec2 describe_subnets": ("Subnets", "SubnetId", lambda one: not one["DefaultForAz"]),
    "ec2 describe_nat_gateways": ("NatGateways", "NatGatewayId", lambda one: one["State"] != "deleted"),
    "backup list_backup_vaults": ("BackupVaultList", "BackupVaultName", lambda _: True),
    "logs describe_log_groups": ("logGroups", "logGroupName", lambda _: True),
    "kms list_aliases": ("Aliases", "AliasName", lambda one: not one["AliasName"].startswith("alias/aws/")),
    "iam list_roles": ("Roles", "Arn", lambda _: True),
    "route53 list_hosted_zones": ("HostedZones", "Name", lambda _: True),
    "wafv2 list_web_acls": ("WebACLs", "ARN", lambda _: True),
}
"""Listing -> where its answer holds what was made, what names it, and what is AWS's own. Not the product's own table
(leftovers.yaml): this one is to notice what that forgets."""
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
    where, name, is_ours = _LISTED[kind]
    more = {"Scope": "REGIONAL"} if client.meta.service_model.service_name == "wafv2" else {}
    pages = client.get_paginator(operation).paginate(**more) if client.can_paginate(operation) else None
    answers = list(pages) if pages else [getattr(client, operation)(**more)]
    return [str(one[name] if name else one) for page in answers for one in page.get(where, ()) if is_ours(one)]

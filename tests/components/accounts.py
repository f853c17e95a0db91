"""An account as the tests of its components record it."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws

import jurisdictions
from components.account_baseline import AccountBaseline, BaselineMode
from components.placement import Lifecycle, Placement
from policies.graph import Graph, Resource
from policies.sources.program import record

ACCOUNT, LOG_ACCOUNT = "111122223333", "444455556666"
REGIONS = {"cn-mainland": ["cn-north-1", "cn-northwest-1"], "eu": ["eu-central-1", "eu-west-1"]}
CI = {"issuer": "https://git.tjemc.example", "audience": "sts.example", "subject": "project:main"}


def placement(jurisdiction: str = "cn-mainland", lifecycle: str = "live", account_id: str = ACCOUNT) -> Placement:
    return {
        "hospital": "tjemc",
        "account_id": account_id,
        "jurisdiction": jurisdiction,
        "lifecycle": Lifecycle(lifecycle),
    }


def graph_of(make: Callable[[pulumi.ResourceOptions], Any], jurisdiction: str, strict: bool = False) -> Graph:
    """What `make` registers, given options with the account's provider."""

    def program() -> None:
        provider = aws.Provider(
            "workload", region=REGIONS[jurisdiction][0], allowed_account_ids=[ACCOUNT], skip_credentials_validation=True
        )
        make(pulumi.ResourceOptions(provider=provider))

    law = jurisdictions.load(jurisdiction)
    return record(program, project="hospital", stack="test", jurisdiction=law, strict=strict).graph


def baseline(
    jurisdiction: str = "cn-mainland",
    lifecycle: str = "live",
    mode: BaselineMode = BaselineMode.MANAGED,
    strict: bool = False,
    **more: Any,
) -> Graph:
    """The graph of one account's baseline."""
    regions = REGIONS[jurisdiction]

    def make(opts: pulumi.ResourceOptions) -> None:
        args = {
            "placement": placement(jurisdiction, lifecycle),
            "mode": mode,
            "region": regions[0],
            "regions": regions,
            "sensitive_buckets": [],
            "sensitive_tables": [],
            **more,
        }
        AccountBaseline("workload", args, opts=opts)  # type: ignore[arg-type]

    return graph_of(make, jurisdiction, strict)


def named(graph: Graph, suffix: str) -> Resource:
    """The one resource whose logical name ends so."""
    found = [r for r in graph.resources if r.name.endswith(suffix)]
    assert len(found) == 1, [r.name for r in found]
    return found[0]


def document(resource: Resource, path: str = "policy") -> dict[str, Any]:
    """A policy document, whole."""
    value = resource.get(path)
    assert isinstance(value, str), value
    return dict(json.loads(value))

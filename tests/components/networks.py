"""Data centres, links and sites as the tests record them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import yaml

from components.data_center import DataCenter
from components.edge_site import EdgeSite, SiteKind
from components.region_link import LinkedNetwork, RegionLink
from components.site_hub import SiteConnection, SiteFacingNetwork, SiteHub
from policies.context import of_jurisdiction
from policies.engine import judge
from policies.graph import Graph, Resource, is_known
from policies.results import Verdict
from tests.components.accounts import REGIONS, graph_of, placement

CIDRS = {"near": "10.16.0.0/16", "far": "10.17.0.0/16"}
ALLOWED = [".mirror.example", "api.insurance.example"]

_STACK = Path(__file__).resolve().parents[2] / "stacks" / "Pulumi.cn-tertiary.yaml"


def authority() -> str:
    """A site's certificate authority: the one of our first stack."""
    stack = yaml.safe_load(_STACK.read_text())
    return str(stack["config"]["hospital-cloud:hospital"]["edge_sites"]["main-campus"]["certificate_authority_pem"])


_recorded: dict[str, Graph] = {}


def _once(key: str, record: Callable[[], Graph]) -> Graph:
    """A graph never changes, so tests that ask for the same one share it."""
    if key not in _recorded:
        _recorded[key] = record()
    return _recorded[key]


def centre(jurisdiction: str = "cn-mainland", lifecycle: str = "live", strict: bool = False, **more: Any) -> Graph:
    """One data centre, in the jurisdiction's first region."""

    def make(opts: pulumi.ResourceOptions) -> None:
        _centre("near", jurisdiction, lifecycle, opts, more)

    return _once(f"centre {jurisdiction} {lifecycle} {strict} {more}", lambda: graph_of(make, jurisdiction, strict))


def _centre(key: str, jurisdiction: str, lifecycle: str, opts: pulumi.ResourceOptions, more: Any) -> DataCenter:
    region = REGIONS[jurisdiction][list(CIDRS).index(key)]
    args = {"placement": placement(jurisdiction, lifecycle), "region": region, "cidr": CIDRS[key], **more}
    return DataCenter(key, args, opts=opts)  # type: ignore[arg-type]


def linked(jurisdiction: str = "cn-mainland", **more: Any) -> Graph:
    """Two data centres, joined."""

    def make(opts: pulumi.ResourceOptions) -> None:
        sides = {key: _side(key, jurisdiction, opts) for key in CIDRS}
        RegionLink("link", {"placement": placement(jurisdiction), **sides, **more}, opts=opts)  # type: ignore[typeddict-item]

    return _once(f"linked {jurisdiction} {more}", lambda: graph_of(make, jurisdiction))


def _side(key: str, jurisdiction: str, opts: pulumi.ResourceOptions) -> LinkedNetwork:
    made = _centre(key, jurisdiction, "live", opts, {"transit": True})
    return {
        "region": REGIONS[jurisdiction][list(CIDRS).index(key)],
        "cidr": CIDRS[key],
        "transit_gateway_id": made.transit_gateway_id,
        "transit_route_table_id": made.transit_route_table_id,
        "route_table_ids": dict(made.route_table_ids),
    }


def sites(
    connections: dict[str, SiteConnection],
    jurisdiction: str = "cn-mainland",
    strict: bool = False,
    hub: dict[str, Any] | None = None,
    **more: Any,
) -> Graph:
    """A data centre with its sites; `more` goes to each site."""

    def make(opts: pulumi.ResourceOptions) -> None:
        made = _centre("near", jurisdiction, "live", opts, {})
        region = REGIONS[jurisdiction][0]
        networks: dict[str, SiteFacingNetwork] = {
            "near": {
                "region": region,
                "cidr": CIDRS["near"],
                "vpc_id": made.vpc_id,
                "application_subnet_ids": dict(made.application_subnet_ids),
                "application_route_table_ids": dict(made.application_route_table_ids),
                "endpoint_security_group_id": made.endpoint_security_group_id,
            }
        }
        where = placement(jurisdiction)
        shared = SiteHub(
            "sites",
            {
                "placement": where,
                "region": region,
                "sites": {
                    key: {"connection": connection, "cidr": f"10.64.{index}.0/24"}
                    for index, (key, connection) in enumerate(connections.items())
                },
                "networks": networks,
                **(hub or {}),  # type: ignore[typeddict-item]
            },
            opts=opts,
        )
        for key, connection in connections.items():
            EdgeSite(
                key,
                {
                    "placement": where,
                    "region": region,
                    "site": key,
                    "kind": SiteKind.CAMPUS,
                    "connection": connection,
                    "bandwidth_mbps": 200,
                    "certificate_authority_pem": authority(),
                    "buckets": {f"tjemc-{where['account_id']}-{region}-documents": region},
                    "key_roles": ["documents"],
                    "queue_key_arn": shared.key_arn,
                    **more,  # type: ignore[typeddict-item]
                },
                opts=opts,
            )

    key = f"sites {connections} {jurisdiction} {strict} {hub} {more}"
    return _once(key, lambda: graph_of(make, jurisdiction, strict))


def only(graph: Graph, type_token: str) -> Resource:
    """The one resource of a type."""
    found = list(graph.of_type(type_token))
    assert len(found) == 1, [r.name for r in found]
    return found[0]


def violations(graph: Graph, jurisdiction: str = "cn-mainland") -> list[str]:
    """What our own rules find wrong or cannot decide."""
    report = judge(graph, of_jurisdiction(jurisdiction))
    return [
        f"{f.rule}: {f.urn.rpartition('::')[2]} {f.property}: {f.found}"
        for f in report.findings
        if f.verdict in (Verdict.FAIL, Verdict.UNKNOWN)
    ]


POLICY_PROPERTIES = ("policy", "policyDocument", "assumeRolePolicy", "sessionPolicy")


def undecided_policies(graph: Graph) -> set[str]:
    """Resources with a policy that cannot be read before deploy."""
    return {
        r.name
        for r in graph.resources
        if r.custom and any(r.get(p) is not None and not is_known(r.get(p)) for p in POLICY_PROPERTIES)
    }

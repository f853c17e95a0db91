"""The clinical entry and its platform as their tests record them."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws

import jurisdictions
from components.application_platform import ApplicationPlatform
from components.entry_domain import ZoneOrigin
from components.failover_load_balancer import FailoverLoadBalancer
from components.failover_records import DataCentreRole
from components.placement import Lifecycle, Placement
from components.regional_entry import Exposure
from policies.graph import Graph, Resource, Unknown, is_known, walk
from policies.sources.program import record

ACCOUNT, DOMAIN, ICP = "111122223333", "records.tjemc.example", "津ICP备20261234号-1"
CENTRES = {
    "cn-mainland": {"beijing": "cn-north-1", "ningxia": "cn-northwest-1"},
    "eu": {"frankfurt": "eu-central-1", "dublin": "eu-west-1"},
}
JURISDICTIONS = sorted(CENTRES)
LONGEST = "abcdefghijkl"
"""The longest short name a hospital may have."""


def placement(jurisdiction: str, lifecycle: str = "live", hospital: str = "tjemc") -> Placement:
    return {
        "hospital": hospital,
        "account_id": ACCOUNT,
        "jurisdiction": jurisdiction,
        "lifecycle": Lifecycle(lifecycle),
    }


def graph_of(make: Callable[[pulumi.ResourceOptions], Any], jurisdiction: str, strict: bool = False) -> Graph:
    """What `make` registers, given options with the account's provider."""
    law = jurisdictions.load(jurisdiction)

    def program() -> None:
        region = next(iter(CENTRES[jurisdiction].values()))
        make(pulumi.ResourceOptions(provider=aws.Provider("workload", region=region, allowed_account_ids=[ACCOUNT])))

    return record(program, project="hospital", stack="test", jurisdiction=law, strict=strict).graph


_recorded: dict[str, Graph] = {}


def _once(key: str, make: Callable[[], Graph]) -> Graph:
    """Graphs do not change: the same arguments are recorded once."""
    if key not in _recorded:
        _recorded[key] = make()
    return _recorded[key]


def entry(
    jurisdiction: str = "cn-mainland",
    lifecycle: str = "live",
    exposure: Exposure = Exposure.PUBLIC,
    strict: bool = False,
    hospital: str = "tjemc",
    centres: int = 2,
    **more: Any,
) -> Graph:
    """The graph of a clinical entry, with no more than it needs."""
    rows = {
        key: {
            "region": region,
            "role": DataCentreRole.STANDBY if index else DataCentreRole.PRIMARY,
            "vpc_id": f"vpc-{index}",
            "vpc_cidr": f"10.{16 + index}.0.0/16",
            "subnet_ids": [f"subnet-{index}a", f"subnet-{index}b"],
            "log_bucket": f"logs-{key}",
        }
        for index, (key, region) in enumerate(list(CENTRES[jurisdiction].items())[:centres])
    }
    needed = {"icp_filing_number": ICP} if exposure is Exposure.PUBLIC else {"client_cidrs": {"campus": "10.64.0.0/20"}}
    args = {
        "placement": placement(jurisdiction, lifecycle, hospital),
        "data_class": 3,
        "exposure": exposure,
        "domain": DOMAIN,
        "hosted_zone": ZoneOrigin.MANAGED,
        "data_centres": rows,
        **needed,
        **more,
    }
    return _once(
        f"entry {strict} {args}",
        lambda: graph_of(lambda opts: FailoverLoadBalancer("entry", args, opts=opts), jurisdiction, strict),  # type: ignore[arg-type]
    )


def platform(
    jurisdiction: str = "cn-mainland",
    lifecycle: str = "live",
    strict: bool = False,
    hospital: str = "tjemc",
    **more: Any,
) -> Graph:
    """The graph of an application platform in the primary region, with no more than it needs."""
    args = {
        "placement": placement(jurisdiction, lifecycle, hospital),
        "region": next(iter(CENTRES[jurisdiction].values())),
        "data_class": 3,
        "vpc_id": "vpc-0",
        "vpc_cidr": "10.16.0.0/16",
        "subnet_ids": ["subnet-a", "subnet-b", "subnet-c"],
        "node_instance_type": "m6i.2xlarge",
        "nodes": {"minimum": 3, "desired": 6, "maximum": 9},
        **more,
    }
    return _once(
        f"platform {strict} {args}",
        lambda: graph_of(lambda opts: ApplicationPlatform("platform", args, opts=opts), jurisdiction, strict),  # type: ignore[arg-type]
    )


def one(graph: Graph, type_token: str) -> Resource:
    """The only resource of a type."""
    (found,) = graph.of_type(type_token)
    return found


def named(graph: Graph, suffix: str) -> Resource:
    """The one resource whose logical name ends so."""
    found = [resource for resource in graph.resources if resource.name.endswith(suffix)]
    assert len(found) == 1, [resource.name for resource in found]
    return found[0]


def unknown_documents(graph: Graph) -> list[str]:
    """Where a policy document is not known to the last letter."""
    return [
        f"{resource.name}.{path}"
        for resource in graph.resources
        if resource.custom
        for path, value in walk(resource.inputs)
        if path.lower().endswith(("policy", "policydocument")) and (isinstance(value, Unknown) or not is_known(value))
    ]

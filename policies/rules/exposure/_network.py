"""Ways out of a network: default routes, the subnets that take them, and who stands in those subnets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Unknown, Value, references_in
from policies.iam_access import is_open_network
from policies.rules._paths import each, is_hidden

ROUTE: Final = "aws:ec2/route:Route"
TABLE: Final = "aws:ec2/routeTable:RouteTable"
DEFAULT_TABLE: Final = "aws:ec2/defaultRouteTable:DefaultRouteTable"
SUBNET: Final = "aws:ec2/subnet:Subnet"
FIREWALL: Final = "aws:networkfirewall/firewall:Firewall"
_ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
_ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"

_DESTINATIONS = ("cidrBlock", "ipv6CidrBlock", "destinationCidrBlock", "destinationIpv6CidrBlock")

_WAYS: Final[Mapping[str, str]] = {
    "natGatewayId": "NAT gateway",
    "egressOnlyGatewayId": "egress-only gateway",
    "networkInterfaceId": "network interface",
    "instanceId": "machine",
    "carrierGatewayId": "carrier gateway",
    "vpcEndpointId": "endpoint",
    "transitGatewayId": "transit gateway",
    "coreNetworkArn": "core network",
    "localGatewayId": "local gateway",
    "vpcPeeringConnectionId": "peering",
    "odbNetworkArn": "database network",
}

_INFRASTRUCTURE: Final = frozenset(
    [
        *("aws:ec2/natGateway:NatGateway", "aws:ec2/networkAcl:NetworkAcl", "aws:ec2/flowLog:FlowLog"),
        *("aws:ec2/networkAclAssociation:NetworkAclAssociation", "aws:ec2/tag:Tag", _ASSOCIATION, _ENDPOINT, FIREWALL),
        *("aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation", "aws:ec2/route:Route"),
        *("aws:ec2/subnetCidrReservation:SubnetCidrReservation", "aws:ram/resourceAssociation:ResourceAssociation"),
        *(
            "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
            "aws:directconnect/gatewayAssociation:GatewayAssociation",
        ),
        *("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer", "aws:elb/loadBalancer:LoadBalancer"),
        *("aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion"),
    ]
)
"""Types that stand in a subnet and run nobody's code."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """A route to everywhere."""

    path: str
    kind: str
    """`internet gateway`, `NAT gateway`, `firewall`, ...; empty where it cannot be told."""
    value: Value
    table: Resource | None


def ways_out(resource: Resource, facts: Facts) -> Iterator[WayOut]:
    """The routes to (nearly) all of the internet that a route or a route table states."""
    if resource.type == ROUTE:
        table = facts.target(resource, "routeTableId", TABLE, DEFAULT_TABLE)
        yield from _way(resource, resource.inputs, "", table, facts)
        return
    for path, row in each(resource.inputs, "routes[*]"):
        if isinstance(row, Mapping):
            yield from _way(resource, row, path, resource, facts)
        else:
            yield WayOut(path, "", row, resource)


def _way(
    resource: Resource, row: Mapping[str, Value], path: str, table: Resource | None, facts: Facts
) -> Iterator[WayOut]:
    destinations = [row[key] for key in _DESTINATIONS if row.get(key) not in (None, "")]
    if not any(_is_everywhere(value) for value in destinations):
        return
    head = f"{path}." if path else ""
    for key in ("gatewayId", *_WAYS):
        value = row.get(key)
        if value in (None, ""):
            continue
        yield WayOut(f"{head}{key}", _kind(resource, f"{head}{key}", key, value, facts), value, table)
        return
    yield WayOut(path or "destinationCidrBlock", "", None, table)


def _is_everywhere(value: Value) -> bool:
    if is_hidden(value):
        return True
    return not (isinstance(value, str) and references_in(value)) and is_open_network(value)


def _kind(resource: Resource, path: str, key: str, value: Value, facts: Facts) -> str:
    target = facts.target(resource, path)
    if key == "gatewayId":
        if target is not None:
            return "internet gateway" if target.type.endswith(":InternetGateway") else "private gateway"
        text = value if isinstance(value, str) else ""
        return {"igw-": "internet gateway", "vgw-": "private gateway", "loca": "private gateway"}.get(text[:4], "")
    if key == "vpcEndpointId":
        origins = [target] if target is not None else _possible(value, facts)
        if any(origin.type == FIREWALL for origin in origins):
            return "firewall"
        inspecting = any(origin.get("vpcEndpointType") == "GatewayLoadBalancer" for origin in origins)
        return "firewall" if inspecting else ""
    return _WAYS[key]


def _possible(value: Value, facts: Facts) -> list[Resource]:
    references = value.references if isinstance(value, Unknown) else references_in(str(value))
    return [r for reference in references if (r := facts.graph.by_urn.get(reference.urn)) is not None]


def subnets_of(table: Resource, facts: Facts) -> list[Resource]:
    """The subnets of this program that take a route table by an association."""
    found = []
    for association in facts.graph.referring(table, _ASSOCIATION, path="routeTableId"):
        subnet = facts.target(association, "subnetId", SUBNET)
        if subnet is not None:
            found.append(subnet)
    return found


def processes_in(subnet: Resource, facts: Facts) -> list[Resource]:
    """What runs code or keeps data in a subnet: whatever refers to it and is no part of the network itself."""
    return [
        other
        for other in facts.graph.referring(subnet)
        if other.custom and other.type not in _INFRASTRUCTURE and not other.type.startswith("aws:route53/resolver")
    ]


def firewalls_in(subnet: Resource, facts: Facts) -> bool:
    """Whether a firewall's endpoint stands in a subnet."""
    endpoints = facts.graph.referring(subnet, _ENDPOINT)
    return bool(facts.graph.referring(subnet, FIREWALL)) or any(
        e.get("vpcEndpointType") == "GatewayLoadBalancer" for e in endpoints
    )

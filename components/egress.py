"""Egress: the one way out of a data centre, for a list of domains.

Promises: applications reach the domains on the list, over TLS, and nothing else; nobody outside can open a connection.
Each zone's path is its own: application subnet, firewall endpoint, NAT gateway, internet gateway, and back the same
way, which a stateful firewall needs. A small data centre may have one path, in its first zone, for all zones: losing
that zone stops calls to the outside and nothing else.

Makes: the firewall, its subnets and those of the NAT gateways, NAT gateways, route tables, routes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.egress_firewall import EgressFirewall
from components.placement import Placement

_DEFAULT_ROUTE = "0.0.0.0/0"


class EgressArgs(TypedDict):
    """Arguments of Egress."""

    placement: Placement
    region: str
    vpc_id: pulumi.Input[str]
    cidr: str
    """The network."""
    allow_list: list[str]
    """`updates.example.com`, or `.example.com` for all below it."""
    path_zones: list[str]
    """Zones with a path of their own; the others take the first one's."""
    application_cidrs: dict[str, str]
    """Zone -> addresses of its application subnet."""
    application_route_table_ids: dict[str, pulumi.Input[str]]
    """Zone -> route table of its application subnet, which gets the default route."""
    firewall_cidrs: dict[str, str]
    """Zone -> addresses for the firewall's endpoint."""
    nat_cidrs: dict[str, str]
    """Zone -> addresses for the NAT gateway."""
    internet_gateway_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    """Encrypts the firewall's rules and policy."""
    alert_log_group: pulumi.Input[str]
    """Name of the log group that takes what is refused."""
    flow_log_group: pulumi.Input[str]
    """Name of the log group that takes what passes."""


@dataclass(frozen=True)
class _Path:
    """One zone's way from the firewall's endpoint to the internet gateway."""

    firewall_subnet: aws.ec2.Subnet
    way_out: aws.ec2.Route
    outer_table: aws.ec2.RouteTable
    address: pulumi.Output[str]


class Egress(pulumi.ComponentResource):
    """See the module."""

    firewall_arn: pulumi.Output[str]
    """ARN of the firewall."""
    public_addresses: dict[str, pulumi.Output[str]]
    """Zone -> address that the outside sees: partners may put it on their own list."""
    default_route_ids: dict[str, pulumi.Output[str]]
    """Zone -> id of the route out of its application subnet, made when the path behind it works."""

    def __init__(self, name: str, args: EgressArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:Egress", name, dict(args), opts)
        self._name, self._args = name, args
        paths = {zone: self._path(zone) for zone in args["path_zones"]}

        firewall = EgressFirewall(
            f"{name}-filter",
            {
                "placement": args["placement"],
                "region": args["region"],
                "vpc_id": args["vpc_id"],
                "cidr": args["cidr"],
                "allow_list": args["allow_list"],
                "subnet_ids": {zone: path.firewall_subnet.id for zone, path in paths.items()},
                "key_arn": args["key_arn"],
                "alert_log_group": args["alert_log_group"],
                "flow_log_group": args["flow_log_group"],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.default_route_ids = {}
        for zone, table in sorted(args["application_route_table_ids"].items()):
            through = zone if zone in paths else args["path_zones"][0]
            path, endpoint = paths[through], firewall.endpoint_ids[through]
            # Answers go back through the firewall that saw the question. A route to a whole subnet may be more
            # specific than the network's own (VPC user guide, "Routing for a middlebox appliance").
            cidr = args["application_cidrs"][zone]
            back = self._route(f"back-to-{zone}", path.outer_table.id, cidr, endpoint, [firewall])
            out = self._route(f"out-of-{zone}", table, _DEFAULT_ROUTE, endpoint, [firewall, path.way_out, back])
            self.default_route_ids[zone] = out.id

        self.firewall_arn = firewall.arn
        self.public_addresses = {zone: path.address for zone, path in paths.items()}
        self.register_outputs(
            {
                "firewallArn": self.firewall_arn,
                "publicAddresses": self.public_addresses,
                "defaultRouteIds": self.default_route_ids,
            }
        )

    def _path(self, zone: str) -> _Path:
        name, args, region = self._name, self._args, self._args["region"]
        inner, inner_table = self._subnet("firewall", zone, args["firewall_cidrs"][zone])
        outer, outer_table = self._subnet("nat", zone, args["nat_cidrs"][zone])
        opened = aws.ec2.Route(
            f"{name}-nat-out-{zone}",
            region=region,
            route_table_id=outer_table.id,
            destination_cidr_block=_DEFAULT_ROUTE,
            gateway_id=args["internet_gateway_id"],
            opts=pulumi.ResourceOptions(parent=self),
        )
        address = aws.ec2.Eip(
            f"{name}-address-{zone}",
            region=region,
            domain="vpc",
            tags={"Name": f"{name} {zone}"},
            opts=pulumi.ResourceOptions(parent=self),
        )
        nat = aws.ec2.NatGateway(
            f"{name}-gateway-{zone}",
            region=region,
            subnet_id=outer.id,
            allocation_id=address.allocation_id,
            tags={"Name": f"{name} {zone}"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[opened]),
        )
        way_out = aws.ec2.Route(
            f"{name}-firewall-out-{zone}",
            region=region,
            route_table_id=inner_table.id,
            destination_cidr_block=_DEFAULT_ROUTE,
            nat_gateway_id=nat.id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return _Path(firewall_subnet=inner, way_out=way_out, outer_table=outer_table, address=address.public_ip)

    def _route(
        self,
        role: str,
        table_id: pulumi.Input[str],
        destination: str,
        endpoint_id: pulumi.Input[str],
        after: Sequence[pulumi.Resource],
    ) -> aws.ec2.Route:
        """A route through the firewall."""
        return aws.ec2.Route(
            f"{self._name}-{role}",
            region=self._args["region"],
            route_table_id=table_id,
            destination_cidr_block=destination,
            vpc_endpoint_id=endpoint_id,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )

    def _subnet(self, tier: str, zone: str, cidr: str) -> "tuple[aws.ec2.Subnet, aws.ec2.RouteTable]":
        """A subnet with a route table of its own."""
        name, region = f"{self._name}-{tier}-{zone}", self._args["region"]
        child = pulumi.ResourceOptions(parent=self)
        subnet = aws.ec2.Subnet(
            name,
            region=region,
            vpc_id=self._args["vpc_id"],
            availability_zone=zone,
            cidr_block=cidr,
            map_public_ip_on_launch=False,
            tags={"Name": name},
            opts=child,
        )
        table = aws.ec2.RouteTable(
            f"{name}-routes", region=region, vpc_id=self._args["vpc_id"], tags={"Name": name}, opts=child
        )
        aws.ec2.RouteTableAssociation(
            f"{name}-association", region=region, subnet_id=subnet.id, route_table_id=table.id, opts=child
        )
        return subnet, table

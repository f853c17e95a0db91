"""Subnets: a network's subnets and route tables, none of which leads anywhere yet.

Promises: no machine gets a public address by being there. Applications have a route table a zone, because their way out
is a zone's own; every other tier shares one. Makes: a subnet for each tier and zone, route tables, associations.
"""

from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.network_plan import SubnetTier


class SubnetsArgs(TypedDict):
    """Arguments of Subnets."""

    region: str
    vpc_id: pulumi.Input[str]
    cidrs: dict[str, dict[str, str]]
    """Tier -> zone -> addresses."""


class Subnets(pulumi.ComponentResource):
    """See the module."""

    ids: dict[str, dict[str, pulumi.Output[str]]]
    """Tier -> zone -> subnet, handed out when its route table is its own."""
    route_table_ids: dict[str, pulumi.Output[str]]
    """`application-<zone>` or tier -> route table."""

    def __init__(self, name: str, args: SubnetsArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:Subnets", name, dict(args), opts)
        region, child = args["region"], pulumi.ResourceOptions(parent=self)
        self.ids, self.route_table_ids = {}, {}
        for tier, zones in sorted(args["cidrs"].items()):
            self.ids[tier] = {}
            for zone, cidr in sorted(zones.items()):
                subnet = aws.ec2.Subnet(
                    f"{name}-{tier}-{zone}",
                    region=region,
                    vpc_id=args["vpc_id"],
                    availability_zone=zone,
                    cidr_block=cidr,
                    map_public_ip_on_launch=False,
                    tags={"Name": f"{name} {tier} {zone}"},
                    opts=child,
                )
                role = f"{tier}-{zone}" if tier == SubnetTier.APPLICATION.value else tier
                if role not in self.route_table_ids:
                    self.route_table_ids[role] = aws.ec2.RouteTable(
                        f"{name}-{role}-routes",
                        region=region,
                        vpc_id=args["vpc_id"],
                        tags={"Name": f"{name} {role}"},
                        opts=child,
                    ).id
                association = aws.ec2.RouteTableAssociation(
                    f"{name}-{tier}-{zone}-association",
                    region=region,
                    subnet_id=subnet.id,
                    route_table_id=self.route_table_ids[role],
                    opts=child,
                )
                self.ids[tier][zone] = pulumi.Output.all(subnet.id, association.id).apply(lambda ids: str(ids[0]))
        self.register_outputs({"ids": self.ids, "routeTableIds": self.route_table_ids})

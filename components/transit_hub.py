"""TransitHub: where a data centre's network meets other networks.

Promises: nothing is joined by default: no route table is associated or propagated by itself, no attachment is accepted
by itself. Makes: a transit gateway, its route table, the network's attachment, its association and propagation.
"""

from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws


class TransitHubArgs(TypedDict):
    """Arguments of TransitHub."""

    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: dict[str, pulumi.Input[str]]
    """Zone -> attachment subnet."""


class TransitHub(pulumi.ComponentResource):
    """See the module."""

    transit_gateway_id: pulumi.Output[str]
    """Id of the transit gateway."""
    route_table_id: pulumi.Output[str]
    """Its route table, handed out when the network is attached and its routes are in it."""

    def __init__(self, name: str, args: TransitHubArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:TransitHub", name, dict(args), opts)
        region, child = args["region"], pulumi.ResourceOptions(parent=self)

        gateway = aws.ec2transitgateway.TransitGateway(
            f"{name}-gateway",
            region=region,
            description=name,
            auto_accept_shared_attachments="disable",
            default_route_table_association="disable",
            default_route_table_propagation="disable",
            dns_support="enable",
            tags={"Name": name},
            opts=child,
        )
        table = aws.ec2transitgateway.RouteTable(
            f"{name}-routes", region=region, transit_gateway_id=gateway.id, tags={"Name": name}, opts=child
        )
        attachment = aws.ec2transitgateway.VpcAttachment(
            f"{name}-attachment",
            region=region,
            transit_gateway_id=gateway.id,
            vpc_id=args["vpc_id"],
            subnet_ids=[subnet for _, subnet in sorted(args["subnet_ids"].items())],
            dns_support="enable",
            transit_gateway_default_route_table_association=False,
            transit_gateway_default_route_table_propagation=False,
            tags={"Name": name},
            opts=child,
        )
        association = aws.ec2transitgateway.RouteTableAssociation(
            f"{name}-association",
            region=region,
            transit_gateway_attachment_id=attachment.id,
            transit_gateway_route_table_id=table.id,
            opts=child,
        )
        propagation = aws.ec2transitgateway.RouteTablePropagation(
            f"{name}-propagation",
            region=region,
            transit_gateway_attachment_id=attachment.id,
            transit_gateway_route_table_id=table.id,
            opts=child,
        )
        self.transit_gateway_id = gateway.id
        self.route_table_id = pulumi.Output.all(table.id, association.id, propagation.id).apply(lambda ids: str(ids[0]))
        self.register_outputs({"transitGatewayId": self.transit_gateway_id, "routeTableId": self.route_table_id})

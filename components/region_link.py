"""RegionLink: two data centres joined.

Promises: traffic between the two networks stays on the provider's own lines, encrypted between the regions (transit
gateway peering); each side knows the way to the other's network and to nothing beyond it. In mainland China peering
joins Beijing and Ningxia only. Makes: a peering of the two transit gateways, its acceptance, associations, routes.
"""

from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Placement, jurisdiction_of


class LinkedNetwork(TypedDict):
    """One side of a link: outputs of a `DataCenter` made with `transit`."""

    region: str
    cidr: str
    """The network's addresses."""
    transit_gateway_id: pulumi.Input[Optional[str]]
    transit_route_table_id: pulumi.Input[Optional[str]]
    route_table_ids: dict[str, pulumi.Input[str]]
    """Stable name -> route table that gets a route to the other side."""


class RegionLinkArgs(TypedDict):
    """Arguments of RegionLink."""

    placement: Placement
    near: LinkedNetwork
    """The side that asks."""
    far: LinkedNetwork
    """The side that accepts."""


class RegionLink(pulumi.ComponentResource):
    """See the module."""

    attachment_id: pulumi.Output[str]
    """Id of the peering, handed out when traffic flows both ways."""

    def __init__(self, name: str, args: RegionLinkArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:RegionLink", name, dict(args), opts)
        self._name = name
        near, far = args["near"], args["far"]
        _refuse_impossible(args)
        child = pulumi.ResourceOptions(parent=self)

        peering = aws.ec2transitgateway.PeeringAttachment(
            f"{name}-peering",
            region=near["region"],
            transit_gateway_id=near["transit_gateway_id"],
            peer_region=far["region"],
            peer_transit_gateway_id=far["transit_gateway_id"],
            peer_account_id=args["placement"]["account_id"],
            tags={"Name": name},
            opts=child,
        )
        accepted = aws.ec2transitgateway.PeeringAttachmentAccepter(
            f"{name}-acceptance",
            region=far["region"],
            transit_gateway_attachment_id=peering.id,
            tags={"Name": name},
            opts=child,
        )
        routes = [
            *self._side("near", near, far["cidr"], peering.id, accepted),
            *self._side("far", far, near["cidr"], peering.id, accepted),
        ]
        self.attachment_id = pulumi.Output.all(peering.id, *(route.id for route in routes)).apply(
            lambda ids: str(ids[0])
        )
        self.register_outputs({"attachmentId": self.attachment_id})

    def _side(
        self,
        role: str,
        side: LinkedNetwork,
        destination: str,
        peering_id: pulumi.Output[str],
        accepted: aws.ec2transitgateway.PeeringAttachmentAccepter,
    ) -> "list[pulumi.CustomResource]":
        """One side's way to the other network. A peering knows static routes only (transit gateway guide)."""
        name, region = self._name, side["region"]
        # Not before acceptance: until then the attachment cannot be associated or routed to.
        child = pulumi.ResourceOptions(parent=self, depends_on=[accepted])
        aws.ec2transitgateway.RouteTableAssociation(
            f"{name}-{role}-association",
            region=region,
            transit_gateway_attachment_id=peering_id,
            transit_gateway_route_table_id=side["transit_route_table_id"],
            opts=child,
        )
        way = aws.ec2transitgateway.Route(
            f"{name}-{role}-route",
            region=region,
            destination_cidr_block=destination,
            blackhole=False,
            transit_gateway_attachment_id=peering_id,
            transit_gateway_route_table_id=side["transit_route_table_id"],
            # A table holds one route to a destination: the next cannot be made before the last is gone.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[accepted], delete_before_replace=True),
        )
        return [
            aws.ec2.Route(
                f"{name}-{role}-{table}",
                region=region,
                route_table_id=table_id,
                destination_cidr_block=destination,
                transit_gateway_id=side["transit_gateway_id"],
                opts=pulumi.ResourceOptions(parent=self, depends_on=[way]),
            )
            for table, table_id in sorted(side["route_table_ids"].items())
        ]


def _refuse_impossible(args: RegionLinkArgs) -> None:
    near, far = args["near"], args["far"]
    if near["region"] == far["region"]:
        raise ValueError(f"both sides of the link are in {near['region']}; a link joins two regions")
    law = jurisdiction_of(args["placement"])
    for side in (near, far):
        capability = law.region(side["region"]).capability("ec2.transit-gateway")
        if not law.region(side["region"]).offers(capability.id):
            raise ValueError(f"{side['region']} offers no transit gateway ({capability.source})")

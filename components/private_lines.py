"""PrivateLines: how campuses and clinics reach the data centres without the internet.

Promises: each data centre is reached on its own, so that the loss of one does not cut a site off from the other; sites
learn the data centres' networks and no more; over their lines they reach the cloud's services by private endpoints,
under the same names.

A Direct Connect line and an SD-WAN end in the same place: a virtual interface on one Direct Connect gateway. The line
is ordered from a carrier; an SD-WAN provider hands its network over the same way. This needs neither Site-to-Site VPN
nor a transit gateway with Connect or Direct Connect attachments, which mainland China does not offer (AWS China guide:
VPC and peering attachments only), and opens no port to the internet.

Makes: a Direct Connect gateway; in each data centre a private gateway with its association and route propagation, a
resolver that sites may ask, rules that let them in; the acceptance of each virtual interface that a carrier hands over.
"""

from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.network_plan import summary
from components.placement import Placement

_MOST_RANGES = 25
"""A security group holds 60 rules by default (VPC quotas); the resolver's needs two a range."""


class SiteFacingNetwork(TypedDict):
    """A data centre as sites reach it: outputs of a `DataCenter`."""

    region: str
    cidr: str
    vpc_id: pulumi.Input[str]
    application_subnet_ids: dict[str, pulumi.Input[str]]
    """Zone -> subnet; the first two hold the resolver."""
    application_route_table_ids: dict[str, pulumi.Input[str]]
    """Zone -> route table that learns the way to the sites."""
    endpoint_security_group_id: pulumi.Input[str]
    """Security group of the interface endpoints, which lets the sites in."""


class PrivateLinesArgs(TypedDict):
    """Arguments of PrivateLines."""

    placement: Placement
    site_cidrs: dict[str, str]
    """Site -> its private network: those with a line."""
    networks: dict[str, SiteFacingNetwork]
    """Data centre -> how it is reached."""
    virtual_interfaces: NotRequired[dict[str, str]]
    """Stable name -> id of a virtual interface that a carrier or SD-WAN provider has handed to this account."""


class PrivateLines(pulumi.ComponentResource):
    """See the module."""

    direct_connect_gateway_id: pulumi.Output[str]
    """What a carrier needs to know."""
    resolver_addresses: dict[str, pulumi.Output[list[str]]]
    """Data centre -> addresses that sites ask for names."""

    def __init__(self, name: str, args: PrivateLinesArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:PrivateLines", name, dict(args), opts)
        self._name = name
        ranges = summary(list(args["site_cidrs"].values()), _MOST_RANGES)

        gateway = aws.directconnect.Gateway(
            f"{name}-gateway",
            name=f"{args['placement']['hospital']}-sites",
            amazon_side_asn="64512",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.resolver_addresses = {}
        for key, network in sorted(args["networks"].items()):
            self._join(key, network, gateway)
            self._let_in(
                f"{name}-{key}-endpoints", network, network["endpoint_security_group_id"], ranges, {"tcp": 443}
            )
            self.resolver_addresses[key] = self._resolver(key, network, ranges)
        first = next(iter(sorted(args["networks"].items())))[1]["region"]
        for line, interface in sorted(args.get("virtual_interfaces", {}).items()):
            aws.directconnect.HostedPrivateVirtualInterfaceAccepter(
                f"{name}-line-{line}",
                region=first,
                virtual_interface_id=interface,
                dx_gateway_id=gateway.id,
                tags={"Name": line},
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.direct_connect_gateway_id = gateway.id
        self.register_outputs(
            {
                "directConnectGatewayId": self.direct_connect_gateway_id,
                "resolverAddresses": self.resolver_addresses,
            }
        )

    def _join(self, key: str, network: SiteFacingNetwork, gateway: aws.directconnect.Gateway) -> None:
        """The data centre's private gateway: it tells sites the network, and applications the way to the sites. Stores
        are not told: no site talks to one."""
        name, region, child = f"{self._name}-{key}", network["region"], pulumi.ResourceOptions(parent=self)
        private = aws.ec2.VpnGateway(
            f"{name}-gateway", region=region, vpc_id=network["vpc_id"], tags={"Name": name}, opts=child
        )
        aws.directconnect.GatewayAssociation(
            f"{name}-association",
            region=region,
            dx_gateway_id=gateway.id,
            associated_gateway_id=private.id,
            allowed_prefixes=[network["cidr"]],
            opts=child,
        )
        for zone, table in sorted(network["application_route_table_ids"].items()):
            aws.ec2.VpnGatewayRoutePropagation(
                f"{name}-routes-{zone}", region=region, vpn_gateway_id=private.id, route_table_id=table, opts=child
            )

    def _resolver(self, key: str, network: SiteFacingNetwork, ranges: list[str]) -> pulumi.Output[list[str]]:
        """Where sites ask for the hospital's and the cloud's names: two addresses in two zones."""
        name, region, child = f"{self._name}-{key}-resolver", network["region"], pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            region=region,
            vpc_id=network["vpc_id"],
            description="Names asked for by sites",
            tags={"Name": name},
            opts=child,
        )
        self._let_in(name, network, group.id, ranges, {"tcp": 53, "udp": 53})
        resolver = aws.route53.ResolverEndpoint(
            name,
            region=region,
            direction="INBOUND",
            security_group_ids=[group.id],
            ip_addresses=[{"subnet_id": subnet} for _, subnet in sorted(network["application_subnet_ids"].items())[:2]],
            tags={"Name": name},
            opts=child,
        )
        return resolver.ip_addresses.apply(lambda addresses: sorted(str(address.ip) for address in addresses))

    def _let_in(
        self,
        name: str,
        network: SiteFacingNetwork,
        group_id: pulumi.Input[str],
        ranges: list[str],
        ports: dict[str, int],
    ) -> None:
        for protocol, port in ports.items():
            for cidr in ranges:
                aws.vpc.SecurityGroupIngressRule(
                    f"{name}-{protocol}-{cidr.replace('/', '-')}",
                    region=network["region"],
                    security_group_id=group_id,
                    description="From the hospital's sites",
                    cidr_ipv4=cidr,
                    ip_protocol=protocol,
                    from_port=port,
                    to_port=port,
                    opts=pulumi.ResourceOptions(parent=self),
                )

"""DataCenter: a hospital's network in one region.

Promises: the subnets of applications and stores have no route to an internet gateway; the cloud's services are reached
by private endpoints; the way out is a list of domains behind a firewall, and without a list there is no way out; only
names on that list, the cloud's and the hospital's own are resolved; the default security group is closed; every flow
is logged, encrypted, for as long as the jurisdiction asks. Without list and without public
entry the network has no internet gateway at all.

Makes: VPC, public, application, data and attachment subnets in each zone with route tables, endpoints, logs, name
filter, with a list the egress, with `transit` a transit gateway that other regions can be joined to.
"""

from collections.abc import Sequence
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.egress import Egress
from components.name_filter import NameFilter
from components.network_logs import NetworkLogs
from components.network_plan import SubnetTier, subnet_cidrs
from components.placement import Placement, jurisdiction_of
from components.private_endpoints import ESSENTIAL_ENDPOINTS, PrivateEndpoints
from components.subnets import Subnets
from components.transit_hub import TransitHub


class DataCenterArgs(TypedDict):
    """Arguments of DataCenter."""

    placement: Placement
    region: str
    """Region; there is one data centre in it."""
    cidr: str
    """Private network, /16 to /20; never changes."""
    zone_count: NotRequired[int]
    """How many of the region's zones, two at least; left out, all. May grow."""
    egress_allow_list: NotRequired[list[str]]
    """What may be called outside: `updates.example.com`, or `.example.com` for all below it. Empty: nothing."""
    egress_per_zone: NotRequired[bool]
    """Whether each zone has a way out of its own (left out: yes), or the first zone's serves all."""
    public_entry: NotRequired[bool]
    """Whether an entry faces the internet: the public subnets then lead to an internet gateway."""
    transit: NotRequired[bool]
    """Whether the network is to be joined with another region's (`RegionLink`)."""
    endpoints: NotRequired[list[str]]
    """Services with an interface endpoint; left out, the essential ones."""
    own_domains: NotRequired[list[str]]
    """The hospital's own domains, to be resolved besides the allow-list."""
    trusted_account_ids: NotRequired[list[str]]
    """The hospital's further accounts, whose buckets may be reached: logs, backups."""


class DataCenter(pulumi.ComponentResource):
    """See the module."""

    vpc_id: pulumi.Output[str]
    """Id of the network."""
    cidr: pulumi.Output[str]
    """Its addresses."""
    zones: pulumi.Output[list[str]]
    """The zones it has subnets in."""
    public_subnet_ids: dict[str, pulumi.Output[str]]
    """Zone -> subnet for entries that face the internet."""
    application_subnet_ids: dict[str, pulumi.Output[str]]
    """Zone -> subnet for applications, handed out when endpoints, name filter and the way out work."""
    data_subnet_ids: dict[str, pulumi.Output[str]]
    """Zone -> subnet for stores."""
    route_table_ids: dict[str, pulumi.Output[str]]
    """Stable name -> route table from which other regions are reached: the applications' and the stores'."""
    application_route_table_ids: dict[str, pulumi.Output[str]]
    """Zone -> route table of its application subnet."""
    endpoint_security_group_id: pulumi.Output[str]
    """Security group of the interface endpoints."""
    endpoints_left_out: pulumi.Output[list[str]]
    """Services asked for whose endpoint the region does not offer."""
    egress_addresses: dict[str, pulumi.Output[str]]
    """Zone -> address that the outside sees; empty when nothing may be called."""
    transit_gateway_id: pulumi.Output[Optional[str]]
    """None without `transit`."""
    transit_route_table_id: pulumi.Output[Optional[str]]
    """Route table of the transit gateway, handed out when the network is attached; None without `transit`."""

    def __init__(self, name: str, args: DataCenterArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:DataCenter", name, dict(args), opts)
        self._name, self._args = name, args
        region, zones = args["region"], zones_of(args)
        self._cidrs = subnet_cidrs(args["cidr"], zones)
        allow_list = args.get("egress_allow_list", [])

        vpc = aws.ec2.Vpc(
            f"{name}-network",
            region=region,
            cidr_block=args["cidr"],
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._vpc_id = vpc.id
        # No rules: what is in no group of its own talks to nobody.
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default-group",
            region=region,
            vpc_id=vpc.id,
            tags={"Name": f"{name} default, closed"},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._subnets = Subnets(
            f"{name}-subnets",
            {
                "region": region,
                "vpc_id": vpc.id,
                "cidrs": {
                    tier.value: zones
                    for tier, zones in self._cidrs.items()
                    if tier not in (SubnetTier.NAT, SubnetTier.FIREWALL)
                },
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._public_ids = self._subnets.ids["public"]
        logs = NetworkLogs(
            f"{name}-logs",
            {"placement": args["placement"], "region": region, "vpc_id": vpc.id, "egress": bool(allow_list)},
            opts=pulumi.ResourceOptions(parent=self),
        )
        endpoints = self._endpoints()
        names = NameFilter(
            f"{name}-names",
            {
                "placement": args["placement"],
                "region": region,
                "vpc_id": vpc.id,
                "domains": [*allow_list, *args.get("own_domains", [])],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        egress = self._ways_out(zones, allow_list, logs)
        hub = self._transit()
        self._hand_out(zones, endpoints, names, egress, hub)

    def _endpoints(self) -> PrivateEndpoints:
        args = self._args
        return PrivateEndpoints(
            f"{self._name}-endpoints",
            {
                "placement": args["placement"],
                "region": args["region"],
                "vpc_id": self._vpc_id,
                "cidr": args["cidr"],
                "subnet_ids": self._subnets.ids["application"],
                "route_table_ids": {
                    role: table
                    for role, table in self._subnets.route_table_ids.items()
                    if role.startswith(("application", "data"))
                },
                "services": args.get("endpoints", list(ESSENTIAL_ENDPOINTS)),
                "trusted_account_ids": args.get("trusted_account_ids", []),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _ways_out(self, zones: Sequence[str], allow_list: list[str], logs: NetworkLogs) -> Optional[Egress]:
        """The internet gateway where something needs one, the public subnets' route to it, the firewalled way out."""
        name, args, child = self._name, self._args, pulumi.ResourceOptions(parent=self)
        public = args.get("public_entry", False)
        if not public and not allow_list:
            return None
        gateway = aws.ec2.InternetGateway(
            f"{name}-internet", region=args["region"], vpc_id=self._vpc_id, tags={"Name": name}, opts=child
        )
        if public:
            route = aws.ec2.Route(
                f"{name}-public-out",
                region=args["region"],
                route_table_id=self._subnets.route_table_ids["public"],
                destination_cidr_block="0.0.0.0/0",
                gateway_id=gateway.id,
                opts=child,
            )
            self._public_ids = {zone: after(subnet, route.id) for zone, subnet in self._public_ids.items()}
        if not allow_list:
            return None
        return Egress(
            f"{name}-egress",
            {
                "placement": args["placement"],
                "region": args["region"],
                "vpc_id": self._vpc_id,
                "cidr": args["cidr"],
                "allow_list": allow_list,
                "path_zones": list(zones) if args.get("egress_per_zone", True) else list(zones[:1]),
                "application_cidrs": self._cidrs[SubnetTier.APPLICATION],
                "application_route_table_ids": self._application_tables(zones),
                "firewall_cidrs": self._cidrs[SubnetTier.FIREWALL],
                "nat_cidrs": self._cidrs[SubnetTier.NAT],
                "internet_gateway_id": gateway.id,
                "key_arn": logs.key_arn,
                "alert_log_group": logs.alert_log_group,
                "flow_log_group": logs.flow_log_group,
            },
            opts=child,
        )

    def _transit(self) -> Optional[TransitHub]:
        if not self._args.get("transit", False):
            return None
        return TransitHub(
            f"{self._name}-transit",
            {
                "region": self._args["region"],
                "vpc_id": self._vpc_id,
                "subnet_ids": self._subnets.ids["attachment"],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _application_tables(self, zones: Sequence[str]) -> dict[str, pulumi.Output[str]]:
        return {zone: self._subnets.route_table_ids[f"application-{zone}"] for zone in zones}

    def _hand_out(
        self,
        zones: Sequence[str],
        endpoints: PrivateEndpoints,
        names: NameFilter,
        egress: Optional[Egress],
        hub: Optional[TransitHub],
    ) -> None:
        nothing = pulumi.Output.from_input(None)
        ways = egress.default_route_ids if egress else {}
        self.vpc_id = self._vpc_id
        self.cidr = pulumi.Output.from_input(self._args["cidr"])
        self.zones = pulumi.Output.from_input(list(zones))
        self.public_subnet_ids = self._public_ids
        self.application_subnet_ids = {
            zone: after(subnet, endpoints.ready, names.association_id, *([ways[zone]] if zone in ways else []))
            for zone, subnet in self._subnets.ids["application"].items()
        }
        self.data_subnet_ids = self._subnets.ids["data"]
        self.application_route_table_ids = self._application_tables(zones)
        self.route_table_ids = {
            **{f"application-{zone}": table for zone, table in self.application_route_table_ids.items()},
            "data": self._subnets.route_table_ids["data"],
        }
        self.endpoint_security_group_id = endpoints.security_group_id
        self.endpoints_left_out = endpoints.left_out
        self.egress_addresses = egress.public_addresses if egress else {}
        self.transit_gateway_id = hub.transit_gateway_id if hub else nothing
        self.transit_route_table_id = hub.route_table_id if hub else nothing
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "cidr": self.cidr,
                "zones": self.zones,
                "publicSubnetIds": self.public_subnet_ids,
                "applicationSubnetIds": self.application_subnet_ids,
                "dataSubnetIds": self.data_subnet_ids,
                "routeTableIds": self.route_table_ids,
                "applicationRouteTableIds": self.application_route_table_ids,
                "endpointSecurityGroupId": self.endpoint_security_group_id,
                "endpointsLeftOut": self.endpoints_left_out,
                "egressAddresses": self.egress_addresses,
                "transitGatewayId": self.transit_gateway_id,
                "transitRouteTableId": self.transit_route_table_id,
            }
        )


def zones_of(args: DataCenterArgs) -> list[str]:
    """The region's first zones, as many as asked for."""
    all_zones = jurisdiction_of(args["placement"]).region(args["region"]).zones
    count = args.get("zone_count", len(all_zones))
    if not 2 <= count <= len(all_zones):
        raise ValueError(
            f"{count} zones are asked for; a data centre takes 2 to {len(all_zones)}, as many as {args['region']} has"
        )
    return list(all_zones[:count])


def after(value: pulumi.Input[str], *others: pulumi.Input[str]) -> pulumi.Output[str]:
    """The value, handed out when the others exist."""
    return pulumi.Output.all(value, *others).apply(lambda known: str(known[0]))

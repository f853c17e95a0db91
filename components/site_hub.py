"""SiteHub: what all campuses and clinics share in the cloud.

Promises: messages that wait for a site are encrypted with the hospital's key; a site's certificate that is about to
expire raises an alarm; sites with a line of their own reach the data centres without the internet. Makes: a key, an
event rule to the alarm topic, the private lines where a site has one.
"""

import json
from enum import Enum
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.customer_key import CustomerKey
from components.placement import Placement, alarm_topic_arn
from components.private_lines import PrivateLines, SiteFacingNetwork
from components.site_access import SITE_KEY_ROLE


class SiteConnection(str, Enum):
    """How a site reaches the data centres."""

    DIRECT_CONNECT = "direct-connect"
    """A line of its own, ordered from a carrier."""
    SD_WAN = "sd-wan"
    """A provider's private network."""
    NONE = "none"
    """The internet, TLS only."""


class ConnectedSite(TypedDict):
    """A site as the network sees it."""

    connection: SiteConnection
    cidr: str
    """Its private network."""


class SiteHubArgs(TypedDict):
    """Arguments of SiteHub."""

    placement: Placement
    region: str
    """Region of the sites' queues; certificates are watched there too, so it is the provider's own region."""
    sites: dict[str, ConnectedSite]
    """Site -> how it is connected."""
    networks: dict[str, SiteFacingNetwork]
    """Data centre -> how it is reached; may be empty when no site has a line."""
    virtual_interfaces: NotRequired[dict[str, str]]
    """Stable name -> id of a virtual interface that a carrier or SD-WAN provider has handed to this account."""


class SiteHub(pulumi.ComponentResource):
    """See the module."""

    key_arn: pulumi.Output[str]
    """Key of the sites' queues."""
    direct_connect_gateway_id: pulumi.Output[Optional[str]]
    """What a carrier or SD-WAN provider needs to know; None when no site has a line."""
    resolver_addresses: dict[str, pulumi.Output[list[str]]]
    """Data centre -> addresses that sites with a line ask for names."""

    def __init__(self, name: str, args: SiteHubArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:SiteHub", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        child = pulumi.ResourceOptions(parent=self)

        key = CustomerKey(
            f"{name}-key",
            {
                "placement": placement,
                "region": region,
                "role": SITE_KEY_ROLE,
                "data_class": 2,
                "via_services": ["sqs"],
            },
            opts=child,
        )
        rule = aws.cloudwatch.EventRule(
            f"{name}-expiry",
            region=region,
            description="A site's certificate or its authority's is about to expire",
            event_pattern=json.dumps(
                {
                    "source": ["aws.rolesanywhere"],
                    "detail-type": ["Roles Anywhere Certificate Expiration State Change"],
                }
            ),
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            f"{name}-expiry-target",
            region=region,
            rule=rule.name,
            arn=alarm_topic_arn(placement, region),
            opts=child,
        )
        self.direct_connect_gateway_id = pulumi.Output.from_input(None)
        self.resolver_addresses = {}
        lined = {key: site["cidr"] for key, site in args["sites"].items() if has_line(site["connection"])}
        if lined and args["networks"]:
            lines = PrivateLines(
                f"{name}-lines",
                {
                    "placement": placement,
                    "site_cidrs": lined,
                    "networks": args["networks"],
                    "virtual_interfaces": args.get("virtual_interfaces", {}),
                },
                opts=child,
            )
            self.direct_connect_gateway_id = lines.direct_connect_gateway_id
            self.resolver_addresses = lines.resolver_addresses
        self.key_arn = key.arn
        self.register_outputs(
            {
                "keyArn": self.key_arn,
                "directConnectGatewayId": self.direct_connect_gateway_id,
                "resolverAddresses": self.resolver_addresses,
            }
        )


def has_line(connection: SiteConnection) -> bool:
    """Whether a site reaches the data centres without the internet."""
    return SiteConnection(connection) is not SiteConnection.NONE

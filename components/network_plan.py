"""The address plan of a data centre: which subnet of which zone has which addresses. No resources.

A network is cut into eight equal slots, one a zone by its letter (a to h), whatever other zones there are: a zone that
is added later takes a slot that nobody has, and no subnet moves. Half of a slot is for applications, a quarter for
databases, an eighth for public entries; three small subnets hold the way out and the way to other networks.
"""

import ipaddress
from enum import Enum

_SLOT_BITS = 3
_LARGEST, _SMALLEST = 16, 20
"""Prefix lengths: a VPC is at most a /16; below /20 the small subnets would be under /28, the least a VPC allows (VPC
user guide, "Subnet sizing")."""


class SubnetTier(str, Enum):
    """What a subnet is for."""

    PUBLIC = "public"
    """Entries that face the internet; the only tier whose default route is an internet gateway, where there is one."""
    APPLICATION = "application"
    """Applications; the way out, where there is one, leads through the firewall."""
    DATA = "data"
    """Stores; no way out at all."""
    NAT = "nat"
    """NAT gateways, behind the firewall."""
    FIREWALL = "firewall"
    """Firewall endpoints."""
    ATTACHMENT = "attachment"
    """Attachments of the transit gateway."""


_PLACES = {
    SubnetTier.APPLICATION: (1, 0),
    SubnetTier.DATA: (2, 2),
    SubnetTier.PUBLIC: (3, 6),
    SubnetTier.NAT: (5, 28),
    SubnetTier.FIREWALL: (5, 29),
    SubnetTier.ATTACHMENT: (5, 30),
}
"""Tier -> (bits below the slot, index among the parts of that size). The last part of 32 stays free."""


def subnet_cidrs(cidr: str, zones: list[str]) -> dict[SubnetTier, dict[str, str]]:
    """Tier -> zone -> CIDR. Raises ValueError for a network of another size than /16 to /20, or for two zones of one
    letter (Local Zones)."""
    network = ipaddress.IPv4Network(cidr)
    if not _LARGEST <= network.prefixlen <= _SMALLEST:
        raise ValueError(f"{cidr} is a /{network.prefixlen}; a data centre takes a /{_LARGEST} to /{_SMALLEST}")
    letters = {zone[-1] for zone in zones}
    if len(letters) != len(zones) or not letters <= set("abcdefgh"):
        raise ValueError(f"the zones {', '.join(zones)} do not each have a letter of their own, a to h")
    return {
        tier: {zone: _part(network, zone, bits, index) for zone in sorted(zones)}
        for tier, (bits, index) in _PLACES.items()
    }


def _part(network: ipaddress.IPv4Network, zone: str, bits: int, index: int) -> str:
    length = network.prefixlen + _SLOT_BITS + bits
    position = ((ord(zone[-1]) - ord("a")) << bits) + index
    return f"{network.network_address + (position << (32 - length))}/{length}"


def summary(cidrs: list[str], at_most: int) -> list[str]:
    """The networks as few ranges as they are, and where that is more than `at_most`, as wider ranges that hold them."""
    ranges = sorted(ipaddress.collapse_addresses(ipaddress.IPv4Network(cidr) for cidr in cidrs))
    while len(ranges) > at_most:
        longest = max(network.prefixlen for network in ranges)
        widened = (n.supernet() if n.prefixlen == longest else n for n in ranges)
        ranges = sorted(ipaddress.collapse_addresses(widened))
    return [str(network) for network in ranges]

"""Where a process stands in the network, and which ways lead out of there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.rules._paths import each
from policies.rules.exposure._network import DEFAULT_TABLE, ROUTE, SUBNET, TABLE, WayOut, subnets_of, ways_out
from policies.rules.exposure._security_groups import (
    DEFAULT_GROUP,
    EGRESS_RULE,
    GROUP,
    INGRESS_RULE,
    LEGACY_RULE,
    group_of,
    permissions,
)

JOINS: Final = ("transitGatewayId", "vpcPeeringConnectionId", "coreNetworkArn")
OPEN_KINDS: Final = frozenset(
    ["internet gateway", "NAT gateway", "egress-only gateway", "network interface", "machine", "carrier gateway", ""]
)
"""Ways out on which nothing looks at where the traffic goes; the last is a way that cannot be told."""


@dataclass(frozen=True, slots=True)
class Way:
    """A route that a subnet takes: to the internet, or to another network."""

    resource: Resource
    path: str
    kind: str
    """As in `WayOut`; `joined` for a route to another network."""


def ways_of_subnets(facts: Facts) -> Mapping[str, tuple[Way, ...]]:
    """URN of a subnet -> the ways that its route table opens."""
    found: dict[str, list[Way]] = {}
    for resource in facts.graph.of_type(ROUTE, TABLE, DEFAULT_TABLE):
        ways = [(way.table, Way(resource, way.path, way.kind)) for way in ways_out(resource, facts)]
        ways += list(_joins(resource, facts))
        for table, way in ways:
            for subnet in _subnets(table, facts):
                found.setdefault(subnet.urn, []).append(way)
    return {urn: tuple(ways) for urn, ways in found.items()}


def _joins(resource: Resource, facts: Facts) -> Iterator[tuple[Resource | None, Way]]:
    pattern = "" if resource.type == ROUTE else "routes[*]."
    table = facts.target(resource, "routeTableId", TABLE, DEFAULT_TABLE) if resource.type == ROUTE else resource
    for key in JOINS:
        for path, value in each(resource.inputs, f"{pattern}{key}"):
            if value not in (None, ""):
                yield table, Way(resource, path, "joined")


def _subnets(table: Resource | None, facts: Facts) -> list[Resource]:
    if table is None:
        return []
    known = facts.derived(_known_subnets)
    if table.urn not in known:
        found = subnets_of(table, facts)
        if table.type == DEFAULT_TABLE:
            taken = facts.derived(_associated)
            found = found + [s for s in facts.graph.of_type(SUBNET) if s.urn not in taken]
        known[table.urn] = found
    return known[table.urn]


def _known_subnets(_facts: Facts) -> dict[str, list[Resource]]:
    return {}


def _associated(facts: Facts) -> frozenset[str]:
    return frozenset(s.urn for table in facts.graph.of_type(TABLE) for s in subnets_of(table, facts))


# --- security groups -------------------------------------------------------------------------------------------------


def open_groups(facts: Facts) -> frozenset[str]:
    """The groups that let something out to (nearly) everywhere, or may."""
    found = set()
    for rule in facts.graph.of_type(GROUP, DEFAULT_GROUP, LEGACY_RULE, EGRESS_RULE):
        group = group_of(rule, facts)
        if group is None or group.urn in found:
            continue
        if any(p.open_networks or p.hidden_networks for p in permissions(rule, "egress", facts)):
            found.add(group.urn)
    return frozenset(found)


def admitted_groups(facts: Facts) -> Mapping[str, tuple[tuple[str, Resource, str], ...]]:
    """URN of a group -> (group it lets in, the rule, the input): who reaches a database by its group."""
    found: dict[str, list[tuple[str, Resource, str]]] = {}
    for rule in facts.graph.of_type(GROUP, LEGACY_RULE, INGRESS_RULE):
        group = group_of(rule, facts)
        if group is None:
            continue
        for at, value in each(rule.inputs, "self" if rule.type == LEGACY_RULE else "ingress[*].self"):
            if value is True and rule.type != INGRESS_RULE:
                found.setdefault(group.urn, []).append((group.urn, rule, at))
        for path in ("ingress[*].securityGroups[*]", "sourceSecurityGroupId", "referencedSecurityGroupId"):
            for at, value in each(rule.inputs, path):
                other = facts.target(rule, at, GROUP, DEFAULT_GROUP) if value not in (None, "") else None
                if other is not None and not (rule.type == LEGACY_RULE and rule.get("type") == "egress"):
                    found.setdefault(group.urn, []).append((other.urn, rule, at))
    return {urn: tuple(rows) for urn, rows in found.items()}


@dataclass(frozen=True, slots=True)
class Admitted:
    """A range of addresses that a group lets in; None: one that is not known, so any of its network."""

    network: IPv4Network | IPv6Network | None
    rule: Resource
    path: str


def admitted_networks(facts: Facts) -> Mapping[str, tuple[Admitted, ...]]:
    """URN of a group -> the ranges of addresses it lets in: who reaches a database from the same network."""
    found: dict[str, list[Admitted]] = {}
    for rule in facts.graph.of_type(GROUP, DEFAULT_GROUP, LEGACY_RULE, INGRESS_RULE):
        group = group_of(rule, facts)
        if group is not None:
            for permission in permissions(rule, "ingress", facts):
                for path, value in permission.networks:
                    found.setdefault(group.urn, []).append(Admitted(network_of(value), rule, path))
    return {urn: tuple(rows) for urn, rows in found.items()}


def network_of(value: Value) -> IPv4Network | IPv6Network | None:
    """The range that a value writes out; None where it does not."""
    try:
        return ip_network(value, strict=False) if isinstance(value, str) else None
    except ValueError:
        return None


def overlaps(admitted: Admitted, subnet: Resource) -> bool:
    """Whether a subnet may have an address in a range."""
    own = network_of(subnet.get("cidrBlock"))
    if admitted.network is None or own is None or own.version != admitted.network.version:
        return admitted.network is None or own is None
    return own.overlaps(admitted.network)


__all__ = [
    "JOINS",
    "OPEN_KINDS",
    "Admitted",
    "Way",
    "WayOut",
    "admitted_groups",
    "admitted_networks",
    "network_of",
    "open_groups",
    "overlaps",
    "ways_of_subnets",
]

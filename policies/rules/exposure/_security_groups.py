"""Security group rules in one form, whichever of the four ways of writing them a program uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value, references_in
from policies.iam_access import is_open_network
from policies.rules._paths import each, is_hidden, one_of, whole_number

GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
LEGACY_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
PREFIX_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"

_NETWORKS = ("cidrBlocks[*]", "ipv6CidrBlocks[*]", "cidrIpv4", "cidrIpv6")
_GROUPS = ("securityGroups[*]", "sourceSecurityGroupId", "referencedSecurityGroupId")
_PREFIX_LISTS = ("prefixListIds[*]", "prefixListId")
_TCP, _UDP, _ALL = ("tcp", "6"), ("udp", "17"), ("-1", "all")


@dataclass(frozen=True, slots=True)
class Permission:
    """One rule: which traffic, from or to which networks. A rule for another group has none."""

    path: str
    protocol: str
    ports: tuple[int, int] | None
    """None: all, or not to be told."""
    networks: tuple[tuple[str, Value], ...]
    """(path, value), ranges of prefix lists of this program included."""
    groups: tuple[Value, ...] = ()
    """Other groups that it names."""
    among_themselves: bool = False
    """Whether it says that it is for the group's own members (`self`)."""

    @property
    def is_for_everything(self) -> bool:
        """Whether it lets pass every protocol."""
        return self.protocol in _ALL

    @property
    def has_ports(self) -> bool:
        """Whether its protocol is one that has ports."""
        return self.protocol in (*_TCP, *_UDP)

    @property
    def open_networks(self) -> list[tuple[str, Value]]:
        return [(path, value) for path, value in self.networks if _is_open(value)]

    @property
    def hidden_networks(self) -> list[tuple[str, Value]]:
        return [(path, value) for path, value in self.networks if is_hidden(value)]

    def is_only(self, *ports: int) -> bool:
        """Whether it lets pass one of these ports and nothing else; port 443 also by UDP, for HTTP/3."""
        allowed = (*_TCP, *_UDP) if self.ports == (443, 443) else _TCP
        return self.protocol in allowed and self.ports in [(port, port) for port in ports]

    def __str__(self) -> str:
        protocol = "all protocols" if self.protocol in _ALL else self.protocol
        if self.ports is None or self.protocol in _ALL:
            return protocol
        return f"{protocol} {self.ports[0]}" + (f"-{self.ports[1]}" if self.ports[0] != self.ports[1] else "")


def permissions(resource: Resource, direction: str, facts: Facts) -> Iterator[Permission]:
    """The rules of one direction (`ingress` or `egress`) that a resource states."""
    if resource.type in (GROUP, DEFAULT_GROUP):
        for path, row in each(resource.inputs, f"{direction}[*]"):
            yield _permission(resource, path, row, facts)
    elif resource.type == LEGACY_RULE:
        if resource.get("type") == direction or is_hidden(resource.get("type")):
            yield _permission(resource, "", resource.inputs, facts)
    elif resource.type == (INGRESS_RULE if direction == "ingress" else EGRESS_RULE):
        yield _permission(resource, "", resource.inputs, facts)


def group_of(resource: Resource, facts: Facts) -> Resource | None:
    """The group that a rule belongs to; the group itself for an inline rule."""
    if resource.type in (GROUP, DEFAULT_GROUP):
        return resource
    return facts.target(resource, "securityGroupId", GROUP, DEFAULT_GROUP)


def _permission(resource: Resource, path: str, row: Value, facts: Facts) -> Permission:
    if not isinstance(row, Mapping):
        return Permission(path, "-1", None, ((path, row),))
    networks = [found for pattern in _NETWORKS for found in each(row, pattern, path) if found[1] not in (None, "")]
    for pattern in _PREFIX_LISTS:
        for where, value in each(row, pattern, path):
            listed = facts.resolve(value, PREFIX_LIST)
            if listed is not None:
                networks += [(where, cidr) for _, cidr in each(listed.inputs, "entries[*].cidr")]
            elif is_hidden(value):
                networks.append((where, value))
    protocol = row.get("protocol", row.get("ipProtocol"))
    first, last = whole_number(row.get("fromPort")), whole_number(row.get("toPort"))
    ports = None if first is None or last is None else (first, last)
    groups = tuple(value for pattern in _GROUPS for _, value in each(row, pattern, path) if value not in (None, ""))
    name = "-1" if protocol is None else str(protocol).lower()
    return Permission(path, name, ports, tuple(networks), groups, one_of(row.get("self"), True))


def _is_open(value: Value) -> bool:
    """A range that comes from another resource is that resource's own, so not the internet."""
    if is_hidden(value) or (isinstance(value, str) and references_in(value)):
        return False
    return is_open_network(value)

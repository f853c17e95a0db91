from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.exposure._security_groups import (
    DEFAULT_GROUP,
    EGRESS_RULE,
    GROUP,
    INGRESS_RULE,
    LEGACY_RULE,
    Permission,
    group_of,
    permissions,
)

_MOST: Final = 16
"""Ports that a protocol may need side by side: RDP, Samba, the brokers of a queue, the entries of a PACS."""
_ALL: Final = (0, 65535)
_DYNAMIC: Final = (1024, 1025)
"""Where the ports begin that no service is registered under 1024 for; from there to the end is what EKS asks for."""
_HIGH: Final = 30000
"""From here on: node ports of Kubernetes (30000-32767) and the ports that systems take for answers (32768, 49152)."""
_WANTED: Final = "each port by name, in a rule of its own"


@rule(
    title="Security groups name the ports that they open inside",
    title_zh="安全组写明对内开放的端口",
    severity=Severity.LOW,
    types=(GROUP, DEFAULT_GROUP, LEGACY_RULE, INGRESS_RULE, EGRESS_RULE),
    scope=Scope.GRAPH,
    why="Behind a wide range of ports stands whatever is started there next: an agent, a debugger, a second database.",
    fix="Open the one port that the other side calls; a rule for each where there are several.",
    good='aws.vpc.SecurityGroupIngressRule("database", ip_protocol="tcp", from_port=5432, to_port=5432, ...)',
    bad='aws.vpc.SecurityGroupIngressRule("database", ip_protocol="tcp", from_port=0, to_port=5432, ...)',
)
def ports_named(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the ports of TCP and UDP that a group opens to named networks and groups, whichever way it is written. At most 16
    side by side pass, and so do ranges from 30000 on (node ports, answers) and from 1024 to the end, which Kubernetes asks for
    between its parts. All ports, or all protocols, fail for what comes in, except from the group itself: its members are one
    process. For what goes out they pass: the other side's group decides. Rules that concern all addresses are judged by
    security-group-ingress-limited and security-group-egress-limited."""
    for direction in ("ingress", "egress"):
        for permission in permissions(resource, direction, facts):
            if permission.open_networks or permission.hidden_networks:
                continue
            if permission.has_ports and permission.ports is None:
                yield undecided(resource, permission.path, resource.get("fromPort"), _WANTED)
            elif _is_too_wide(permission, direction) and not _is_among_themselves(resource, permission, facts):
                yield failed(resource, permission.path, str(permission), _WANTED)
            elif permission.networks or permission.groups or permission.among_themselves:
                yield passed(resource, permission.path, str(permission))


def _is_too_wide(permission: Permission, direction: str) -> bool:
    if permission.is_for_everything or (permission.has_ports and permission.ports == _ALL):
        return direction == "ingress"
    if not permission.has_ports or permission.ports is None:
        return False
    first, last = permission.ports
    to_the_end = first in _DYNAMIC and last == _ALL[1]
    return last - first >= _MOST and first < _HIGH and not to_the_end


def _is_among_themselves(resource: Resource, permission: Permission, facts: Facts) -> bool:
    """Whether a rule speaks of members of its own group only."""
    own = group_of(resource, facts)
    named = [facts.resolve(value, GROUP, DEFAULT_GROUP) for value in permission.groups]
    inside = all(own is not None and other is not None and other.urn == own.urn for other in named)
    return not permission.networks and inside and (permission.among_themselves or bool(named))

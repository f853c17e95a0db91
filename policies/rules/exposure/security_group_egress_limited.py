from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.exposure._security_groups import (
    DEFAULT_GROUP,
    EGRESS_RULE,
    GROUP,
    LEGACY_RULE,
    permissions,
)

_WANTED = "named networks or groups; to all addresses only tcp 443"


@rule(
    title="Security groups let out what is named, and to the internet HTTPS only",
    title_zh="安全组出站仅限指定目标,访问互联网仅限 HTTPS",
    severity=Severity.MEDIUM,
    types=(GROUP, DEFAULT_GROUP, LEGACY_RULE, EGRESS_RULE),
    scope=Scope.GRAPH,
    why="An intruder's first wish is a line out; a group that lets out everything gives it on every port.",
    fix="Name the networks or groups that the process talks to; where it calls the outside, port 443.",
    good='aws.vpc.SecurityGroupEgressRule("out", cidr_ipv4="0.0.0.0/0", ip_protocol="tcp", from_port=443, to_port=443)',
    bad='aws.vpc.SecurityGroupEgressRule("out", cidr_ipv4="0.0.0.0/0", ip_protocol="-1")',
)
def security_group_egress_limited(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads egress rules to (nearly) all addresses, in whichever form, ranges of the program's own prefix lists
    included. TCP 443 alone passes: whether it leads anywhere is decided by the routes (no-open-way-out) and names by
    the firewall. A group without egress rules lets out nothing: the provider removes AWS's default rule."""
    for permission in permissions(resource, "egress", facts):
        for path, value in permission.hidden_networks:
            yield undecided(resource, path, value, _WANTED)
        for path, value in permission.open_networks:
            if permission.is_only(443) and permission.protocol in ("tcp", "6"):
                yield passed(resource, path, f"tcp 443 to {value}")
            else:
                yield failed(resource, path, f"{permission} to {value}", _WANTED)
        if permission.networks and not permission.open_networks and not permission.hidden_networks:
            yield passed(resource, permission.networks[0][0], f"{permission} to {permission.networks[0][1]}")

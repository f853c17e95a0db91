from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import one_of
from policies.rules.exposure._security_groups import (
    DEFAULT_GROUP,
    GROUP,
    INGRESS_RULE,
    LEGACY_RULE,
    group_of,
    permissions,
)

_BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
_RULES = (LEGACY_RULE, INGRESS_RULE, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
_WANTED = "named networks or groups; all addresses only on ports 80 and 443 of an internet-facing load balancer's group"


@rule(
    title="Nothing but a public load balancer is reachable from everywhere",
    title_zh="除公网负载均衡器外,任何资源都不对全网开放",
    severity=Severity.CRITICAL,
    types=(GROUP, DEFAULT_GROUP, LEGACY_RULE, INGRESS_RULE),
    scope=Scope.GRAPH,
    why="What the whole internet can reach, the whole internet tries.",
    fix="Name the networks or groups that may connect; let the public in at a load balancer.",
    good='aws.vpc.SecurityGroupIngressRule("https", cidr_ipv4="10.16.0.0/16", ip_protocol="tcp", from_port=443, ...)',
    bad='aws.vpc.SecurityGroupIngressRule("ssh", cidr_ipv4="0.0.0.0/0", ip_protocol="tcp", from_port=22, ...)',
)
def security_group_ingress_limited(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads ingress rules from (nearly) all addresses: 0.0.0.0/0, ::/0, and halves and quarters of them. They pass on
    exactly port 80 or 443 when the group belongs to load balancers with internal=False and to nothing else. A range
    that cannot be read counts as open. A range taken from another resource is that resource's own."""
    for permission in permissions(resource, "ingress", facts):
        for path, value in permission.hidden_networks:
            yield undecided(resource, path, value, _WANTED)
        for path, value in permission.open_networks:
            if permission.is_only(80, 443) and _is_public_balancers(resource, facts):
                yield passed(resource, path, f"{permission} of a public load balancer")
            else:
                yield failed(resource, path, f"{permission} from {value}", _WANTED)
        if permission.networks and not permission.open_networks and not permission.hidden_networks:
            yield passed(resource, permission.networks[0][0], f"{permission} from {permission.networks[0][1]}")


def _is_public_balancers(resource: Resource, facts: Facts) -> bool:
    group = group_of(resource, facts)
    if group is None:
        return False
    users = [
        user
        for user in facts.graph.referring(group)
        if user.custom and user.urn != group.urn and user.type not in (*_RULES, GROUP)
    ]
    return bool(users) and all(u.type in _BALANCERS and one_of(u.get("internal"), None, False) for u in users)

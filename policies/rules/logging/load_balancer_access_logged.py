from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import decided, not_applicable, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of

_CLASSIC = ("aws:elb/loadBalancer:LoadBalancer",)
_BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")


@rule(
    title="Load balancers log requests and connections",
    title_zh="负载均衡器记录访问与连接日志",
    severity=Severity.MEDIUM,
    types=(*_BALANCERS, *_CLASSIC),
    why="The entry sees every request first: its log shows the attack, and the TLS version each client came with.",
    fix="Set access_logs and, for application load balancers, connection_logs with enabled true and a bucket.",
    good='aws.lb.LoadBalancer("b", access_logs={"bucket": b, "enabled": True}, connection_logs={...})',
    bad='aws.lb.LoadBalancer("b")',
)
def load_balancer_access_logged(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `accessLogs.enabled` and, for application load balancers (the kind where nothing is stated),
    `connectionLogs.enabled`; both are false where nothing is stated. A classic load balancer's block is on unless it says
    otherwise. Not applicable: gateway load balancers, which log nothing; the network's flow log sees them."""
    kind = resource.get("loadBalancerType")
    if kind == "gateway":
        yield not_applicable(resource, "a gateway load balancer writes no access log")
        return
    classic = resource.type in _CLASSIC
    blocks = ["accessLogs"]
    if not classic and kind in (None, "application"):
        blocks.append("connectionLogs")
    for block in blocks:
        yield from _judged(resource, block, classic)
    if is_hidden(kind):
        yield undecided(resource, "loadBalancerType", kind, "a kind that can be seen: application, network or gateway")


def _judged(resource: Resource, block: str, on_by_default: bool) -> Iterator[Outcome]:
    for path, value in each(resource.inputs, f"{block}.enabled"):
        if value is None and on_by_default and resource.get(block):
            value = True
        yield decided(resource, path, value, lambda v: one_of(v, True), "true")

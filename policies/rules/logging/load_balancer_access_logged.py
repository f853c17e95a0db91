from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import decided, not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import each, one_of

_CLASSIC = ("aws:elb/loadBalancer:LoadBalancer",)
_BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")


@rule(
    title="Load balancers log requests",
    title_zh="负载均衡器记录访问日志",
    severity=Severity.MEDIUM,
    types=(*_BALANCERS, *_CLASSIC),
    why="The entry sees every request first: its log shows the attack.",
    fix="Set access_logs with enabled true and a bucket.",
    good='aws.lb.LoadBalancer("b", access_logs={"bucket": b, "enabled": True})',
    bad='aws.lb.LoadBalancer("b")',
)
def load_balancer_access_logged(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `accessLogs.enabled`, which is false where nothing is stated. A classic load balancer's block is on unless it
    says otherwise. Not applicable: gateway load balancers, which log nothing; the network's flow log sees them."""
    if resource.get("loadBalancerType") == "gateway":
        yield not_applicable(resource, "a gateway load balancer writes no access log")
        return
    for path, value in each(resource.inputs, "accessLogs.enabled"):
        if value is None and resource.type in _CLASSIC and resource.get("accessLogs"):
            value = True
        yield decided(resource, path, value, lambda v: one_of(v, True), "true")

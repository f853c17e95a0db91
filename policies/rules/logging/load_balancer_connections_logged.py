from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import decided, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of


@rule(
    title="Application load balancers log connections",
    title_zh="应用负载均衡器记录连接日志",
    severity=Severity.LOW,
    types=("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"),
    why="The log of requests does not show who failed to agree on TLS; the log of connections does, with version and cipher.",
    fix="Set connection_logs with enabled true and a bucket.",
    good='aws.lb.LoadBalancer("b", connection_logs={"bucket": logs.bucket, "enabled": True}, ...)',
    bad='aws.lb.LoadBalancer("b", access_logs={"bucket": logs.bucket, "enabled": True}, ...)',
)
def load_balancer_connections_logged(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Advice. Reads `connectionLogs.enabled` of application load balancers (the kind where nothing is stated), which is
    false where nothing is stated. The other kinds write no such log."""
    kind = resource.get("loadBalancerType")
    if is_hidden(kind):
        yield undecided(resource, "loadBalancerType", kind, "a kind that can be seen: application, network or gateway")
    elif kind in (None, "application"):
        for path, value in each(resource.inputs, "connectionLogs.enabled"):
            yield decided(resource, path, value, lambda v: one_of(v, True), "true")

from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import decided, failed, not_applicable, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of

_MODES = ("defensive", "strictest")


@rule(
    title="Load balancers drop requests that break the protocol or that their firewall has not judged",
    title_zh="负载均衡器丢弃不合规或未经防火墙判定的请求",
    severity=Severity.LOW,
    types=("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"),
    why="Header fields that the load balancer and the application read differently smuggle one request inside another.",
    fix="Set drop_invalid_header_fields=True and desync_mitigation_mode='strictest'.",
    good='aws.lb.LoadBalancer("entry", drop_invalid_header_fields=True, desync_mitigation_mode="strictest", ...)',
    bad='aws.lb.LoadBalancer("entry", desync_mitigation_mode="monitor", ...)',
)
def odd_requests_dropped(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `dropInvalidHeaderFields`, which must be true and is false where left out, and `desyncMitigationMode`,
    which must not be `monitor` (defensive where left out). Nor may a request pass while the web application firewall gives
    no answer: `enableWafFailOpen` must not be true; inside too, where no rule asks for a firewall. Only application load
    balancers read requests: others are not applicable."""
    kind = resource.get("loadBalancerType")
    if kind in ("network", "gateway"):
        yield not_applicable(resource, f"a {kind} load balancer reads no requests")
        return
    unjudged = resource.get("enableWafFailOpen")
    drops, mode = resource.get("dropInvalidHeaderFields"), resource.get("desyncMitigationMode")
    yield decided(resource, "dropInvalidHeaderFields", drops, lambda v: one_of(v, True), "true")
    if is_hidden(mode):
        yield undecided(resource, "desyncMitigationMode", mode, "strictest or defensive")
    elif mode is not None and not one_of(mode, *_MODES):
        yield failed(resource, "desyncMitigationMode", mode, "strictest or defensive")
    if is_hidden(unjudged) or one_of(unjudged, True):
        yield decided(
            resource, "enableWafFailOpen", unjudged, lambda v: False, "false: without a verdict nothing passes"
        )

from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden
from policies.rules.encryption_in_transit._listeners import (
    ENCRYPTED,
    LISTENER_RULES,
    LISTENERS,
    LOAD_BALANCERS,
    PLAIN,
    QUIC,
    redirects,
    target_groups,
)

_CLASSIC = "aws:elb/loadBalancer:LoadBalancer"
_WANTED = "HTTPS, TLS or QUIC; or HTTP that only redirects"


@rule(
    title="Plain HTTP is only redirected, plain TCP not accepted",
    title_zh="明文 HTTP 只允许跳转,不接受明文 TCP",
    severity=Severity.HIGH,
    types=(*LISTENERS, *LISTENER_RULES, _CLASSIC),
    scope=Scope.GRAPH,
    why="A listener without TLS hands records to whoever is on the way.",
    fix="Listen with HTTPS or TLS; let the HTTP listener answer with a redirect to HTTPS.",
    good='default_actions=[{"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", ...}}]',
    bad='aws.lb.Listener("http", protocol="HTTP", default_actions=[{"type": "forward", ...}])',
)
def listener_refuses_plain_traffic(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads each listener's protocol; of HTTP listeners every action, and the actions of their rules. TCP and UDP
    listeners of network load balancers pass everything through, and nobody can tell what: they fail, unless they lead
    to an application load balancer, whose listener is judged itself, or the listener or its load balancer is tagged
    class 1 or 2. Listeners of gateway load balancers carry packets inside a network and have no protocol."""
    if resource.type == _CLASSIC:
        for path, protocol in each(resource.inputs, "listeners[*].lbProtocol"):
            if str(protocol).lower() not in ("https", "ssl"):
                yield failed(resource, path, protocol, _WANTED)
        return
    if resource.type in LISTENER_RULES:
        yield from _rule(resource, facts)
        return
    protocol = resource.get("protocol")
    if is_hidden(protocol):
        yield undecided(resource, "protocol", protocol, _WANTED)
    elif protocol in (*ENCRYPTED, *QUIC):
        yield passed(resource, "protocol", protocol)
    elif protocol == "HTTP":
        yield from redirects(resource, "defaultActions")
    elif protocol in PLAIN:
        yield from _passed_through(resource, protocol, facts)
    elif protocol in (None, "") and _is_gateway(resource, facts):
        yield not_applicable(resource, "the listener of a gateway load balancer")
    else:
        yield failed(resource, "protocol", protocol, _WANTED)


def _rule(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    listener = facts.target(resource, "listenerArn", *LISTENERS)
    protocol = listener.get("protocol") if listener else None
    if protocol in ENCRYPTED:
        yield not_applicable(resource, "a rule of a TLS listener")
    elif protocol == "HTTP":
        yield from redirects(resource, "actions")
    elif all(o.verdict.value == "pass" for o in redirects(resource, "actions")):
        yield passed(resource, "actions", "leads nowhere")
    else:
        yield undecided(resource, "listenerArn", resource.get("listenerArn"), "a listener of this program")


def _passed_through(resource: Resource, protocol: Value, facts: Facts) -> Iterator[Outcome]:
    groups = target_groups(resource, "defaultActions", facts)
    if groups and all(group is not None and group.get("targetType") == "alb" for group in groups):
        yield passed(resource, "protocol", f"{protocol} to an application load balancer, judged at its own listener")
        return
    balancer = facts.target(resource, "loadBalancerArn", *LOAD_BALANCERS)
    stated = [c for r in (resource, balancer) if r is not None and (c := facts.data_class(r)) is not None]
    if stated and max(stated) <= 2:
        yield not_applicable(resource, f"carries class {max(stated)}")
    else:
        yield failed(resource, "protocol", protocol, _WANTED)


def _is_gateway(resource: Resource, facts: Facts) -> bool:
    balancer = facts.target(resource, "loadBalancerArn", *LOAD_BALANCERS)
    return balancer is not None and balancer.get("loadBalancerType") == "gateway"

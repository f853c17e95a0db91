from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import decided, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden
from policies.rules.encryption_in_transit._listeners import ENCRYPTED, LISTENERS, QUIC, TLS_1_3

_CLASSIC = "aws:elb/loadBalancer:LoadBalancer"
_WANTED = "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09, or ELBSecurityPolicy-TLS13-1-3-2021-06 where that is not offered"


@rule(
    title="Load balancers speak TLS 1.3 and nothing older",
    title_zh="负载均衡器仅使用 TLS 1.3",
    severity=Severity.HIGH,
    types=(*LISTENERS, _CLASSIC),
    why="Older versions let an eavesdropper keep what is said and choose weaker keys; only 1.3 can be post-quantum.",
    fix="Set ssl_policy to a TLS13-1-3 policy; for a device that cannot, write a waiver with an end date.",
    good='aws.lb.Listener("https", protocol="HTTPS", ssl_policy="ELBSecurityPolicy-TLS13-1-3-2021-06", ...)',
    bad='aws.lb.Listener("https", protocol="HTTPS", ...)  # ELBSecurityPolicy-2016-08, TLS 1.0',
)
def listener_tls_1_3(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `sslPolicy` of HTTPS and TLS listeners. Left out it is ELBSecurityPolicy-2016-08, which speaks TLS 1.0, so
    absent fails. QUIC listeners pass traffic through, and QUIC is TLS 1.3 (RFC 9001). Listeners without TLS are judged
    by listener-refuses-plain-traffic. Classic load balancers have no TLS 1.3 at all: their TLS listeners fail."""
    if resource.type == _CLASSIC:
        for path, protocol in each(resource.inputs, "listeners[*].lbProtocol"):
            if str(protocol).lower() in ("https", "ssl"):
                yield failed(
                    resource, path, f"{protocol} of a classic load balancer", "an aws.lb.LoadBalancer, TLS 1.3"
                )
        return
    protocol, policy = resource.get("protocol"), resource.get("sslPolicy")
    if is_hidden(protocol):
        yield undecided(resource, "protocol", protocol, f"HTTPS with {_WANTED}")
    elif protocol in QUIC:
        yield passed(resource, "protocol", f"{protocol}: TLS 1.3 between client and target")
    elif protocol not in ENCRYPTED:
        yield not_applicable(resource, "not a TLS listener; see listener-refuses-plain-traffic")
    else:
        yield decided(
            resource, "sslPolicy", policy, lambda v: bool(isinstance(v, str) and TLS_1_3.fullmatch(v)), _WANTED
        )

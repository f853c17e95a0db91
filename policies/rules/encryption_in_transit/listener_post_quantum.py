from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden
from policies.rules.encryption_in_transit._listeners import ENCRYPTED, LISTENERS, TLS_1_3

_CAPABILITY = "elb.pq-tls"
_WANTED = "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"


@rule(
    title="Load balancers agree keys that a quantum computer cannot break, where the region offers it",
    title_zh="在区域支持时启用抗量子密钥协商",
    severity=Severity.LOW,
    types=LISTENERS,
    why="Records stay secret for a lifetime; what is taken from the wire today can be opened once the machines exist.",
    fix="Use a PQ policy where elb.pq-tls is offered, or where the hospital has verified it.",
    good='aws.lb.Listener("https", ssl_policy="ELBSecurityPolicy-TLS13-1-3-PQ-2025-09", ...)  # eu-central-1',
    bad='aws.lb.Listener("https", ssl_policy="ELBSecurityPolicy-TLS13-1-3-2021-06", ...)  # eu-central-1',
)
def listener_post_quantum(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Says of each TLS listener whether its key exchange is hybrid with ML-KEM, and where it is not, why not. Policies
    with PQ in their name offer X25519MLKEM768 and its kin (ELB user guide, "Security policies"). Wanted only where the
    jurisdiction's data say that the region offers elb.pq-tls, or the hospital recorded a verification; elsewhere not
    applicable, with the reason. A TLS 1.2 policy with PQ in its name does not count: only TLS 1.3 sessions get it."""
    protocol, policy = resource.get("protocol"), resource.get("sslPolicy")
    region = facts.context.jurisdiction.regions.get(resource.region or "")
    if is_hidden(protocol):
        yield undecided(resource, "protocol", protocol, _WANTED)
    elif protocol not in ENCRYPTED or region is None:
        yield not_applicable(resource, "not a TLS listener of a region of the jurisdiction")
    elif is_hidden(policy):
        yield undecided(resource, "sslPolicy", policy, _WANTED)
    elif isinstance(policy, str) and TLS_1_3.fullmatch(policy) and "-PQ-" in policy:
        yield passed(resource, "sslPolicy", f"{policy}: hybrid with ML-KEM")
    elif not region.offers(_CAPABILITY, facts.context.verified):
        row = region.capability(_CAPABILITY)
        yield not_applicable(
            resource,
            f"no post-quantum key exchange: {_CAPABILITY} is {row.availability.value} in {region.name} "
            f"(mark {row.mark}, {row.source})",
        )
    else:
        yield failed(resource, "sslPolicy", policy, _WANTED)

from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden
from policies.rules.encryption_in_transit._listeners import ENCRYPTED, PLAIN, QUIC, TARGET_GROUPS

_WANTED = "HTTPS, TLS or QUIC"


@rule(
    title="Load balancers speak TLS to their targets too",
    title_zh="负载均衡器到后端同样加密",
    severity=Severity.MEDIUM,
    types=TARGET_GROUPS,
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="Between load balancer and target a record crosses zones and machines; plain, it can be read in each.",
    fix="Set protocol HTTPS and let the targets hold a certificate; the load balancer accepts a self-signed one.",
    good='aws.lb.TargetGroup("application", protocol="HTTPS", ...)',
    bad='aws.lb.TargetGroup("application", protocol="HTTP", ...)',
)
def target_group_encrypted(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `protocol`. Not applicable: functions (invoked over TLS), groups whose target is a load balancer and groups
    of TCP or UDP (judged at their listeners), gateway load balancers (GENEVE), groups tagged class 1 or 2, and stacks
    that state they hold no patients' data."""
    protocol, kind = resource.get("protocol"), resource.get("targetType")
    stated = facts.data_class(resource)
    if kind in ("lambda", "alb") or protocol in (*PLAIN, "GENEVE"):
        yield not_applicable(resource, f"targets of {kind or protocol}, judged elsewhere")
    elif is_hidden(protocol):
        yield undecided(resource, "protocol", protocol, _WANTED)
    elif protocol in (*ENCRYPTED, *QUIC):
        yield passed(resource, "protocol", protocol)
    elif not facts.context.holds_patient_data or (stated is not None and stated <= 2):
        yield not_applicable(resource, f"carries class {stated}" if stated else "the stack holds no patients' data")
    else:
        yield failed(resource, "protocol", protocol, _WANTED)

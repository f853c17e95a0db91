import re
from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import decided, not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden
from policies.rules.encryption_in_transit._listeners import LISTENERS

_PATH = "routingHttpResponseStrictTransportSecurityHeaderValue"
_MAX_AGE = re.compile(r'(?:^|;)\s*max-age\s*=\s*"?(\d+)"?\s*(?:;|$)', re.IGNORECASE)
_HALF_A_YEAR = 15_552_000
_WANTED = "max-age of at least 15552000 seconds (180 days)"


@rule(
    title="Load balancers tell browsers to come by HTTPS only",
    title_zh="负载均衡器告知浏览器仅使用 HTTPS",
    severity=Severity.LOW,
    types=LISTENERS,
    why="Whoever types the name alone asks by plain HTTP first: on a strange network that first request, and the answer, "
    "are in somebody else's hands.",
    fix="Set routing_http_response_strict_transport_security_header_value='max-age=31536000'.",
    good='aws.lb.Listener("entry", routing_http_response_strict_transport_security_header_value="max-age=31536000", ...)',
    bad='aws.lb.Listener("entry", protocol="HTTPS", ...)',
)
def browsers_kept_to_https(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the value that an HTTPS listener of an application load balancer writes into the header
    Strict-Transport-Security (RFC 6797): a max-age of half a year or more. Where the application writes that header
    itself, the advice may be waived: no program shows it. Other listeners answer no browser, or redirect: not applicable."""
    protocol = resource.get("protocol")
    if protocol != "HTTPS" and not is_hidden(protocol):
        yield not_applicable(resource, "no HTTPS listener")
        return
    yield decided(resource, _PATH, resource.get(_PATH), _is_long, _WANTED)


def _is_long(value: Value) -> bool:
    match = _MAX_AGE.search(value) if isinstance(value, str) else None
    return match is not None and int(match[1]) >= _HALF_A_YEAR

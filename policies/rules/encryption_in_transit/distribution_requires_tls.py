from collections.abc import Callable, Iterator

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import decided, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden

_VIEWER = ("https-only", "redirect-to-https")


@rule(
    title="Distributions speak TLS 1.3 to viewers, and TLS to origins",
    title_zh="内容分发对访问者使用 TLS 1.3,回源同样加密",
    severity=Severity.HIGH,
    types=("aws:cloudfront/distribution:Distribution",),
    why="A distribution stands between the patient and the hospital; both of its sides are the internet.",
    fix="Use an own certificate with minimum_protocol_version TLSv1.3_2025, https-only, origins over https-only.",
    good='viewer_certificate={"acm_certificate_arn": ..., "minimum_protocol_version": "TLSv1.3_2025"}',
    bad='viewer_certificate={"cloudfront_default_certificate": True}  # TLS 1.0',
)
def distribution_requires_tls(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the viewers' side (minimum protocol version, which CloudFront's default certificate sets to TLSv1; viewer
    protocol policy of each behaviour) and the origins' side (protocol policy and protocols of each custom origin;
    CloudFront speaks at most TLS 1.2 to origins). Viewers' TLS 1.3 is post-quantum by CloudFront's own choice."""
    yield from _judged(
        resource, "viewerCertificate.minimumProtocolVersion", lambda v: v == "TLSv1.3_2025", "TLSv1.3_2025"
    )
    for behaviour in ("defaultCacheBehavior", "orderedCacheBehaviors[*]"):
        yield from _judged(
            resource, f"{behaviour}.viewerProtocolPolicy", lambda v: v in _VIEWER, "https-only or redirect-to-https"
        )
    for path, origin in each(resource.inputs, "origins[*]"):
        if is_hidden(origin):
            yield undecided(resource, path, origin, "https-only")
        elif isinstance(origin, dict) and origin.get("customOriginConfig"):
            yield from _judged(
                resource,
                "customOriginConfig.originProtocolPolicy",
                lambda v: v == "https-only",
                "https-only",
                origin,
                path,
            )
            yield from _judged(
                resource, "customOriginConfig.originSslProtocols", _only_tls_1_2, "TLSv1.2 only", origin, path
            )


def _judged(
    resource: Resource, pattern: str, good: Callable[[Value], bool], wanted: str, at: Value = None, path: str = ""
) -> Iterator[Outcome]:
    for where, value in each(resource.inputs if at is None else at, pattern, path):
        yield decided(resource, where, value, lambda v: bool(isinstance(v, (str, list)) and good(v)), wanted)


def _only_tls_1_2(value: Value) -> bool:
    return isinstance(value, list) and value == ["TLSv1.2"]

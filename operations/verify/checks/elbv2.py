"""Load balancers: listeners speak the TLS that they should, the balancer cannot be deleted by mistake and writes its log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from operations.verify.answers import as_stated, only, same
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.results import Outcome

_LISTENERS: Final = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
_BALANCERS: Final = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")


@check(
    *_LISTENERS,
    title="The listener speaks the protocol and the TLS policy that the state names",
    fix="Deploy again (ModifyListener), and find out who changed the listener.",
)
def listener_tls_policy(listener: Subject) -> Iterator[Outcome]:
    """Compares protocol, port, TLS policy and certificate."""
    gone = ("ListenerNotFound", "ListenerNotFoundException")
    answer = listener.ask("elbv2", "describe_listeners", gone=gone, ListenerArns=[listener.name("arn", "id")])
    found = only(answer.get("Listeners"))
    for path, name in {"protocol": "Protocol", "port": "Port", "sslPolicy": "SslPolicy"}.items():
        yield from as_stated(listener, f"DescribeListeners {name}", found.get(name), path)
    certificates = found.get("Certificates") or [{}]
    arn = certificates[0].get("CertificateArn")
    yield from as_stated(listener, "DescribeListeners CertificateArn", arn, "certificateArn")


@check(
    *_BALANCERS,
    title="The load balancer is protected against deletion and writes its access log, as the state says",
    fix="Deploy again (ModifyLoadBalancerAttributes).",
)
def load_balancer_protected(balancer: Subject) -> Iterator[Outcome]:
    """Compares deletion protection, the access log and where it goes, and that odd headers are dropped."""
    gone = ("LoadBalancerNotFound", "LoadBalancerNotFoundException")
    arn = balancer.name("arn", "id")
    answer = balancer.ask("elbv2", "describe_load_balancer_attributes", gone=gone, LoadBalancerArn=arn)
    found = {row.get("Key"): row.get("Value") for row in answer.get("Attributes") or []}
    parts = {
        "enableDeletionProtection": ("deletion_protection.enabled", "false"),
        "accessLogs.enabled": ("access_logs.s3.enabled", "false"),
        "accessLogs.bucket": ("access_logs.s3.bucket", None),
        "dropInvalidHeaderFields": ("routing.http.drop_invalid_header_fields.enabled", "false"),
    }
    for path, (key, default) in parts.items():
        wanted = balancer.resource.get(path)
        if wanted is not None:
            yield same(balancer, f"DescribeLoadBalancerAttributes {key}", found.get(key, default), wanted)

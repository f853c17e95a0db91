from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of

_SERVICE: Final = "kubernetes:core/v1:Service"
_INGRESS: Final = "kubernetes:networking.k8s.io/v1:Ingress"
_INTERNAL: Final[Mapping[str, tuple[str, ...]]] = {
    "service.beta.kubernetes.io/aws-load-balancer-scheme": ("internal",),
    "service.beta.kubernetes.io/aws-load-balancer-internal": ("true", "0.0.0.0/0"),
    "networking.gke.io/load-balancer-type": ("Internal",),
    "service.beta.kubernetes.io/azure-load-balancer-internal": ("true",),
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": ("intranet",),
    "metallb.universe.tf/address-pool": (),
    "metallb.io/address-pool": (),
}
"""Annotation -> the values that keep a load balancer inside; none: any value does."""

_ALB: Final = "alb.ingress.kubernetes.io"
_WANTED = "an internal load balancer, or a gateway with a web application firewall in front of it"


@rule(
    title="Services of the cluster are reached from inside the hospital's network",
    title_zh="集群服务仅在医院内网可达",
    severity=Severity.HIGH,
    types=(_SERVICE, _INGRESS),
    why="A service of type LoadBalancer is on the internet a minute later, past every listener that was reviewed.",
    fix="Annotate it as internal, or use a ClusterIP behind the entry of the stack.",
    good='annotations={"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"}',
    bad='spec={"type": "LoadBalancer"}',
)
def service_stays_inside(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """A service of type LoadBalancer must say that it is internal, in the words of its cloud or class of load balancer
    (loadBalancerClass of an own site counts); external addresses and ports of the machines fail. An Ingress must be of
    scheme internal, which is the default of the AWS controller; an internet-facing one needs a web ACL's annotation. An
    Ingress of another controller is reached through its service, which is judged itself."""
    annotations = resource.get("metadata.annotations")
    if is_hidden(annotations):
        yield undecided(resource, "metadata.annotations", annotations, _WANTED)
        return
    notes = annotations if isinstance(annotations, Mapping) else {}
    if resource.type == _INGRESS:
        yield _ingress(resource, notes)
        return
    kind = resource.get("spec.type")
    if is_hidden(kind):
        yield undecided(resource, "spec.type", kind, "ClusterIP, or LoadBalancer with an internal one")
    elif kind == "LoadBalancer" and not _is_internal(resource, notes):
        yield failed(resource, "spec.type", "LoadBalancer, public", _WANTED)
    elif kind == "NodePort":
        yield failed(resource, "spec.type", kind, "ClusterIP: a port of every machine passes all listeners by")
    elif kind in (None, "", "ClusterIP", "LoadBalancer", "ExternalName"):
        yield passed(resource, "spec.type", "ClusterIP" if kind is None else kind)
    else:
        yield failed(resource, "spec.type", kind, "ClusterIP")
    if resource.get("spec.externalIPs"):
        yield failed(resource, "spec.externalIPs", resource.get("spec.externalIPs"), "no addresses from outside")


def _is_internal(resource: Resource, notes: Mapping[str, Value]) -> bool:
    if any(
        key in notes and (not values or str(notes[key]).lower() in [v.lower() for v in values])
        for key, values in _INTERNAL.items()
    ):
        return True
    ranges = resource.get("spec.loadBalancerSourceRanges")
    private = ("10.", "192.168.", "172.16.", "172.17.", "172.18.", "172.19.", "172.2", "172.30.", "172.31.", "100.64.")
    if isinstance(ranges, list) and ranges and all(isinstance(r, str) and r.startswith(private) for r in ranges):
        return True
    kind = resource.get("spec.loadBalancerClass")
    return isinstance(kind, str) and not kind.startswith(("service.k8s.aws/", "eks.amazonaws.com/"))


def _ingress(resource: Resource, notes: Mapping[str, Value]) -> Outcome:
    scheme = notes.get(f"{_ALB}/scheme")
    path = f"metadata.annotations[{_ALB}/scheme]"
    if is_hidden(scheme):
        return undecided(resource, path, scheme, "internal")
    if scheme == "internet-facing" and not any(
        notes.get(f"{_ALB}/{key}") for key in ("wafv2-acl-arn", "wafv2-acl-name")
    ):
        return failed(resource, path, scheme, "internal, or a web ACL (wafv2-acl-arn)")
    good = one_of(scheme, None, "", "internal", "internet-facing")
    return passed(resource, path, scheme or "not set") if good else failed(resource, path, scheme, "internal")

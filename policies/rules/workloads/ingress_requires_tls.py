import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value, as_list
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_ALB: Final = "alb.ingress.kubernetes.io"
_POLICY: Final = re.compile(r"ELBSecurityPolicy-TLS13-1-3-(FIPS-)?(PQ-)?\d{4}-\d{2}")
_WANTED = "tls with a secret for every host, or a certificate and HTTPS listeners only"


@rule(
    title="Entries of the cluster speak TLS",
    title_zh="集群入口使用 TLS 加密",
    severity=Severity.HIGH,
    types=("kubernetes:networking.k8s.io/v1:Ingress",),
    why="An Ingress without tls answers in plain text, with the record in it.",
    fix="Fill in tls for every host; with the AWS controller name a certificate, HTTPS listeners and the TLS 1.3 policy.",
    good='tls=[{"hosts": ["viewer.hospital.example"], "secret_name": "viewer-tls"}]',
    bad='rules=[{"host": "viewer.hospital.example", ...}]  # without tls',
)
def ingress_requires_tls(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Every host of a rule must stand in `tls` (a star there takes in its names; tls without hosts takes in all). An Ingress
    of the AWS controller has its certificate in annotations instead: then listen-ports may name HTTP only together with
    ssl-redirect, and ssl-policy must be one of TLS 1.3."""
    notes = resource.get("metadata.annotations")
    if isinstance(notes, Mapping) and any(str(key).startswith(f"{_ALB}/") for key in notes):
        yield from _of_balancer(resource, notes)
        return
    tls = resource.get("spec.tls")
    if is_hidden(tls):
        yield undecided(resource, "spec.tls", tls, _WANTED)
        return
    blocks = [b for b in as_list(tls) if isinstance(b, Mapping)]
    covered = {h for b in blocks for h in as_list(b.get("hosts")) if isinstance(h, str)}
    everything = any(not b.get("hosts") for b in blocks)
    if not blocks:
        yield failed(resource, "spec.tls", tls, _WANTED)
        return
    for index, row in enumerate(as_list(resource.get("spec.rules"))):
        host = row.get("host") if isinstance(row, Mapping) else row
        path = f"spec.rules[{index}].host"
        if everything or (isinstance(host, str) and (host in covered or f"*.{host.partition('.')[2]}" in covered)):
            yield passed(resource, path, host or "every host")
        elif is_hidden(host) or any(is_hidden(h) for b in blocks for h in as_list(b.get("hosts"))):
            yield undecided(resource, path, host, _WANTED)
        else:
            yield failed(resource, path, host, _WANTED)
    if not as_list(resource.get("spec.rules")):
        yield passed(resource, "spec.tls", "tls for its one backend")


def _of_balancer(resource: Resource, notes: Mapping[str, Value]) -> Iterator[Outcome]:
    ports = notes.get(f"{_ALB}/listen-ports")
    plain = isinstance(ports, str) and '"HTTP"' in ports
    path = f"metadata.annotations[{_ALB}/listen-ports]"
    if is_hidden(ports):
        yield undecided(resource, path, ports, '[{"HTTPS": 443}]')
    elif (plain and not notes.get(f"{_ALB}/ssl-redirect")) or (
        ports is None and not notes.get(f"{_ALB}/certificate-arn")
    ):
        yield failed(resource, path, ports, '[{"HTTPS": 443}], or ssl-redirect for plain HTTP')
    else:
        yield passed(resource, path, ports or "HTTPS")
    policy = notes.get(f"{_ALB}/ssl-policy")
    path = f"metadata.annotations[{_ALB}/ssl-policy]"
    if is_hidden(policy):
        yield undecided(resource, path, policy, "ELBSecurityPolicy-TLS13-1-3-2021-06")
    elif isinstance(policy, str) and _POLICY.fullmatch(policy):
        yield passed(resource, path, policy)
    else:
        yield failed(resource, path, policy, "ELBSecurityPolicy-TLS13-1-3-2021-06, or its PQ form where offered")

"""Route 53: the records that move patients' traffic to the other region are as they should be, and so is what moves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import hides, same, within
from operations.verify.asking import NotThere, Subject
from operations.verify.registry import check
from policies.results import Outcome

_ZONE_GONE: Final = ("NoSuchHostedZone",)


@check(
    "aws:route53/record:Record",
    title="The record leads where the state says, and fails over as it says",
    fix="Deploy again, and find out who changed the record.",
)
def record_in_force(record: Subject) -> Iterator[Outcome]:
    """Compares the target, the place in the failover, and the health check."""
    found = _found(record)
    asked = "ListResourceRecordSets"
    for policy in record.blocks("failoverRoutingPolicies"):
        yield same(record, f"{asked} Failover", found.get("Failover"), policy.get("type"))
    if record.wanted("healthCheckId"):
        yield same(record, f"{asked} HealthCheckId", found.get("HealthCheckId"), record.wanted("healthCheckId"))
    for alias in record.blocks("aliases"):
        name, actual = alias.get("name"), within(found, "AliasTarget", "DNSName")
        alike = not hides(name) and _host(actual) == _host(name)
        yield same(record, f"{asked} AliasTarget", name if alike else actual or "no alias", name)
        health = within(found, "AliasTarget", "EvaluateTargetHealth")
        yield same(record, f"{asked} EvaluateTargetHealth", health, alias.get("evaluateTargetHealth"))
    values = record.wanted("records")
    if isinstance(values, list) and values:
        rows = [row.get("Value", "").strip('"') for row in found.get("ResourceRecords") or []]
        yield same(record, f"{asked} ResourceRecords", rows, [str(value).strip('"') for value in values])


def _found(record: Subject) -> Mapping[str, Any]:
    """The record set of that name, type and identifier. Raises NotThere."""
    zone, name, kind = record.name("zoneId"), record.name("fqdn", "name"), record.name("type")
    identifier = record.wanted("setIdentifier")
    start = {"StartRecordName": name, "StartRecordType": kind}
    if isinstance(identifier, str):
        start["StartRecordIdentifier"] = identifier
    answer = record.ask("route53", "list_resource_record_sets", gone=_ZONE_GONE, HostedZoneId=zone, **start)
    for row in answer.get("ResourceRecordSets") or []:
        if (_host(row.get("Name")), row.get("Type"), row.get("SetIdentifier")) == (_host(name), kind, identifier):
            found: Mapping[str, Any] = row
            return found
    raise NotThere("no record of that name, type and identifier")


def _host(name: Any) -> str:
    """A name as DNS compares it. Route 53 writes `*` in octal; a balancer's name may say that it has IPv6 too."""
    return str(name).lower().rstrip(".").removeprefix("dualstack.").replace("\\052", "*")


@check(
    "aws:route53/healthCheck:HealthCheck",
    title="The health check is switched on and asks what the state says",
    fix="Deploy again; without it no failover happens by itself.",
)
def health_check_in_force(subject: Subject) -> Iterator[Outcome]:
    """Compares what is asked, how often, and that it is neither switched off nor turned round."""
    answer = subject.ask("route53", "get_health_check", gone=("NoSuchHealthCheck",), HealthCheckId=subject.name("id"))
    found = within(answer, "HealthCheck", "HealthCheckConfig") or {}
    asked = "GetHealthCheck"
    parts = {
        "type": "Type",
        "fqdn": "FullyQualifiedDomainName",
        "ipAddress": "IPAddress",
        "port": "Port",
        "resourcePath": "ResourcePath",
        "requestInterval": "RequestInterval",
        "failureThreshold": "FailureThreshold",
    }
    for path, name in parts.items():
        wanted = subject.resource.get(path)
        if wanted is not None:
            yield same(subject, f"{asked} {name}", found.get(name), wanted)
    for path, name in {"disabled": "Disabled", "invertHealthcheck": "Inverted"}.items():
        yield same(subject, f"{asked} {name}", found.get(name, False), subject.wanted(path) or False)

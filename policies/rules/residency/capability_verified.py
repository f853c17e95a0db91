from collections.abc import Iterator

from jurisdictions import Availability
from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule
from policies.results import Outcome, Severity
from policies.rules.residency._capabilities import needs, region_of


@rule(
    title="Somebody has verified that the region offers what the resource needs",
    title_zh="所用服务在该区域的可用性已经核实",
    severity=Severity.LOW,
    types=("aws:*",),
    why="Documents that are copies of the global ones prove nothing about a region; a plan should not rest on them.",
    fix="Use the fallback, or try it on an account and record it under verified_capabilities in the stack file.",
    good="verified_capabilities: [{region: cn-north-1, capability: elb.quic, by: ..., date: ..., evidence: ...}]",
    bad='aws.lb.Listener("quic", protocol="QUIC")  # in a region where nobody has tried it',
)
def capability_verified(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reports each use of a capability that the jurisdiction's table marks unverified, with the mark and what could be
    used instead; passes where the hospital has recorded a verification, and repeats by whom, when, on what evidence.
    Capabilities that no row names are unverified."""
    region = region_of(resource, facts)
    if region is None:
        return
    for need in needs(resource, facts):
        row = region.capability(need.capability)
        if row.availability is not Availability.UNVERIFIED:
            continue
        proof = next((v for v in facts.context.verified if v.region == region.name and v.capability == row.id), None)
        if proof:
            yield passed(
                resource,
                need.path,
                f"{row.id} in {region.name} verified by {proof.by} on {proof.date}: {proof.evidence}",
            )
        else:
            fallback = f", or instead: {row.instead}" if row.instead else ""
            yield failed(
                resource,
                need.path,
                f"{need.found}, which needs {row.id}: unverified in {region.name} (mark {row.mark}, {row.source})",
                f"a recorded verification{fallback}",
            )

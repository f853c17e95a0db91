from collections.abc import Iterator

from jurisdictions import Availability
from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule
from policies.results import Outcome, Severity
from policies.rules.residency._capabilities import needs, region_of


@rule(
    title="The region offers what the resource needs",
    title_zh="所用服务与功能在该区域可用",
    severity=Severity.MEDIUM,
    types=("aws:*",),
    why="What a region does not offer fails in the middle of a deployment, or tempts into using it somewhere else.",
    fix="Use what the finding names instead.",
    good='aws.sns.TopicSubscription("operations", protocol="email")  # cn-north-1',
    bad='aws.sns.TopicSubscription("operations", protocol="sms")  # cn-north-1: SNS sends no SMS there',
)
def service_offered_in_region(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks up the service of the resource's type, and features that its inputs ask for (QUIC and post-quantum
    policies of load balancers, key specs, replicas, HTTP tasks, SMS), in the jurisdiction's table of capabilities
    (`jurisdictions/`, each row with its source). A capability that is absent fails and names what replaces it. One that
    nobody has verified does not fail here: capability-verified reports it."""
    region = region_of(resource, facts)
    if region is None:
        return
    for need in needs(resource, facts):
        row = region.capability(need.capability)
        if row.availability is Availability.ABSENT:
            yield failed(
                resource,
                need.path,
                f"{need.found}, which needs {row.id}: absent in {region.name} ({row.source})",
                row.instead or "another service",
            )
        elif row.availability is Availability.OFFERED:
            yield passed(resource, need.path, f"{row.id} is offered in {region.name}")

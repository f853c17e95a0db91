from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule, undecided
from policies.resolve import GLOBAL
from policies.results import Outcome, Severity


@rule(
    title="Every resource stands inside the jurisdiction",
    title_zh="所有资源都在法域之内",
    severity=Severity.CRITICAL,
    types=("aws:*", "pulumi:providers:aws"),
    why="Patients' data may be stored only where the law allows it; a resource in another region can receive it at any time.",
    fix="Put the resource into one of the jurisdiction's regions, or judge the program under the jurisdiction it is meant for.",
    good='aws.s3.Bucket("records", region="cn-north-1")',
    bad='aws.s3.Bucket("records", region="eu-west-1")',
)
def resource_inside_jurisdiction(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks at the region each AWS resource will stand in: its own `region`, else its provider's. Services without a
    region (IAM, Route 53) belong to the partition of their provider's region and are judged by it. A region that cannot be told is
    unknown, and stops the gate."""
    allowed = facts.context.jurisdiction.regions
    wanted = f"a region of {facts.context.jurisdiction.title}: {', '.join(allowed)}"
    region = resource.region
    if region == GLOBAL:
        provider = facts.graph.by_urn.get(resource.provider or "")
        region = provider.region if provider else None
        if provider is None:
            yield undecided(resource, "region", "no explicit provider, so no partition", wanted)
            return
    if region is None:
        yield undecided(resource, "region", resource.get("region"), wanted)
    elif region in allowed:
        yield passed(resource, "region", region)
    else:
        yield failed(resource, "region", region, wanted)

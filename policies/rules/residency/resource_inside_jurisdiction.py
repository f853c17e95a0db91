from collections.abc import Iterator

from jurisdictions import partition_of_region
from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule, undecided
from policies.resolve import GLOBAL
from policies.results import Outcome, Severity

_CLOUDFRONT = "us-east-1"
"""The region from which alone CloudFront takes certificates and web ACLs (CloudFront developer guide)."""
_ACL = "aws:wafv2/webAcl:WebAcl"
_FOR_CLOUDFRONT = frozenset(
    {
        "aws:acm/certificate:Certificate",
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        "pulumi:providers:aws",
    }
)
"""What keeps no records, and has to stand there; where a log goes is judged by deliveries-inside-jurisdiction."""


@rule(
    title="Every resource stands inside the jurisdiction",
    title_zh="所有资源都在法域之内",
    severity=Severity.CRITICAL,
    types=("aws:*", "pulumi:providers:aws"),
    why="Patients' data may be stored only where the law allows it; a resource elsewhere can receive it at any time.",
    fix="Put the resource into a region of the jurisdiction, or judge the program under the one it is meant for.",
    good='aws.s3.Bucket("records", region="cn-north-1")',
    bad='aws.s3.Bucket("records", region="eu-west-1")',
    unwaivable="the law on where patients' data may be knows no exception that an owner could grant",
    unwaivable_from_class=3,
    undecided_waivable=True,
)
def resource_inside_jurisdiction(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks at the region each AWS resource will stand in: its own `region`, else its provider's. Services without a
    region (IAM, Route 53) belong to the partition of their provider's region and are judged by it; without a provider
    they count where the rest of the program stands, when that is one partition. A region that cannot be told is
    unknown, and stops the gate. What CloudFront takes from us-east-1 only (its certificates, its web ACLs and where those
    log to) keeps no records and may stand there, where the jurisdiction is in that partition; so may the
    provider that makes them, for whatever else it makes is judged by itself."""
    allowed = facts.context.jurisdiction.regions
    wanted = f"a region of {facts.context.jurisdiction.title}: {', '.join(allowed)}"
    region, found = resource.region, resource.region
    if region == GLOBAL:
        provider = facts.graph.by_urn.get(resource.provider or "")
        region = found = provider.region if provider else None
        if provider is None:
            region = facts.derived(_only_partition_region)
            found = f"no region, in a program that stands in {region}" if region else "no region and no provider"
    if region is None:
        yield undecided(resource, "region", resource.get("region") or found, wanted)
    elif region == _CLOUDFRONT and region not in allowed and _is_for_cloudfront(resource, facts):
        yield passed(resource, "region", f"{region}, from where alone CloudFront takes it")
    elif region in allowed:
        yield passed(resource, "region", found)
    else:
        yield failed(resource, "region", found, wanted)


def _only_partition_region(facts: Facts) -> str | None:
    """A region of the one partition in which all regional resources stand; outside the jurisdiction if one is."""
    regions = {r.region for r in facts.graph.resources if r.region and r.region != GLOBAL}
    partitions = {p.id if (p := partition_of_region(region)) else None for region in regions}
    outside = sorted(regions - set(facts.context.jurisdiction.regions))
    return (outside or sorted(regions))[0] if len(partitions) == 1 and None not in partitions else None


def _is_for_cloudfront(resource: Resource, facts: Facts) -> bool:
    partitions = {partition_of_region(region) for region in facts.context.jurisdiction.regions}
    if partition_of_region(_CLOUDFRONT) not in partitions:
        return False
    return resource.type in _FOR_CLOUDFRONT or (resource.type == _ACL and resource.get("scope") == "CLOUDFRONT")

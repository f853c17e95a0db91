from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.resolve import GLOBAL
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_WITHOUT_REGION = ("aws:rolesanywhere/",)
_NAMES_NO_REGION = "terraform state"


@rule(
    title="Every resource states its own region",
    title_zh="每个资源都写明所在区域",
    severity=Severity.LOW,
    types=("aws:*",),
    why="In a program for two regions, what leaves its region to the provider stands in the wrong one unseen.",
    fix="Pass region=... to each resource (pulumi-aws 7).",
    good='aws.s3.Bucket("records", region="cn-north-1", ...)',
    bad='aws.s3.Bucket("records", ...)  # wherever the provider stands',
)
def explicit_region(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the resource's own `region`. Not applicable to types that have none: services without region, IAM Roles
    Anywhere, components; and in a state of Terraform, where only its AWS provider 6 writes it down."""
    value = resource.get("region")
    if not resource.custom or resource.region == GLOBAL or resource.type.startswith(_WITHOUT_REGION):
        yield not_applicable(resource, "has no region of its own to state")
    elif value is None and facts.graph.door == _NAMES_NO_REGION:
        yield not_applicable(resource, "a state of Terraform does not say it")
    elif is_hidden(value):
        yield undecided(resource, "region", value, "a region's name")
    elif isinstance(value, str) and value:
        yield passed(resource, "region", value)
    else:
        yield failed(resource, "region", value, f"region={resource.region or '...'}")

from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.resolve import GLOBAL
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_WITHOUT_REGION = ("aws:rolesanywhere/",)
_NAMES_NO_REGION = "terraform state"


@rule(
    title="Where one resource of a provider states its region, all do",
    title_zh="同一提供程序下，一个资源写明区域则全部写明",
    severity=Severity.LOW,
    types=("aws:*",),
    scope=Scope.GRAPH,
    why="Beside resources that state their regions, what leaves it to the provider stands in the wrong one unseen.",
    fix="Pass region=... to each resource (pulumi-aws 7).",
    good='aws.s3.Bucket("records", region="cn-north-1", ...)',
    bad='aws.s3.Bucket("records", ...)  # wherever the provider stands',
)
def explicit_region(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the resource's own `region`. A provider whose resources all stand where it stands says it for them: nobody is
    asked there. Not applicable to types that have none: services without region, IAM Roles
    Anywhere, components; and in a state of Terraform, where only its AWS provider 6 writes it down."""
    value = resource.get("region")
    if not resource.custom or resource.region == GLOBAL or resource.type.startswith(_WITHOUT_REGION):
        yield not_applicable(resource, "has no region of its own to state")
    elif value is None and facts.graph.door == _NAMES_NO_REGION:
        yield not_applicable(resource, "a state of Terraform does not say it")
    elif value is None and resource.region and resource.provider not in facts.derived(_several_regions):
        yield passed(resource, "region", f"{resource.region}, as its provider says for all")
    elif is_hidden(value):
        yield undecided(resource, "region", value, "a region's name")
    elif isinstance(value, str) and value:
        yield passed(resource, "region", value)
    else:
        yield failed(resource, "region", value, f"region={resource.region or '...'}")


def _several_regions(facts: Facts) -> frozenset[str | None]:
    """The providers of which a resource states a region of its own."""
    stating = (r for r in facts.graph.resources if r.custom and r.type.startswith("aws:") and r.get("region"))
    return frozenset(resource.provider for resource in stating)

from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, decided, expect, not_applicable, passed, rule
from policies.results import Outcome, Severity
from policies.rules._paths import one_of

_REPOSITORY: Final = "aws:ecr/repository:Repository"
_TEMPLATE: Final = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
_SCAN: Final = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"


@rule(
    title="A name of an image means one image for ever, and it is scanned",
    title_zh="镜像标签不可变并启用漏洞扫描",
    severity=Severity.MEDIUM,
    types=(_REPOSITORY, _TEMPLATE),
    scope=Scope.GRAPH,
    why="Who can push over a name runs their program in every hospital that pulls it.",
    fix="Set image_tag_mutability to IMMUTABLE, and scan on push.",
    good='aws.ecr.Repository("viewer", image_tag_mutability="IMMUTABLE", ...)',
    bad='aws.ecr.Repository("viewer", ...)  # MUTABLE',
)
def image_cannot_change(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `imageTagMutability`: IMMUTABLE, or IMMUTABLE_WITH_EXCLUSION; left out it is MUTABLE. A repository must scan on
    push, unless the program configures scanning for the whole registry. Trials are not asked."""
    if facts.context.lifecycle == "trial":
        yield not_applicable(resource, "a trial")
        return
    kinds = ("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION")
    yield from expect(resource, "imageTagMutability", lambda value: one_of(value, *kinds), kinds[0])
    if resource.type == _TEMPLATE:
        return
    value = resource.get("imageScanningConfiguration.scanOnPush")
    whole = [s for s in facts.graph.of_type(_SCAN) if (s.region, s.account) == (resource.region, resource.account)]
    if whole:
        yield passed(resource, "imageScanningConfiguration", f"scanned by {whole[0].name}")
    else:
        yield decided(resource, "imageScanningConfiguration.scanOnPush", value, lambda v: one_of(v, True), "true")

from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule
from policies.results import Outcome, Severity
from policies.rules.deployment._default_provider import NAMES_NO_PROVIDER, is_left_to_default

_WANTED = "an explicit provider: opts=pulumi.ResourceOptions(provider=...)"


@rule(
    title="Every resource names its provider",
    title_zh="每个资源都显式指定提供者",
    severity=Severity.MEDIUM,
    types=("aws:*", "kubernetes:*"),
    why="The default provider takes account, region and cluster from whoever's machine it runs on: the same program "
    "then writes patients' data somewhere else.",
    fix="Make one provider for each account and pass it in the options of the outermost components.",
    good='aws.s3.Bucket("records", opts=pulumi.ResourceOptions(provider=workload))',
    bad='aws.s3.Bucket("records")',
)
def explicit_provider(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Every resource of a cloud must have a provider that the program makes, given or inherited from its parent. The
    engine's default provider counts as none. In AWS it is enough where its region is stated (`aws:region` in the stack's
    configuration, or on the resource), unless the program prepares its accounts as wholes; what is left to the machine
    then is the account, and account-not-left-to-machine advises on that. Components have no provider of their own. A
    state of Terraform does not say by which provider a resource was made: not applicable."""
    if not resource.custom:
        yield not_applicable(resource, "a component")
        return
    if facts.graph.door == NAMES_NO_PROVIDER:
        yield not_applicable(resource, "a state of Terraform does not say by which provider it was made")
        return
    if not is_left_to_default(resource):
        yield passed(resource, "provider", (resource.provider or "").rpartition("::")[2])
    elif resource.type.startswith("aws:") and resource.region is not None and not _prepares_accounts(facts):
        yield not_applicable(resource, f"the default provider's region is stated: {resource.region}")
    else:
        yield failed(resource, "provider", "the default provider", _WANTED)


def _prepares_accounts(facts: Facts) -> bool:
    return facts.context.whole_accounts or bool(facts.context.prepared_accounts)

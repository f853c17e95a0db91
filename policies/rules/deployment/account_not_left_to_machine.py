from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, rule
from policies.results import Outcome, Severity
from policies.rules.deployment._default_provider import NAMES_NO_PROVIDER, is_left_to_default


@rule(
    title="The account is not left to the machine that deploys",
    title_zh="部署到哪个账号不由运行的机器决定",
    severity=Severity.LOW,
    types=("aws:*",),
    scope=Scope.GRAPH,
    why="The default provider takes the account of whatever credentials are around.",
    fix="Make one provider for each account, with allowed_account_ids, and pass it in the options of the resources.",
    good='aws.s3.Bucket("records", opts=pulumi.ResourceOptions(provider=workload))',
    bad='aws.s3.Bucket("records")  # with aws:region in Pulumi.prod.yaml',
)
def account_not_left_to_machine(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Advice. Said once a program, of the first of the resources that the engine's default provider makes."""
    if facts.graph.door == NAMES_NO_PROVIDER:
        return
    first, number = facts.derived(_left)
    if resource.urn == first:
        wanted = "a provider of the program with allowed_account_ids"
        yield failed(resource, "provider", f"the default provider, of {number} resources", wanted)


def _left(facts: Facts) -> tuple[str, int]:
    left = sorted(
        r.urn for r in facts.graph.resources if r.custom and r.type.startswith("aws:") and is_left_to_default(r)
    )
    return (left[0] if left else "", len(left))

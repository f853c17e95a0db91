from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import decided, not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import one_of

_PATH = "enableDeletionProtection"


@rule(
    title="A live load balancer cannot be deleted by mistake",
    title_zh="运行期间负载均衡器启用删除保护",
    severity=Severity.LOW,
    types=("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"),
    why="With the load balancer the entry's name and addresses are gone; nobody comes in until all who call it know the "
    "new ones.",
    fix="Set enable_deletion_protection=True; lift it in a change of its own before the entry is taken down.",
    good='aws.lb.LoadBalancer("entry", enable_deletion_protection=True, ...)',
    bad='aws.lb.LoadBalancer("entry", ...)',
)
def balancer_deletion_protected(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `enableDeletionProtection` of load balancers of every kind, false where nothing is stated. Not applicable: a stack
    that is not live, on trial or being retired.

    Source: Security Hub control ELB.6 (K)."""
    value = resource.get(_PATH)
    if not facts.context.is_live:
        yield not_applicable(resource, f"the stack is {facts.context.lifecycle}")
    else:
        yield decided(resource, _PATH, value, lambda v: one_of(v, True), "true while live")

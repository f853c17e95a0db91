from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import decided, not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import one_of

_CLUSTER: Final = "aws:eks/cluster:Cluster"
_WANTED: Final = "true while live"


@rule(
    title="A live cluster or zone cannot be deleted by mistake",
    title_zh="运行期间的集群和域名区域不会被误删",
    severity=Severity.LOW,
    types=(_CLUSTER, "aws:route53/zone:Zone"),
    data_classes="3-5",
    why="With the cluster goes what runs in it, with the zone every name that leads to it: a changed property that forces a "
    "new one is enough.",
    fix="Set protect=True in the resource's options, and deletion_protection=True of a cluster.",
    good='aws.eks.Cluster("c", deletion_protection=True, opts=ResourceOptions(protect=True))',
    bad='aws.eks.Cluster("c")',
)
def service_deletion_protected(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the engine's `protect`, which also refuses replacement, of Kubernetes clusters and of zones of Route 53,
    and of clusters the service's own deletion protection, which holds against other tools too. A Terraform plan does
    not tell `prevent_destroy`, and is not asked for it; nor for the cluster's lock where it does not state one, which
    Terraform's AWS provider knows from version 6 only. Not applicable: a stack that is not live, on trial or being
    retired, and synthetic data."""
    if not facts.context.is_live or not facts.context.holds_patient_data:
        yield not_applicable(resource, f"the stack is {facts.context.lifecycle}, or holds synthetic data")
        return
    if resource.protect is not None:
        yield decided(resource, "protect", resource.protect, lambda v: v is True, _WANTED)
    if resource.type == _CLUSTER:
        value = resource.get("deletionProtection")
        if value is None and facts.graph.door.startswith("terraform"):
            return
        yield decided(resource, "deletionProtection", value, lambda v: one_of(v, True), _WANTED)

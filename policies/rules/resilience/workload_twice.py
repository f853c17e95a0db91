from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, whole_number
from policies.rules.resilience._zones import exempt

_SCALER: Final = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
_SCALED: Final = ("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet")
_WANTED = "2 or more"


@rule(
    title="Workloads of the cluster run twice at least",
    title_zh="集群工作负载至少两个副本",
    severity=Severity.MEDIUM,
    types=(*_SCALED, _SCALER),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="One pod is gone for as long as its machine takes to be missed, and at every update.",
    fix="Set replicas to 2 or more, and spread them over zones.",
    good='spec={"replicas": 2, "topology_spread_constraints": [...], ...}',
    bad='spec={"replicas": 1, ...}',
)
def workload_twice(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the number of replicas, 1 where none is stated; where a scaler of the program aims at the workload, the scaler's
    minimum, and 1 where it states none. Pods alone and ReplicaSets are not asked: jobs for a moment, parts of a
    Deployment. Not applicable: trials; what states class 1 or 2 (label hospital-cloud/data-class); what is switched off."""
    stated = facts.data_class(resource)
    if why := exempt(facts, stated):
        yield not_applicable(resource, why)
        return
    if resource.type == _SCALER:
        yield _number(resource, "spec.minReplicas")
        return
    name = resource.get("metadata.name")
    scalers = [s for s in facts.derived(_aims) if name is not None and s.get("spec.scaleTargetRef.name") == name]
    scalers += facts.graph.referring(resource, _SCALER, path="spec.scaleTargetRef")
    if scalers:
        yield passed(resource, "", f"scaled by {scalers[0].name}, which is judged itself")
    else:
        yield _number(resource, "spec.replicas")


def _number(resource: Resource, path: str) -> Outcome:
    value = resource.get(path)
    if is_hidden(value):
        return undecided(resource, path, value, _WANTED)
    number = whole_number(value)
    if number == 0 and resource.type != _SCALER:
        return not_applicable(resource, "switched off")
    return (
        passed(resource, path, value) if number is not None and number > 1 else failed(resource, path, value, _WANTED)
    )


def _aims(facts: Facts) -> list[Resource]:
    return [r for r in facts.graph.of_type(_SCALER) if isinstance(r.get("spec.scaleTargetRef"), Mapping)]

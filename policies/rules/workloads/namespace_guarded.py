from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value, as_list, references_in
from policies.registry import Scope, decided, failed, not_applicable, passed, rule
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden
from policies.rules.workloads._pods import SYSTEM

NAMESPACE: Final = "kubernetes:core/v1:Namespace"
_POLICY: Final = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
_LABEL: Final = "pod-security.kubernetes.io/enforce"
_WANTED_LEVEL = "restricted, or baseline where restricted cannot be"
_WANTED_POLICY = "a NetworkPolicy of all its pods (pod_selector empty) for ingress and egress"


@rule(
    title="Namespaces refuse dangerous pods and close their network by default",
    title_zh="命名空间强制 Pod 安全标准并默认拒绝网络访问",
    severity=Severity.HIGH,
    types=(NAMESPACE,),
    scope=Scope.GRAPH,
    why="What the next person deploys there is bounded by the namespace, or by nothing.",
    fix="Label the namespace pod-security.kubernetes.io/enforce: restricted, and give it a policy that denies by default.",
    good='k8s.networking.v1.NetworkPolicy("deny", spec={"pod_selector": {}, "policy_types": ["Ingress", "Egress"]})',
    bad='k8s.core.v1.Namespace("viewers")  # alone',
)
def namespace_guarded(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the label that has the cluster refuse pods below a level, and looks for network policies that choose every pod
    of the namespace, for ingress and for egress: what any policy chooses is closed but for what policies allow. Not
    applicable: the cluster's own namespaces."""
    name = resource.get("metadata.name")
    if isinstance(name, str) and name in SYSTEM:
        yield not_applicable(resource, "of the cluster itself")
        return
    labels = resource.get("metadata.labels")
    level = labels.get(_LABEL) if isinstance(labels, Mapping) else labels
    path = f"metadata.labels[{_LABEL}]"
    yield decided(
        resource, path, level, lambda v: isinstance(v, str) and v in ("restricted", "baseline"), _WANTED_LEVEL
    )
    closed: set[Value] = set()
    for policy in facts.graph.of_type(_POLICY):
        if _is_of(policy, resource, facts) and policy.get("spec.podSelector") in ({}, {"matchLabels": {}}):
            types = [t for t in as_list(policy.get("spec.policyTypes")) if isinstance(t, str)]
            closed.update(types or (["Ingress", "Egress"] if policy.get("spec.egress") else ["Ingress"]))
    missing = [kind for kind in ("Ingress", "Egress") if kind not in closed]
    if missing:
        yield failed(resource, "", f"no policy that closes {' and '.join(missing).lower()}", _WANTED_POLICY)
    else:
        yield passed(resource, "", "closed by default")


def _is_of(policy: Resource, space: Resource, facts: Facts) -> bool:
    value = policy.get("metadata.namespace")
    if is_hidden(value) or (isinstance(value, str) and references_in(value)):
        found = facts.target(policy, "metadata.namespace", NAMESPACE)
        return found is not None and found.urn == space.urn
    return value is not None and value in (
        space.get("metadata.name"),
        space.name if not space.get("metadata.name") else None,
    )

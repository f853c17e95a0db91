"""Pods as Kubernetes workloads carry them: one shape for every kind that has one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import SECRET, Resource, Unknown, Value
from policies.registry import failed, passed, undecided
from policies.results import Outcome
from policies.rules._paths import each, is_hidden

_TEMPLATE = "spec.template.spec"
PODS: Final[Mapping[str, str]] = {
    "kubernetes:apps/v1:DaemonSet": _TEMPLATE,
    "kubernetes:apps/v1:Deployment": _TEMPLATE,
    "kubernetes:apps/v1:ReplicaSet": _TEMPLATE,
    "kubernetes:apps/v1:StatefulSet": _TEMPLATE,
    "kubernetes:batch/v1:CronJob": "spec.jobTemplate.spec.template.spec",
    "kubernetes:batch/v1:Job": _TEMPLATE,
    "kubernetes:core/v1:Pod": "spec",
    "kubernetes:core/v1:PodTemplate": "template.spec",
    "kubernetes:core/v1:ReplicationController": _TEMPLATE,
}
"""Type -> where its pod's specification stands."""

_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
SYSTEM: Final = frozenset(("kube-system", "kube-public", "kube-node-lease"))
"""Namespaces of the cluster itself: what runs there (network, storage, logs of the machines) works on the machine."""


def pod(resource: Resource) -> tuple[str, Value]:
    """(path, specification) of the pod; the specification is None where there is none."""
    path = PODS[resource.type]
    return path, resource.get(path)


def containers(resource: Resource) -> Iterator[tuple[str, Value]]:
    """(path, container) for each container, first ones included. A list that cannot be seen gives itself."""
    for name in _CONTAINERS:
        yield from each(resource.inputs, f"{PODS[resource.type]}.{name}[*]")


def namespace(resource: Resource) -> Value:
    """The namespace it states; `default` where it states none."""
    value = resource.get("metadata.namespace")
    return "default" if value in (None, "") else value


def in_system_namespace(resource: Resource, facts: Facts) -> bool:
    """Whether it belongs to the cluster's own namespaces."""
    value = namespace(resource)
    return isinstance(value, str) and value in SYSTEM


def of_containers(
    resource: Resource, judge: Callable[[str, Mapping[str, Value]], Iterator[Outcome]], wanted: str
) -> Iterator[Outcome]:
    """What `judge` says of each container; a workload without any, or with one that is not a block, fails."""
    found = False
    for path, container in containers(resource):
        found = True
        if isinstance(container, Mapping):
            yield from judge(path, container)
        elif is_hidden(container):
            yield undecided(resource, path, container, wanted)
        else:
            yield failed(resource, path, container, "a container")
    if not found:
        path, value = pod(resource)
        yield (undecided if is_hidden(value) else failed)(resource, path, value, "a pod with containers")


def one(resource: Resource, path: str, value: Value, good: bool, wanted: str) -> Outcome:
    """The one outcome for a value."""
    if isinstance(value, Unknown) or value is SECRET:
        return undecided(resource, path, value, wanted)
    return (
        passed(resource, path, "not set" if value is None else value) if good else failed(resource, path, value, wanted)
    )


def effective(container: Mapping[str, Value], specification: Value, name: str) -> tuple[str, Value]:
    """(where, value) of a setting of the security context: the container's own, else the pod's."""
    own = container.get("securityContext")
    if is_hidden(own):
        return "securityContext", own
    if isinstance(own, Mapping) and own.get(name) is not None:
        return f"securityContext.{name}", own[name]
    whole = specification.get("securityContext") if isinstance(specification, Mapping) else None
    if is_hidden(whole):
        return "securityContext", whole
    value = whole.get(name) if isinstance(whole, Mapping) else None
    return f"securityContext.{name}", value

from collections.abc import Iterator, Mapping

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of
from policies.rules.workloads._pods import PODS, in_system_namespace, one, pod

_SHARED = ("hostNetwork", "hostPID", "hostIPC")


@rule(
    title="Pods share neither network, processes nor files with their machine",
    title_zh="Pod 不共享主机的网络、进程与文件",
    severity=Severity.HIGH,
    types=tuple(PODS),
    why="Through the machine's files or network a pod reaches the disks, keys and traffic of all others.",
    fix="Leave host_network, host_pid, host_ipc, host ports and hostPath volumes out; use volumes and services.",
    good='volumes=[{"name": "cache", "empty_dir": {}}]',
    bad='volumes=[{"name": "root", "host_path": {"path": "/"}}]',
)
def pod_apart_from_its_machine(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the pod's hostNetwork, hostPID and hostIPC, its hostPath volumes and its containers' host ports. Not set is the
    closed state of all of them. Not applicable: what runs in the cluster's own namespaces (kube-system and its like),
    where the network, the storage driver and the collectors of logs work on the machine."""
    if in_system_namespace(resource, facts):
        yield not_applicable(resource, "of the cluster itself")
        return
    path, specification = pod(resource)
    if not isinstance(specification, Mapping):
        yield (undecided if is_hidden(specification) else failed)(resource, path, specification, "a pod")
        return
    for name in _SHARED:
        value = specification.get(name)
        yield one(resource, f"{path}.{name}", value, one_of(value, None, False), "false")
    for where, value in each(specification, "volumes[*].hostPath", path):
        if value is not None:
            yield one(resource, where, value, False, "a volume that is not the machine's: emptyDir, a claim, a secret")
    for kind in ("containers", "initContainers"):
        for where, value in each(specification, f"{kind}[*].ports[*].hostPort", path):
            if not one_of(value, None, 0):
                yield one(resource, where, value, False, "no port of the machine: a service in front of it")

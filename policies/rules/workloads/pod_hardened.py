from collections.abc import Iterator, Mapping

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of
from policies.rules.workloads._pods import PODS, effective, in_system_namespace, of_containers, one, pod

_PROFILES = ("RuntimeDefault", "Localhost")


@rule(
    title="Containers cannot change their own files and have a filter for system calls",
    title_zh="容器根文件系统只读并启用系统调用过滤",
    severity=Severity.MEDIUM,
    types=tuple(PODS),
    why="An intruder who can write no file and make few calls has little to stay with.",
    fix="Set read_only_root_filesystem True with volumes for what must be written, and seccomp_profile RuntimeDefault.",
    good='security_context={"read_only_root_filesystem": True, "seccomp_profile": {"type": "RuntimeDefault"}}',
    bad='containers=[{"name": "viewer", "image": image}]',
)
def pod_hardened(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads readOnlyRootFilesystem of each container, and the seccomp profile of the container or the pod (RuntimeDefault
    or Localhost; what is left out is Unconfined on most clusters). Absent fails. Not applicable: the cluster's own
    namespaces."""
    if in_system_namespace(resource, facts):
        yield not_applicable(resource, "of the cluster itself")
        return
    _, specification = pod(resource)

    def judged(path: str, container: Mapping[str, Value]) -> Iterator[Outcome]:
        own = container.get("securityContext")
        value = own.get("readOnlyRootFilesystem") if isinstance(own, Mapping) else own if is_hidden(own) else None
        yield one(resource, f"{path}.securityContext.readOnlyRootFilesystem", value, one_of(value, True), "true")
        where, profile = effective(container, specification, "seccompProfile")
        kind = profile.get("type") if isinstance(profile, Mapping) else profile
        good = isinstance(kind, str) and kind in _PROFILES
        yield one(resource, f"{path}.{where}", kind, good, " or ".join(_PROFILES))

    yield from of_containers(resource, judged, "a container with a read-only root")

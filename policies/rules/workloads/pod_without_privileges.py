from collections.abc import Iterator, Mapping

from policies.facts import Facts
from policies.graph import Resource, Value, as_list
from policies.registry import not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of
from policies.rules.workloads._pods import PODS, effective, in_system_namespace, of_containers, one, pod

_HARMLESS = ("NET_BIND_SERVICE",)
_WANTED = "a container that may not become more than it is"


@rule(
    title="Containers have no privileges and cannot get any",
    title_zh="容器无特权且不能提升权限",
    severity=Severity.HIGH,
    types=tuple(PODS),
    why="A privileged container is the machine, with the memory of everything else that runs on it.",
    fix="Set security_context: allow_privilege_escalation False, capabilities drop ['ALL'], run_as_non_root True.",
    good='security_context={"run_as_non_root": True, "allow_privilege_escalation": False, "capabilities": {"drop": ["ALL"]}}',
    bad='security_context={"privileged": True}',
)
def pod_without_privileges(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads each container's security context, and the pod's where the container says nothing, as the level `restricted` of
    Kubernetes' pod security standards asks: not privileged; allowPrivilegeEscalation false, which is not the default; all
    capabilities dropped and none added but NET_BIND_SERVICE; not as root (runAsNonRoot true, or a user other than 0).
    Absent fails. Not applicable: what runs in the cluster's own namespaces (kube-system and its like); containers of
    Windows."""
    if in_system_namespace(resource, facts):
        yield not_applicable(resource, "of the cluster itself")
        return
    _, specification = pod(resource)
    if isinstance(specification, Mapping) and one_of(_get(specification, "os", "name"), "windows"):
        yield not_applicable(resource, "a Windows container has no such settings")
        return

    def judged(path: str, container: Mapping[str, Value]) -> Iterator[Outcome]:
        own = container.get("securityContext")
        if is_hidden(own):
            yield one(resource, f"{path}.securityContext", own, False, _WANTED)
            return
        context = own if isinstance(own, Mapping) else {}
        value = context.get("privileged")
        yield one(resource, f"{path}.securityContext.privileged", value, one_of(value, None, False), "false")
        value = context.get("allowPrivilegeEscalation")
        yield one(resource, f"{path}.securityContext.allowPrivilegeEscalation", value, one_of(value, False), "false")
        yield from _capabilities(resource, f"{path}.securityContext.capabilities", context.get("capabilities"))
        yield _root(resource, path, container, specification)

    yield from of_containers(resource, judged, _WANTED)


def _get(value: Value, *names: str) -> Value:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _capabilities(resource: Resource, path: str, value: Value) -> Iterator[Outcome]:
    if is_hidden(value):
        yield one(resource, path, value, False, "drop: [ALL]")
        return
    dropped, added = _get(value, "drop"), _get(value, "add")
    yield one(resource, f"{path}.drop", dropped, isinstance(dropped, list) and "ALL" in dropped, "[ALL]")
    more = [a for a in as_list(added) if a not in _HARMLESS] if not is_hidden(added) else added
    if more:
        yield one(resource, f"{path}.add", more, False, f"nothing, or {_HARMLESS[0]}")


def _root(resource: Resource, path: str, container: Mapping[str, Value], specification: Value) -> Outcome:
    _, user = effective(container, specification, "runAsUser")
    where, non_root = effective(container, specification, "runAsNonRoot")
    is_user = isinstance(user, (int, float)) and not isinstance(user, bool) and user > 0
    if is_user or (one_of(non_root, True) and user is None):
        return one(resource, f"{path}.{where}", True, True, "true")
    root = user if user is not None and not is_hidden(non_root) else non_root
    return one(resource, f"{path}.{where}", root, False, "true, or runAsUser above 0")

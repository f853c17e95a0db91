from collections.abc import Iterator, Mapping

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden
from policies.rules.workloads._pods import PODS, in_system_namespace, of_containers, one


@rule(
    title="Containers state how much memory they take at most",
    title_zh="容器声明内存上限",
    severity=Severity.LOW,
    types=tuple(PODS),
    why="One container without a limit takes the memory of all others on its machine, and they stop.",
    fix="Set resources with a request and a limit of memory.",
    good='resources={"requests": {"memory": "256Mi", "cpu": "100m"}, "limits": {"memory": "512Mi"}}',
    bad='containers=[{"name": "viewer", "image": image}]',
)
def pod_resources_bounded(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the memory limit of each container. A limit of processor time only slows, so none is asked. Not applicable: the
    cluster's own namespaces."""
    if in_system_namespace(resource, facts):
        yield not_applicable(resource, "of the cluster itself")
        return

    def judged(path: str, container: Mapping[str, Value]) -> Iterator[Outcome]:
        value: Value = container
        for name in ("resources", "limits", "memory"):
            value = value.get(name) if isinstance(value, Mapping) else value if is_hidden(value) else None
        stated = isinstance(value, (str, int, float)) and not isinstance(value, bool) and value not in ("", 0)
        yield one(resource, f"{path}.resources.limits.memory", value, stated, "a limit, such as 512Mi")

    yield from of_containers(resource, judged, "a container with a limit of memory")

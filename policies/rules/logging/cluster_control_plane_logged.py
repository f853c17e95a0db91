from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, as_list
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


@rule(
    title="Kubernetes control planes write all five logs",
    title_zh="Kubernetes 控制平面启用全部五类日志",
    severity=Severity.MEDIUM,
    types=("aws:eks/cluster:Cluster",),
    why="Who did what in the cluster is in these logs only; the cloud's trail does not see inside.",
    fix="Set enabled_cluster_log_types to api, audit, authenticator, controllerManager and scheduler.",
    good='aws.eks.Cluster("c", enabled_cluster_log_types=["api", "audit", "authenticator", ...])',
    bad='aws.eks.Cluster("c", enabled_cluster_log_types=["api"])',
)
def cluster_control_plane_logged(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `enabledClusterLogTypes`, in any order. Undecided where a part of the list is not known and one of the five is
    not among the rest."""
    value = resource.get("enabledClusterLogTypes")
    stated = as_list(value)
    missing = [log for log in _LOGS if log not in stated]
    wanted = f"all of {', '.join(_LOGS)}"
    if not missing:
        yield passed(resource, "enabledClusterLogTypes", ", ".join(_LOGS))
    elif hidden := [item for item in stated if is_hidden(item)]:
        yield undecided(resource, "enabledClusterLogTypes", hidden[0], wanted)
    else:
        yield failed(resource, "enabledClusterLogTypes", value, f"{wanted}; missing: {', '.join(missing)}")

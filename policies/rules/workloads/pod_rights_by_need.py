from collections.abc import Iterator, Mapping

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of
from policies.rules.workloads._pods import PODS, in_system_namespace, pod

_WANTED = "automountServiceAccountToken: false, or a service account of its own"


@rule(
    title="Pods hold no token for the cluster that they do not need",
    title_zh="Pod 不挂载不需要的集群访问令牌",
    severity=Severity.MEDIUM,
    types=tuple(PODS),
    why="Every pod gets a token for the cluster's own interface unless told not to, and so does whoever breaks in.",
    fix="Set automount_service_account_token False, or name a service account with the rights it needs.",
    good='spec={"automount_service_account_token": False, ...}',
    bad='spec={"containers": [...]}  # with the token of the namespace\'s default account',
)
def pod_rights_by_need(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads automountServiceAccountToken and the service account. A pod that names an account other than `default` passes:
    what that may do, cluster-rights-limited judges. Not applicable: the cluster's own namespaces."""
    path, specification = pod(resource)
    if in_system_namespace(resource, facts):
        yield not_applicable(resource, "of the cluster itself")
        return
    if not isinstance(specification, Mapping):
        yield (undecided if is_hidden(specification) else failed)(resource, path, specification, _WANTED)
        return
    value = specification.get("automountServiceAccountToken")
    account = specification.get("serviceAccountName") or specification.get("serviceAccount")
    if one_of(value, False):
        yield passed(resource, f"{path}.automountServiceAccountToken", value)
    elif is_hidden(account) or (isinstance(account, str) and account not in ("", "default")):
        yield passed(resource, f"{path}.serviceAccountName", account)
    elif is_hidden(value):
        yield undecided(resource, f"{path}.automountServiceAccountToken", value, _WANTED)
    else:
        yield failed(resource, f"{path}.automountServiceAccountToken", value, _WANTED)

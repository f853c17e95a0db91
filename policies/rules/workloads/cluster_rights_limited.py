from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value, as_list
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_GROUP = "kubernetes:rbac.authorization.k8s.io/v1"
_ROLES = (f"{_GROUP}:Role", f"{_GROUP}:ClusterRole")
_BINDINGS = (f"{_GROUP}:RoleBinding", f"{_GROUP}:ClusterRoleBinding")
_EVERYONE: Final = frozenset(
    ["system:anonymous", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"]
)
_POWERS: Final = frozenset(["escalate", "bind", "impersonate"])
_WANTED_RULE = "verbs, resources and groups by name"


@rule(
    title="Rights inside the cluster are named, and nobody has all of them",
    title_zh="集群内权限逐项授予，无人拥有全部权限",
    severity=Severity.HIGH,
    types=(*_ROLES, *_BINDINGS),
    why="Whoever may do everything in a cluster may read every secret in it, and with those every store.",
    fix="Name verbs and resources; bind roles to named accounts or groups of people.",
    good='rules=[{"api_groups": [""], "resources": ["configmaps"], "verbs": ["get", "watch"]}]',
    bad='rules=[{"api_groups": ["*"], "resources": ["*"], "verbs": ["*"]}]',
)
def cluster_rights_limited(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the rules of roles: no star among verbs or resources, none of the verbs escalate, bind, impersonate, no right to
    write or to list secrets of the whole cluster. Reads bindings: not to cluster-admin, and not to everyone (anonymous,
    all authenticated, all service accounts). Not applicable: the roles a cluster brings itself (system:...), and roles that
    only gather others (aggregationRule)."""
    name = resource.get("metadata.name")
    if isinstance(name, str) and name.startswith("system:"):
        yield not_applicable(resource, "the cluster's own")
    elif resource.type in _BINDINGS:
        yield from _binding(resource)
    elif resource.get("aggregationRule") is not None and not resource.get("rules"):
        yield not_applicable(resource, "gathers other roles, which are judged themselves")
    else:
        yield from _role(resource)


def _role(resource: Resource) -> Iterator[Outcome]:
    rules = resource.get("rules")
    if is_hidden(rules):
        yield undecided(resource, "rules", rules, _WANTED_RULE)
        return
    bad = False
    for index, row in enumerate(as_list(rules)):
        path = f"rules[{index}]"
        for key, wrong in _wrong(resource, row):
            bad = True
            yield (undecided if is_hidden(wrong) else failed)(resource, f"{path}.{key}", wrong, _WANTED_RULE)
    if not bad:
        yield passed(resource, "rules", f"{len(as_list(rules))} rules, each by name")


def _wrong(resource: Resource, row: Value) -> Iterator[tuple[str, Value]]:
    if not isinstance(row, Mapping):
        yield "verbs", row
        return
    verbs, resources = as_list(row.get("verbs")), as_list(row.get("resources"))
    for key, values in (("verbs", verbs), ("resources", resources)):
        hidden = [v for v in values if is_hidden(v)]
        if hidden:
            yield key, hidden[0]
        if "*" in values:
            yield key, "*"
    powers = sorted(v for v in verbs if isinstance(v, str) and v in _POWERS)
    if powers:
        yield "verbs", ", ".join(powers)
    reads_all = {"list", "watch"} & {v for v in verbs if isinstance(v, str)}
    if "secrets" in resources and reads_all and resource.type.endswith(":ClusterRole") and not row.get("resourceNames"):
        yield "resources", f"secrets of every namespace ({', '.join(sorted(reads_all))})"


def _binding(resource: Resource) -> Iterator[Outcome]:
    role = resource.get("roleRef.name")
    if is_hidden(role):
        yield undecided(resource, "roleRef.name", role, "a role that is known")
    elif role == "cluster-admin":
        yield failed(resource, "roleRef.name", role, "a role with the rights that are needed")
    elif not isinstance(role, str) or not role:
        yield failed(resource, "roleRef.name", role, "a role")
    else:
        yield passed(resource, "roleRef.name", role)
    for index, subject in enumerate(as_list(resource.get("subjects"))):
        name = subject.get("name") if isinstance(subject, Mapping) else subject
        path = f"subjects[{index}].name"
        if is_hidden(name):
            yield undecided(resource, path, name, "an account or group that is known")
        elif isinstance(name, str) and (name in _EVERYONE or name.startswith("system:serviceaccounts")):
            yield failed(resource, path, name, "an account or group of the hospital")

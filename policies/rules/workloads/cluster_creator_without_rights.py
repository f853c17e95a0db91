from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, decided, not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import one_of

_CLUSTER = "aws:eks/cluster:Cluster"
_PATH = "accessConfig.bootstrapClusterCreatorAdminPermissions"
_WANTED = "false: the access entries say who administers it"


@rule(
    title="Who made the cluster is not its hidden administrator",
    title_zh="集群创建者不保留隐含的管理员权限",
    severity=Severity.MEDIUM,
    types=(_CLUSTER,),
    scope=Scope.GRAPH,
    why="EKS makes the identity that creates a cluster its administrator, which no list of rights in the program shows.",
    fix="Set access_config.bootstrap_cluster_creator_admin_permissions to False, and write an access entry for whoever "
    "administers it.",
    good='access_config={"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": False}',
    bad='aws.eks.Cluster("c", ...)  # beside aws.eks.AccessEntry',
)
def cluster_creator_without_rights(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of clusters for which the program writes access entries: there the entries are to be the whole list. Left out
    means true (EKS API reference, CreateAccessConfigRequest). A cluster without entries in the program has no other
    administrator than its creator, and is not asked."""
    if not facts.satellites(resource, "aws:eks/accessEntry:AccessEntry", path="clusterName"):
        yield not_applicable(resource, "no access entries in the program")
        return
    value = resource.get(_PATH)
    yield decided(resource, _PATH, value, lambda v: one_of(v, False), _WANTED)

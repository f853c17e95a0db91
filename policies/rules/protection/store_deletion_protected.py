from collections.abc import Iterator

from policies.facts import Facts, store_types
from policies.graph import Resource, Unknown, Value
from policies.registry import Scope, decided, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._audit_logs import keeps_audit_log
from policies.rules._paths import each
from policies.rules.protection._stores import RECORD_STORES, exempt

_TABLE, _REPLICA = "aws:dynamodb/table:Table", "aws:dynamodb/tableReplica:TableReplica"
_CLUSTER, _GLOBAL = "aws:rds/cluster:Cluster", "aws:rds/globalCluster:GlobalCluster"


@rule(
    title="Stores of records cannot be deleted or replaced while live",
    title_zh="运行期间病历存储不可删除或替换",
    severity=Severity.HIGH,
    types=RECORD_STORES,
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A renamed resource or a changed property that forces a new one deletes the old store, with the records in it.",
    fix="Set protect=True in the resource's options, and the service's own deletion protection where it has one.",
    good='aws.dynamodb.Table("t", deletion_protection_enabled=True, opts=ResourceOptions(protect=True))',
    bad='aws.dynamodb.Table("t")',
)
def store_deletion_protected(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Both locks are asked of a live store of class 3 and up: the engine's `protect`, which also refuses replacement,
    and the service's own deletion protection where the type has one, which holds against other tools too.
    `retain_on_delete` is no substitute: it leaves the old store orphaned when a new one takes its place. A bucket of audit
    logs (its record kind says so, or a trail delivers to it) is asked whatever its class. So is each replica of a DynamoDB
    table, and the global cluster that a cluster belongs to.

    A Terraform plan does not tell `prevent_destroy`. There the service's own refusal counts: deletion protection, or that
    a store which is not empty cannot be deleted. Where a type has neither, the .tf files beside the plan decide, and
    without them it cannot be decided. The lock of a replica is
    known to Terraform's AWS provider 6 only: a plan or state that does not state it is not asked for it."""
    row = store_types()[resource.type]
    if row.part_of:
        return
    reason = exempt(resource, facts, minimum_class=1 if keeps_audit_log(resource, facts) else 3)
    if reason:
        yield not_applicable(resource, reason)
        return
    terraform = facts.graph.door.startswith("terraform")
    if resource.protect:
        yield passed(resource, "protect", True)
    elif resource.protect is False and not terraform:
        yield failed(resource, "protect", False, "true while live")
    elif not row.protection:
        yield _by_the_service(resource)
    if row.protection:
        yield _locked(resource, row.protection, resource.get(row.protection))
    if resource.type == _TABLE:
        for path, value in each(resource.inputs, "replicas[*].deletionProtectionEnabled"):
            if value is not None or not terraform:
                yield _locked(resource, path, value)
        for replica in facts.satellites(resource, _REPLICA, path="globalTableArn"):
            yield _locked(replica, "deletionProtectionEnabled", replica.get("deletionProtectionEnabled"))
    together = facts.derived(_global_clusters).get(resource.urn)
    if together is not None:
        yield _locked(together, "deletionProtection", together.get("deletionProtection"))
        if together.protect or (together.protect is False and not terraform):
            yield _locked(together, "protect", together.protect)


def _locked(resource: Resource, path: str, value: Value) -> Outcome:
    return decided(resource, path, value, lambda v: v is True, "true while live")


def _global_clusters(facts: Facts) -> dict[str, Resource]:
    """A cluster -> the global cluster that is judged with it, each with its first member: it states no class itself."""
    first: dict[str, str] = {}
    for cluster in facts.graph.of_type(_CLUSTER):
        together = facts.target(cluster, "globalClusterIdentifier", _GLOBAL)
        if together is not None:
            first.setdefault(together.urn, cluster.urn)
    return {cluster: facts.graph.by_urn[together] for together, cluster in first.items()}


_REFUSED_WHILE_FULL = frozenset(
    {"aws:backup/vault:Vault", "aws:ecr/repository:Repository", "aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"}
)
"""Types that AWS does not delete while anything is in them, unless the provider is told to empty them first."""


def _by_the_service(resource: Resource) -> Outcome:
    """What can be said where the engine's protection is not in sight, or, in Terraform, is not there."""
    forced = resource.get("forceDestroy" if not resource.type.startswith("aws:ecr/") else "forceDelete")
    if resource.type not in _REFUSED_WHILE_FULL and resource.protect is False:
        return failed(resource, "protect", False, "true while live")
    if resource.type not in _REFUSED_WHILE_FULL or isinstance(forced, Unknown):
        return undecided(resource, "protect", "not told by this kind of document", "true while live")
    if forced:
        return failed(resource, "protect", "emptied and deleted when asked", "true while live")
    return passed(resource, "protect", "refused by the service while anything is in it")

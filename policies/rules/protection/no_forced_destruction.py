from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Unknown
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._audit_logs import keeps_audit_log
from policies.rules.protection._stores import exempt

_INPUTS = {
    "aws:s3/bucket:Bucket": ("forceDestroy", False),
    "aws:s3/bucketV2:BucketV2": ("forceDestroy", False),
    "aws:backup/vault:Vault": ("forceDestroy", False),
    "aws:ecr/repository:Repository": ("forceDelete", False),
    "aws:route53/zone:Zone": ("forceDestroy", False),
    "aws:rds/cluster:Cluster": ("skipFinalSnapshot", None),
    "aws:rds/instance:Instance": ("skipFinalSnapshot", None),
    "aws:docdb/cluster:Cluster": ("skipFinalSnapshot", None),
    "aws:neptune/cluster:Cluster": ("skipFinalSnapshot", None),
    "aws:redshift/cluster:Cluster": ("skipFinalSnapshot", None),
}
"""Type -> (the input that must not be true, what its absence means: False is safe; None, stated nowhere, is the
service's default, which is to keep a last snapshot)."""


@rule(
    title="Nothing empties a store on its way out while live",
    title_zh="运行期间不得强制清空存储",
    severity=Severity.HIGH,
    types=tuple(_INPUTS),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="force_destroy deletes the objects with the bucket, skip_final_snapshot the last copy with the database.",
    fix="Leave force_destroy and force_delete out, and skip_final_snapshot false with a final_snapshot_identifier.",
    good='aws.s3.Bucket("b")',
    bad='aws.s3.Bucket("b", force_destroy=True)',
)
def no_forced_destruction(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Trial stacks may: they hold synthetic data and are torn down. Retiring stacks may not: their stores go by the
    hospital's hand, after the records were handed over. A bucket of audit logs (its record kind says so, or a trail delivers
    to it) is asked whatever its class. Database replicas are exempt from the final snapshot: RDS takes none
    of a read replica. A zone's records are what an entry is found by; it holds no data and needs no class."""
    path, _default = _INPUTS[resource.type]
    reason = exempt(resource, facts) if facts.context.lifecycle == "trial" else ""
    classed = resource.type != "aws:route53/zone:Zone"
    if not reason and classed and facts.effective_class(resource) < 3 and not keeps_audit_log(resource, facts):
        reason = f"class {facts.effective_class(resource)}: below 3"
    if not reason and path == "skipFinalSnapshot" and resource.get("replicateSourceDb") is not None:
        reason = "a read replica has no final snapshot"
    value = resource.get(path)
    if reason:
        yield not_applicable(resource, reason)
    elif isinstance(value, Unknown):
        yield undecided(resource, path, value, "false")
    elif value is None or value is False:
        yield passed(resource, path, value if value is not None else "not set")
    else:
        yield failed(resource, path, value, "false while live")

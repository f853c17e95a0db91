from collections.abc import Iterator

from policies.facts import Facts, store_types
from policies.graph import Fate, Resource
from policies.registry import Scope, failed, not_applicable, passed, rule
from policies.results import Outcome, Severity
from policies.rules.protection._stores import RECORD_STORES, exempt

_KEYS = ("aws:kms/key:Key", "aws:kms/externalKey:ExternalKey")
_FOUND = {
    Fate.DELETED: "deleted by this change",
    Fate.REPLACED: "replaced by this change: the old one is deleted, and the new one is empty",
    Fate.FORGOTTEN: "dropped by this change: it stays in the cloud, and no program backs it up or judges it any more",
}


@rule(
    title="No change deletes or replaces a store of records while live",
    title_zh="运行期间任何变更不得删除或替换病历存储",
    severity=Severity.CRITICAL,
    scope=Scope.CHANGE,
    types=(*RECORD_STORES, *_KEYS),
    data_classes="3-5",
    why="What a change deletes or replaces is gone with the records in it; a backup is for accidents, not for deployments.",
    fix="Take the change back: keep the resource's name and the properties that force a new one, or give the new name an "
    "alias. Where the store must go, set lifecycle to retiring, or record a waiver once the records have been moved.",
    good='aws.s3.Bucket("images", opts=ResourceOptions(aliases=[Alias(name="old-images")], protect=True))',
    bad='aws.s3.Bucket("images")  # was "old-images": deleted, and a new, empty one made',
)
def store_kept_through_change(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Judges what a preview or a plan takes away, as it was before: stores of records of class 3 and up, and keys, without
    which nothing that they encrypted can be read. Deletion and replacement fail, and so does dropping a store while it
    stays in the cloud. A store that states no class counts as patients' data. A read replica is a copy: its source keeps
    the records. Only doors that show a change can tell: `pulumi preview --json` and a Terraform plan."""
    row = store_types().get(resource.type)
    if row is not None and row.part_of:
        return
    reason = exempt(resource, facts)
    if reason:
        yield not_applicable(resource, reason)
    elif resource.get("replicateSourceDb") or resource.get("replicationSourceIdentifier"):
        yield passed(resource, "", "a read replica: its source keeps the records")
    else:
        fate = facts.graph.fates.get(resource.urn, Fate.DELETED)
        yield failed(resource, "", _FOUND[fate], "kept while the stack is live")

from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, not_applicable, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each
from policies.rules.encryption_at_rest._keys import customer_key

REPLICA_KEYS: Final[Mapping[str, str]] = {
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": (
        "rules[*].destination.encryptionConfiguration.replicaKmsKeyId"
    ),
    "aws:dynamodb/table:Table": "replicas[*].kmsKeyArn",
    "aws:dynamodb/tableReplica:TableReplica": "kmsKeyArn",
    "aws:secretsmanager/secret:Secret": "replicas[*].kmsKeyId",
    "aws:efs/replicationConfiguration:ReplicationConfiguration": "destination.kmsKeyId",
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": "kmsKeyId",
    "aws:rds/snapshotCopy:SnapshotCopy": "kmsKeyId",
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": "kmsKeyId",
    "aws:rds/exportTask:ExportTask": "kmsKeyId",
    "aws:redshift/snapshotCopyGrant:SnapshotCopyGrant": "kmsKeyId",
    "aws:ec2/amiCopy:AmiCopy": "kmsKeyId",
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": "policyDetails.schedules[*].crossRegionCopyRules[*].cmkArn",
    "aws:s3/inventory:Inventory": "destination.bucket.encryption.sseKms.keyId",
    "aws:cloudwatch/eventArchive:EventArchive": "kmsKeyIdentifier",
}
"""Type -> the input that names the key of each copy."""

_S3 = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
_BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_INTO_ITS_OWN: Final[Mapping[str, tuple[str, str]]] = {
    "aws:efs/replicationConfiguration:ReplicationConfiguration": (
        "destination.fileSystemId",
        "aws:efs/fileSystem:FileSystem",
    ),
}
"""Type -> the input that names a store which is there already, and its type: the copy is under that store's key."""


@rule(
    title="Replicas and copies are encrypted with a customer key",
    title_zh="副本同样使用客户自管密钥加密",
    severity=Severity.HIGH,
    types=tuple(REPLICA_KEYS),
    scope=Scope.GRAPH,
    why="A copy under the provider's own key is the record without the hospital's lock on it.",
    fix="Name a key of the copy's region: a replica of the original's key (aws.kms.ReplicaKey) opens both.",
    good='replicas=[{"region_name": "cn-northwest-1", "kms_key_arn": replica_key.arn}]',
    bad='replicas=[{"region_name": "cn-northwest-1"}]',
)
def replica_customer_key(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the key of each replica, snapshot copy, export and inventory. Where a type has a list of them, each must
    name one. Exception: the replication of a bucket that only receives service logs (class 2 and below), which cannot
    have a customer key itself (see store-customer-key). A replication into a file system that is there already
    names no key, for that has its own: one of this program is judged itself, of another nobody sees the key."""
    if resource.type == _S3:
        source = facts.target(resource, "bucket", *_BUCKETS)
        if source and facts.effective_class(source) <= 2 and facts.record_kind(source) == "audit-log":
            yield not_applicable(resource, f"{source.name} only receives service logs")
            return
    if into := _INTO_ITS_OWN.get(resource.type):
        place, store = into
        if (value := resource.get(place)) is not None:
            target = facts.target(resource, place, store)
            if target is not None:
                yield not_applicable(resource, f"{target.name} has its own key")
            else:
                yield undecided(resource, place, value, "a file system of this program, whose key can be seen")
            return
    for path, _ in each(resource.inputs, REPLICA_KEYS[resource.type]):
        yield from customer_key(resource, resource, path, facts)

from collections.abc import Iterator, Mapping

from policies.facts import Facts
from policies.graph import Resource, Unknown, Value, as_list
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden

_REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
_BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_TABLE_REPLICA = "aws:dynamodb/tableReplica:TableReplica"
_CLUSTER = "aws:rds/cluster:Cluster"
_INSTANCE = "aws:rds/instance:Instance"
_GLOBAL_ONLY = ("aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster")
_MULTI_REGION = "aws:memorydb/cluster:Cluster"
_EFS_REPLICATION = "aws:efs/replicationConfiguration:ReplicationConfiguration"
_FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
_ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
_ALGORITHM = "rules[*].applyServerSideEncryptionByDefault.sseAlgorithm"
_SELECTED = "sourceSelectionCriteria.sseKmsEncryptedObjects.status"
_INLINE = "replicationConfiguration.rules"
_WANTED = "replication to another region of the jurisdiction, running without a schedule"


@rule(
    title="Every store of records is replicated off-site in real time",
    title_zh="病历存储实时异地复制",
    severity=Severity.HIGH,
    types=(
        *_BUCKETS,
        "aws:dynamodb/table:Table",
        _CLUSTER,
        _INSTANCE,
        *_GLOBAL_ONLY,
        _MULTI_REGION,
        _FILE_SYSTEM,
    ),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A daily copy loses up to a day of records. MLPS level 3 asks for off-site backup in real time (GB/T 22239-2019, "
    "8.1.4.9 b).",
    fix="S3: a replication configuration to a bucket in the partner region. DynamoDB: a replica. Aurora: a global cluster "
    "with a secondary cluster there; DocumentDB and Neptune alike. RDS: a cross-region read replica. EFS: a replication configuration.",
    good='aws.s3.BucketReplicationConfig("copy", rules=[{"status": "Enabled", "destination": {"bucket": partner.arn}}])',
    bad="a bucket with a daily backup copy only",
)
def real_time_off_site_copy(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of stores of class 3 and up where the stack's MLPS level is 3 or more, or where no level is stated. A store
    that is itself the target of a replication passes as such. Read: S3, DynamoDB, RDS, Aurora, DocumentDB, Neptune, MemoryDB,
    EFS; for what can be copied by backup only (FSx, EBS, search) backup-copied-off-site speaks. A bucket whose objects are
    under a KMS key by default needs a replication that selects such objects: S3 leaves them out where
    `sourceSelectionCriteria.sseKmsEncryptedObjects` is not Enabled (S3 user guide, "Replicating encrypted objects"); that is asked of every replication, whatever the level.
    Trial stacks and synthetic data are exempt."""
    data_class = facts.effective_class(resource)
    if data_class < 3:
        yield not_applicable(resource, f"class {data_class}: below 3")
    elif facts.context.is_dispensable:
        yield not_applicable(resource, "synthetic data")
    elif resource.type.startswith("aws:s3/") and (left := list(_left_out(resource, facts))):
        yield from left
    elif not facts.context.wants_real_time_copy:
        yield not_applicable(resource, f"MLPS level {facts.context.mlps_level} does not ask for copies in real time")
    elif resource.type.startswith("aws:s3/"):
        yield from _bucket(resource, facts)
    elif resource.type.startswith("aws:dynamodb/"):
        yield from _table(resource, facts)
    elif resource.type.startswith("aws:efs/"):
        yield _file_system(resource, facts)
    elif resource.type == _MULTI_REGION:
        value = resource.get("multiRegionClusterName")
        if isinstance(value, Unknown) or (isinstance(value, str) and value):
            yield passed(resource, "multiRegionClusterName", value)
        else:
            yield failed(
                resource, "multiRegionClusterName", value, "a multi-region cluster with a member in the partner region"
            )
    else:
        yield from _database(resource, facts)


def _verdict(resource: Resource, path: str, found: list[str]) -> Outcome:
    return passed(resource, path, ", ".join(found)) if found else failed(resource, path, "no replication", _WANTED)


def _bucket(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    names, unclear = [], False
    configs = [(config, "rules") for config in facts.satellites(resource, _REPLICATION)]
    for config, path in configs or [(resource, _INLINE)]:
        if isinstance(config.get(path), Unknown):
            unclear = True
        for replication in as_list(config.get(path)):
            if not isinstance(replication, Mapping) or replication.get("status") != "Enabled":
                continue
            destination = replication.get("destination")
            value = destination.get("bucket") if isinstance(destination, Mapping) else None
            target = facts.resolve(value) or facts.graph.target(config, path, *_BUCKETS)
            if target is None:
                unclear = True
            elif target.region != resource.region and target.urn != resource.urn:
                names.append(f"to {target.name} in {target.region}")
    for config in facts.graph.referring(resource, _REPLICATION):
        source = facts.target(config, "bucket", *_BUCKETS)
        if source is not None and source.urn != resource.urn:
            names.append(f"target of {config.name}")
    for source in facts.graph.referring(resource, *_BUCKETS, path=_INLINE):
        if source.urn != resource.urn and source.region != resource.region:
            names.append(f"target of {source.name}")
    if not names and unclear:
        yield undecided(resource, "", "a replication whose target cannot be told", _WANTED)
    else:
        yield _verdict(resource, "", names)


def _left_out(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """The replications of a bucket of encrypted objects that do not select such objects, and so copy none of them."""
    if not any(
        str(value).startswith("aws:kms")
        for config in facts.satellites(resource, _ENCRYPTION)
        for _, value in each(config.inputs, _ALGORITHM)
    ):
        return
    for config in facts.satellites(resource, _REPLICATION):
        for index, replication in enumerate(as_list(config.get("rules"))):
            if not isinstance(replication, Mapping) or replication.get("status") != "Enabled":
                continue
            for path, value in each(replication, _SELECTED, f"rules[{index}]"):
                if not is_hidden(value) and value != "Enabled":
                    wanted = "Enabled: else objects under a KMS key are not copied"
                    yield failed(resource, f"{config.name} {path}", value, wanted)


def _file_system(resource: Resource, facts: Facts) -> Outcome:
    """A replication names the other region, or a file system that is there; a zone alone is one of the same region."""
    names: list[str] = []
    unclear: Value = None
    for config in facts.satellites(resource, _EFS_REPLICATION, path="sourceFileSystemId"):
        there = facts.target(config, "destination.fileSystemId", _FILE_SYSTEM)
        region = there.region if there is not None else config.get("destination.region")
        if is_hidden(region) or is_hidden(config.get("destination")):
            unclear = config.get("destination")
        elif region is not None and region != resource.region:
            names.append(f"{config.name} to {region}")
    for config in facts.graph.referring(resource, _EFS_REPLICATION, path="destination"):
        source = facts.target(config, "sourceFileSystemId", _FILE_SYSTEM)
        if source is not None and source.urn != resource.urn and source.region != resource.region:
            names.append(f"target of {config.name}")
    if not names and unclear is not None:
        return undecided(resource, "", unclear, _WANTED)
    return _verdict(resource, "", names)


def _table(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    value = resource.get("replicas")
    if isinstance(value, Unknown):
        yield undecided(resource, "replicas", value, _WANTED)
        return
    stated = [r.get("regionName") for r in as_list(value) if isinstance(r, Mapping)]
    regions = [str(r) for r in stated if r and r != resource.region]
    regions += [f"{r.name} in {r.region}" for r in facts.graph.referring(resource, _TABLE_REPLICA)]
    yield _verdict(resource, "replicas", regions)


def _database(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Global clusters are shared by name or reference; a replica names its source."""
    shared = resource.get("globalClusterIdentifier")
    group = facts.target(resource, "globalClusterIdentifier")
    own = resource.type if resource.type in _GLOBAL_ONLY else _CLUSTER
    for other in facts.graph.of_type(own):
        if other.region == resource.region or shared is None:
            continue
        theirs = other.get("globalClusterIdentifier")
        if theirs == shared or (group is not None and facts.target(other, "globalClusterIdentifier") == group):
            yield passed(resource, "globalClusterIdentifier", f"global database with {other.name} in {other.region}")
            return
    for source_input in ("replicationSourceIdentifier", "replicateSourceDb"):
        if resource.get(source_input) is not None:
            yield passed(resource, source_input, "is itself a replica")
            return
        replicas = [
            r
            for r in facts.graph.referring(resource, _CLUSTER, _INSTANCE, path=source_input)
            if r.region != resource.region
        ]
        if replicas:
            yield passed(resource, "", f"replica {replicas[0].name} in {replicas[0].region}")
            return
    for cluster in facts.graph.of_type(own.replace("/cluster:Cluster", "/globalCluster:GlobalCluster")):
        source = facts.target(cluster, "sourceDbClusterIdentifier")
        if source is not None and source.urn == resource.urn:
            members = [c for c in facts.graph.referring(cluster, own) if c.region != resource.region]
            if members:
                yield passed(resource, "", f"global database with {members[0].name} in {members[0].region}")
                return
    yield _verdict(resource, "", [])

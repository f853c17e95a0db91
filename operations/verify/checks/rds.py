"""RDS and Aurora: encryption under the right key, backups, protection, spare zones, members of a global database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import as_stated, must, named, right_key, same
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.graph import Resource
from policies.registry import failed
from policies.results import Outcome

_CLUSTER: Final = "aws:rds/cluster:Cluster"
_INSTANCE: Final = "aws:rds/instance:Instance"
_MEMBER: Final = "aws:rds/clusterInstance:ClusterInstance"
_GLOBAL: Final = "aws:rds/globalCluster:GlobalCluster"

_ENCRYPTED_FIX: Final = "Encryption cannot be changed in place: restore a snapshot under the right key, then move over."


@check(_CLUSTER, title="The cluster is encrypted with the key that the state names", fix=_ENCRYPTED_FIX)
def database_cluster_encrypted(cluster: Subject) -> Iterator[Outcome]:
    """Compares encryption and keys: of the storage, and of the owner's secret where RDS keeps it."""
    yield from _encryption(cluster, "DescribeDBClusters", _cluster(cluster))


@check(_INSTANCE, title="The instance is encrypted with the key that the state names", fix=_ENCRYPTED_FIX)
def database_instance_encrypted(instance: Subject) -> Iterator[Outcome]:
    """Compares encryption and keys: of the storage, of the performance data, of the owner's secret."""
    yield from _encryption(instance, "DescribeDBInstances", _instance(instance))


@check(_MEMBER, title="The instance belongs to its cluster and is encrypted", fix=_ENCRYPTED_FIX)
def database_member_encrypted(instance: Subject) -> Iterator[Outcome]:
    """Compares the cluster that it belongs to, and the key of its performance data; storage is the cluster's."""
    found, asked = _instance(instance), "DescribeDBInstances"
    wanted = instance.wanted("clusterIdentifier")
    yield same(instance, f"{asked} DBClusterIdentifier", found.get("DBClusterIdentifier"), wanted)
    yield from as_stated(
        instance, f"{asked} StorageEncrypted", found.get("StorageEncrypted", False), "storageEncrypted"
    )
    yield from _performance_key(instance, asked, found)


@check(
    _CLUSTER,
    title="The cluster keeps backups and is protected as the state says",
    fix="Deploy again; a backup retention that was shortened has already deleted the older backups.",
)
def database_cluster_protected(cluster: Subject) -> Iterator[Outcome]:
    """Compares deletion protection, backup retention, sign-in by IAM, and that instances stand in several zones."""
    found, asked = _cluster(cluster), "DescribeDBClusters"
    yield from _protection(cluster, asked, found)
    zones = found.get("MultiAZ", False)
    if len(_members(cluster)) > 1:  # Aurora has no switch for it: its instances stand in several zones
        yield must(cluster, f"{asked} MultiAZ", zones is True, zones, "instances in more than one zone")
    elif cluster.wanted("engine") in ("mysql", "postgres"):
        yield from as_stated(cluster, f"{asked} MultiAZ", zones, "multiAz")


@check(
    _INSTANCE,
    title="The instance keeps backups, has a spare, and is protected as the state says",
    fix="Deploy again; a backup retention that was shortened has already deleted the older backups.",
)
def database_instance_protected(instance: Subject) -> Iterator[Outcome]:
    """Compares deletion protection, backup retention, the spare in another zone, and that it has no public address."""
    found, asked = _instance(instance), "DescribeDBInstances"
    yield from _protection(instance, asked, found)
    yield from as_stated(instance, f"{asked} MultiAZ", found.get("MultiAZ", False), "multiAz")
    yield from _not_public(instance, asked, found)


@check(_MEMBER, title="The instance has no public address unless the state says so", fix="Deploy again.")
def database_member_private(instance: Subject) -> Iterator[Outcome]:
    """Compares whether it is publicly accessible."""
    yield from _not_public(instance, "DescribeDBInstances", _instance(instance))


@check(
    _GLOBAL,
    title="The global database is encrypted, protected, and has its members in every region",
    fix="Join the missing cluster again; until then its region holds no copy.",
)
def global_database_whole(group: Subject) -> Iterator[Outcome]:
    """Compares encryption and protection, and looks for each cluster of the graph that names this global database."""
    identifier, asked = group.name("globalClusterIdentifier", "id"), "DescribeGlobalClusters"
    gone = ("GlobalClusterNotFoundFault",)
    rows = group.ask("rds", "describe_global_clusters", gone=gone, GlobalClusterIdentifier=identifier)
    found = named(rows.get("GlobalClusters"), "GlobalClusterIdentifier", identifier)
    yield from as_stated(group, f"{asked} StorageEncrypted", found.get("StorageEncrypted", False), "storageEncrypted")
    protected = found.get("DeletionProtection", False)
    yield from as_stated(group, f"{asked} DeletionProtection", protected, "deletionProtection")
    members = [m.get("DBClusterArn") for m in found.get("GlobalClusterMembers", []) if isinstance(m, Mapping)]
    for cluster in group.graph.of_type(_CLUSTER):
        if identifier in (cluster.get("globalClusterIdentifier"), cluster.output("globalClusterIdentifier")):
            arn = cluster.output("arn")
            listed = ", ".join(map(str, members)) or "no members"
            yield must(group, f"{asked} {cluster.name}", arn in members, listed, f"a member {arn}")


# --- what they have in common ----------------------------------------------------------------------------------------


def _cluster(cluster: Subject) -> Mapping[str, Any]:
    identifier = cluster.name("clusterIdentifier", "id")
    gone = ("DBClusterNotFoundFault",)
    answer = cluster.ask("rds", "describe_db_clusters", gone=gone, DBClusterIdentifier=identifier)
    return named(answer.get("DBClusters"), "DBClusterIdentifier", identifier)


def _members(cluster: Subject) -> list[Resource]:
    """The instances of the graph that name the cluster."""
    names = {value for value in (cluster.wanted("clusterIdentifier"), cluster.resource.output("id")) if value}
    return [
        member
        for member in cluster.graph.of_type(_MEMBER)
        if member.region == cluster.resource.region
        and {member.get("clusterIdentifier"), member.output("clusterIdentifier")} & names
    ]


def _instance(instance: Subject) -> Mapping[str, Any]:
    identifier = instance.name("identifier")
    gone = ("DBInstanceNotFound", "DBInstanceNotFoundFault")
    answer = instance.ask("rds", "describe_db_instances", gone=gone, DBInstanceIdentifier=identifier)
    return named(answer.get("DBInstances"), "DBInstanceIdentifier", identifier)


def _encryption(subject: Subject, asked: str, found: Mapping[str, Any]) -> Iterator[Outcome]:
    encrypted = found.get("StorageEncrypted", False)
    yield from as_stated(subject, f"{asked} StorageEncrypted", encrypted, "storageEncrypted")
    if encrypted or subject.wanted("kmsKeyId"):
        yield right_key(subject, f"{asked} KmsKeyId", found.get("KmsKeyId"), subject.wanted("kmsKeyId"))
    if subject.wanted("masterUserSecretKmsKeyId"):
        secret = found.get("MasterUserSecret") or {}
        wanted = subject.wanted("masterUserSecretKmsKeyId")
        yield right_key(subject, f"{asked} MasterUserSecret", secret.get("KmsKeyId"), wanted)
    yield from _performance_key(subject, asked, found)


def _performance_key(subject: Subject, asked: str, found: Mapping[str, Any]) -> Iterator[Outcome]:
    if subject.wanted("performanceInsightsEnabled") in (True, "true") and subject.wanted("performanceInsightsKmsKeyId"):
        actual, wanted = found.get("PerformanceInsightsKMSKeyId"), subject.wanted("performanceInsightsKmsKeyId")
        yield right_key(subject, f"{asked} PerformanceInsightsKMSKeyId", actual, wanted)


def _protection(subject: Subject, asked: str, found: Mapping[str, Any]) -> Iterator[Outcome]:
    yield from as_stated(
        subject, f"{asked} DeletionProtection", found.get("DeletionProtection", False), "deletionProtection"
    )
    yield from as_stated(
        subject, f"{asked} BackupRetentionPeriod", found.get("BackupRetentionPeriod", 0), "backupRetentionPeriod"
    )
    by_iam = found.get("IAMDatabaseAuthenticationEnabled", False)
    yield from as_stated(
        subject, f"{asked} IAMDatabaseAuthenticationEnabled", by_iam, "iamDatabaseAuthenticationEnabled"
    )


def _not_public(subject: Subject, asked: str, found: Mapping[str, Any]) -> Iterator[Outcome]:
    wanted = subject.wanted("publiclyAccessible") in (True, "true")
    if not wanted and found.get("PubliclyAccessible"):
        yield failed(subject.resource, f"{asked} PubliclyAccessible", True, "false")
    else:
        yield same(subject, f"{asked} PubliclyAccessible", found.get("PubliclyAccessible", False), wanted)

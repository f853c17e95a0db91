from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of, whole_number
from policies.rules.resilience._zones import exempt


@dataclass(frozen=True, slots=True)
class Zoned:
    """An input, the test its value must pass, and that in words."""

    path: str
    good: Callable[[Value], bool]
    wanted: str


def _is(*values: Value) -> Callable[[Value], bool]:
    return lambda value: one_of(value, *values)


def _least(number: int) -> Callable[[Value], bool]:
    return lambda value: (whole_number(value) or 0) >= number


def _several(value: Value) -> bool:
    return isinstance(value, list) and len(value) > 1


_FSX = Zoned("deploymentType", lambda v: isinstance(v, str) and v.startswith("MULTI_AZ"), "MULTI_AZ_1 or MULTI_AZ_2")
_SEARCH = (
    Zoned("clusterConfig.zoneAwarenessEnabled", _is(True), "true"),
    Zoned("clusterConfig.instanceCount", _least(2), "2 or more"),
)

ZONES: Final[Mapping[str, tuple[Zoned, ...]]] = {
    "aws:dax/cluster:Cluster": (Zoned("replicationFactor", _least(2), "2 or more, better 3"),),
    "aws:efs/fileSystem:FileSystem": (
        Zoned("availabilityZoneName", lambda v: v in (None, ""), "left out: then it stands in every zone"),
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        Zoned("automaticFailoverEnabled", _is(True), "true"),
        Zoned("multiAzEnabled", _is(True), "true"),
    ),
    "aws:elasticsearch/domain:Domain": _SEARCH,
    "aws:fsx/ontapFileSystem:OntapFileSystem": (_FSX,),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": (_FSX,),
    "aws:fsx/windowsFileSystem:WindowsFileSystem": (_FSX,),
    "aws:memorydb/cluster:Cluster": (Zoned("numReplicasPerShard", lambda v: v is None or _least(1)(v), "1 or more"),),
    "aws:mq/broker:Broker": (
        Zoned(
            "deploymentMode",
            _is("ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ"),
            "ACTIVE_STANDBY_MULTI_AZ or CLUSTER_MULTI_AZ",
        ),
    ),
    "aws:msk/cluster:Cluster": (
        Zoned("numberOfBrokerNodes", _least(2), "2 or more, better 3"),
        Zoned("brokerNodeGroupInfo.clientSubnets", _several, "subnets of two zones or more"),
    ),
    "aws:neptunegraph/graph:Graph": (Zoned("replicaCount", lambda v: v is None or _least(1)(v), "1 or more"),),
    "aws:opensearch/domain:Domain": _SEARCH,
    "aws:opensearch/serverlessCollection:ServerlessCollection": (
        Zoned("standbyReplicas", _is(None, "", "ENABLED"), "ENABLED, the default"),
    ),
    "aws:rds/instance:Instance": (Zoned("multiAz", _is(True), "true"),),
    "aws:redshift/cluster:Cluster": (Zoned("multiAz", _is(True), "true"),),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": (
        Zoned("deploymentType", _is("WITH_MULTIAZ_STANDBY"), "WITH_MULTIAZ_STANDBY"),
    ),
}
"""Type -> what its own settings must say."""

_CLUSTERS: Final[Mapping[str, str]] = {
    "aws:docdb/cluster:Cluster": "aws:docdb/clusterInstance:ClusterInstance",
    "aws:neptune/cluster:Cluster": "aws:neptune/clusterInstance:ClusterInstance",
    "aws:rds/cluster:Cluster": "aws:rds/clusterInstance:ClusterInstance",
}
"""Clusters whose instances are resources of their own."""

_LUSTRE: Final = "aws:fsx/lustreFileSystem:LustreFileSystem"
_ONE_ZONE: Final = ("aws:s3/directoryBucket:DirectoryBucket", _LUSTRE)


@rule(
    title="Stores of records stand in two zones at least",
    title_zh="病历存储至少部署在两个可用区",
    severity=Severity.MEDIUM,
    types=(*ZONES, *_CLUSTERS, *_ONE_ZONE),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A zone fails as a whole; a ward cannot wait until it is back.",
    fix="Turn on the service's own standby in another zone, or give a cluster a second instance.",
    good='aws.rds.Instance("records", multi_az=True, ...)',
    bad='aws.rds.Instance("records", ...)',
)
def store_in_two_zones(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the settings for a standby in another zone: RDS, Redshift, DMS, search domains, caches, brokers, file systems
    (EFS is in every zone unless told otherwise; a Redshift cluster may instead move by itself). Clusters of Aurora, DocumentDB and Neptune keep their data in three zones
    and need two instances to answer; a standby cluster of another region needs one. Buckets and file systems that AWS
    offers in one zone only fail for records. Asked of class 3 and up and of what states no class; a trial may be down; a
    read replica is itself the second one."""
    stated = facts.data_class(resource)
    if why := exempt(facts, stated):
        yield not_applicable(resource, why)
    elif resource.type in _CLUSTERS:
        yield from _cluster(resource, facts)
    elif resource.type == _LUSTRE and _mirrors_a_bucket(resource, facts):
        yield passed(resource, "", "works on a bucket's objects, which are in several zones")
    elif resource.type in _ONE_ZONE:
        yield failed(resource, "", "stands in one zone by its nature", "a bucket or file system of several zones")
    elif resource.get("replicateSourceDb") not in (None, ""):
        yield not_applicable(resource, "a replica of another database")
    elif one_of(resource.get("availabilityZoneRelocationEnabled"), True):
        yield passed(resource, "availabilityZoneRelocationEnabled", "moves to another zone by itself")
    else:
        for setting in ZONES[resource.type]:
            for path, value in each(resource.inputs, setting.path):
                if is_hidden(value):
                    yield undecided(resource, path, value, setting.wanted)
                elif setting.good(value):
                    yield passed(resource, path, "not set" if value is None else value)
                else:
                    yield failed(resource, path, value, setting.wanted)


def _cluster(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    instances = facts.satellites(resource, _CLUSTERS[resource.type], path="clusterIdentifier")
    second = any(resource.get(p) not in (None, "") for p in ("replicationSourceIdentifier", "sourceRegion"))
    if resource.get("dbClusterInstanceClass") not in (None, ""):
        yield passed(resource, "dbClusterInstanceClass", "one writer and two standbys in three zones")
    elif one_of(resource.get("engineMode"), "serverless"):
        yield passed(resource, "engineMode", "serverless: started again in another zone")
    elif len(instances) > 1 or (instances and (second or _is_secondary(resource))):
        yield passed(resource, "", f"{len(instances)} instance{'s' if len(instances) > 1 else ''}")
    else:
        found = f"{len(instances)} instance{'s' if len(instances) != 1 else ''}"
        yield failed(resource, "", found, "two instances or more, so that one of another zone takes over")


def _is_secondary(resource: Resource) -> bool:
    """Whether it is the other region's part of a global database: it names the group, and no credentials of its own."""
    group = resource.get("globalClusterIdentifier")
    own = ("masterUsername", "manageMasterUserPassword", "snapshotIdentifier")
    return group not in (None, "") and all(resource.get(p) in (None, "") for p in own)


def _mirrors_a_bucket(resource: Resource, facts: Facts) -> bool:
    link = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
    return resource.get("importPath") not in (None, "") or bool(facts.satellites(resource, link, path="fileSystemId"))

from typing import Any

import pytest

from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "store-in-two-zones"
CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"

GOOD: dict[str, dict[str, Any]] = {
    "aws:rds/instance:Instance": {"multiAz": True},
    "aws:redshift/cluster:Cluster": {"multiAz": True},
    "aws:opensearch/domain:Domain": {"clusterConfig": {"zoneAwarenessEnabled": True, "instanceCount": 3}},
    "aws:elasticache/replicationGroup:ReplicationGroup": {"automaticFailoverEnabled": True, "multiAzEnabled": True},
    "aws:mq/broker:Broker": {"deploymentMode": "ACTIVE_STANDBY_MULTI_AZ"},
    "aws:fsx/windowsFileSystem:WindowsFileSystem": {"deploymentType": "MULTI_AZ_1"},
    "aws:fsx/ontapFileSystem:OntapFileSystem": {"deploymentType": "MULTI_AZ_2"},
    "aws:msk/cluster:Cluster": {
        "numberOfBrokerNodes": 3,
        "brokerNodeGroupInfo": {"clientSubnets": ["subnet-1", "subnet-2"]},
    },
    "aws:dax/cluster:Cluster": {"replicationFactor": 3},
    "aws:timestreaminfluxdb/dbInstance:DbInstance": {"deploymentType": "WITH_MULTIAZ_STANDBY"},
}
BAD: list[tuple[str, str, Any]] = [
    ("aws:rds/instance:Instance", "multiAz", False),
    ("aws:redshift/cluster:Cluster", "multiAz", None),
    ("aws:opensearch/domain:Domain", "clusterConfig", {"zoneAwarenessEnabled": True, "instanceCount": 1}),
    ("aws:opensearch/domain:Domain", "clusterConfig", {"instanceCount": 3}),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "automaticFailoverEnabled", False),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "multiAzEnabled", None),
    ("aws:mq/broker:Broker", "deploymentMode", "SINGLE_INSTANCE"),
    ("aws:fsx/windowsFileSystem:WindowsFileSystem", "deploymentType", "SINGLE_AZ_2"),
    ("aws:msk/cluster:Cluster", "numberOfBrokerNodes", 1),
    ("aws:msk/cluster:Cluster", "brokerNodeGroupInfo", {"clientSubnets": ["subnet-1"]}),
    ("aws:dax/cluster:Cluster", "replicationFactor", 1),
    ("aws:timestreaminfluxdb/dbInstance:DbInstance", "deploymentType", "SINGLE_AZ"),
]


@pytest.mark.parametrize("token", GOOD)
def test_a_standby_in_another_zone_passes(token: str):
    assert_passes(RULE, resource(token, **GOOD[token]))


@pytest.mark.parametrize(("token", "name", "value"), BAD)
def test_without_one_it_fails(token: str, name: str, value: Any):
    assert_fails(RULE, resource(token, **{**GOOD[token], name: value}), found="")


def test_a_trial_and_a_low_class_are_not_asked():
    instance = "aws:rds/instance:Instance"
    assert_passes(RULE, resource(instance), lifecycle="trial")
    assert_passes(RULE, resource(instance, tags={**TAGS, "hospital-cloud:data-class": "2"}))


def test_efs_is_everywhere_unless_told_otherwise():
    assert_passes(RULE, resource("aws:efs/fileSystem:FileSystem"))
    assert_fails(
        RULE, resource("aws:efs/fileSystem:FileSystem", availabilityZoneName="cn-north-1a"), found="cn-north-1a"
    )


def _instances(count: int) -> list[Any]:
    return [resource(INSTANCE, f"instance-{n}") for n in range(count)]


def test_a_cluster_needs_two_instances():
    assert_passes(RULE, resource(CLUSTER), *_instances(2))
    assert_fails(RULE, resource(CLUSTER), *_instances(1), found="1 instance", wanted="two instances")
    assert_fails(RULE, resource(CLUSTER), found="0 instances")


def test_other_ways_to_a_second_zone():
    assert_passes(RULE, resource(CLUSTER, dbClusterInstanceClass="db.r6gd.large"))
    assert_passes(RULE, resource(CLUSTER, globalClusterIdentifier="records", sourceRegion="cn-north-1"), *_instances(1))
    assert_passes(RULE, resource("aws:redshift/cluster:Cluster", availabilityZoneRelocationEnabled=True))
    replica = resource("aws:rds/instance:Instance", replicateSourceDb="clinic")
    assert_passes(RULE, replica)


def test_what_stands_in_one_zone_by_its_nature_fails():
    assert_fails(RULE, resource(LUSTRE), found="one zone")
    assert_fails(RULE, resource("aws:s3/directoryBucket:DirectoryBucket"), found="one zone")
    link = resource(
        "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation",
        fileSystemId=ref(LUSTRE, "lustreFileSystem", "id"),
    )
    assert_passes(RULE, resource(LUSTRE), link)


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, resource("aws:rds/instance:Instance", multiAz=Unknown()))


def test_odd_shapes_fail():
    for odd in ("yes", 7, [], {"a": 1}):
        assert_fails(RULE, resource("aws:rds/instance:Instance", multiAz=odd), found="")
        assert_fails(RULE, resource("aws:opensearch/domain:Domain", clusterConfig=odd), found="")

import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, PARTNER, TAGS, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "copy-delay-told"
REPLICATION, BUCKET = "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws:s3/bucket:Bucket"
TABLE, GLOBAL = "aws:dynamodb/table:Table", "aws:rds/globalCluster:GlobalCluster"
CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
WHOLE = {"prepared_accounts": frozenset([ACCOUNT])}


def alarm(metric, dimensions):
    return resource("aws:cloudwatch/metricAlarm:MetricAlarm", metricName=metric, dimensions=dimensions)


def member(name, **changes):
    together = {"clusterIdentifier": name, "globalClusterIdentifier": ref(GLOBAL, "globalCluster", "id")}
    return resource(CLUSTER, name, **together, **changes)


MEMBERS = [member("first"), member("second", region_=PARTNER)]
CASES = [
    (resource(REPLICATION), [resource(BUCKET)], "ReplicationLatency", {"SourceBucket": "records"}),
    (resource(REPLICATION), [resource(BUCKET)], "OperationsPendingReplication", {"SourceBucket": "records"}),
    (resource(TABLE), [], "ReplicationLatency", {"TableName": "sessions", "ReceivingRegion": PARTNER}),
    (resource(GLOBAL), MEMBERS, "AuroraGlobalDBReplicationLag", {"DBClusterIdentifier": "second"}),
    (resource(GLOBAL), MEMBERS, "AuroraGlobalDBRPOLag", {"DBClusterIdentifier": ref(CLUSTER, "second", "id")}),
    (resource(INSTANCE, replicateSourceDb="first"), [], "ReplicaLag", {"DBInstanceIdentifier": "clinic"}),
]


@pytest.mark.parametrize(("copy", "others", "metric", "dimensions"), CASES)
def test_the_delay_of_a_copy_has_an_alarm(copy, others, metric, dimensions):
    assert_passes(RULE, copy, *others, alarm(metric, dimensions), **WHOLE)
    assert_passes(RULE, copy, *others)
    assert_fails(RULE, copy, *others, found="no alarm on its delay", wanted=metric, **WHOLE)
    assert_fails(RULE, copy, *others, alarm("CPUUtilization", dimensions), found="no alarm", **WHOLE)
    elsewhere = dict.fromkeys(dimensions, "another")
    assert_fails(RULE, copy, *others, alarm(metric, elsewhere), found="no alarm", **WHOLE)
    assert_unknown(RULE, copy, *others, alarm(metric, Unknown()), **WHOLE)


def test_copies_of_less_are_not_asked():
    low = resource(TABLE, tags={**TAGS, "hospital-cloud:data-class": "2"})
    assert_passes(RULE, low, **WHOLE)

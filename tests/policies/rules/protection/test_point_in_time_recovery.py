from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, resource

RULE = "point-in-time-recovery"
TABLE = "aws:dynamodb/table:Table"
CLUSTER = "aws:rds/cluster:Cluster"


def test_on_passes():
    assert_passes(RULE, resource(TABLE))
    assert_passes(RULE, resource(CLUSTER, backupRetentionPeriod=35, tags=TAGS))


def test_off_short_or_absent_fails():
    assert_fails(RULE, resource(TABLE, pointInTimeRecovery={"enabled": False}), found="false")
    assert_fails(RULE, resource(CLUSTER, backupRetentionPeriod=1, tags=TAGS), found="1", wanted="7 days")
    assert_fails(RULE, resource(CLUSTER, backupRetentionPeriod=None, tags=TAGS), found="nothing")


def test_a_replica_is_recovered_through_its_source():
    assert_passes(RULE, resource(CLUSTER, backupRetentionPeriod=None, replicationSourceIdentifier="x", tags=TAGS))


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(TABLE, pointInTimeRecovery=Unknown()))


def test_a_replica_of_a_table_is_asked_too():
    table = "aws:dynamodb/table:Table"
    assert_fails(
        "point-in-time-recovery", resource(table, replicas=[{"regionName": "cn-northwest-1"}]), found="", wanted="true"
    )
    beside = "aws:dynamodb/tableReplica:TableReplica"
    assert_passes(RULE, resource(beside, pointInTimeRecovery=True))
    assert_fails(RULE, resource(beside, pointInTimeRecovery=False), found="false", wanted="true")
    assert_fails(RULE, resource(beside), found="nothing", wanted="true")

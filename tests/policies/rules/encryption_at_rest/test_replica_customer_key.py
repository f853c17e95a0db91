from policies.graph import Unknown
from policies.results import Verdict
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, ref, resource

RULE = "replica-customer-key"
TABLE = "aws:dynamodb/table:Table"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
REPLICA_KEY = "aws:kms/replicaKey:ReplicaKey"


def test_replicas_with_a_customer_key_pass():
    assert_passes(RULE, resource(TABLE), resource(REPLICA_KEY))
    assert_passes(RULE, resource(REPLICATION), resource(REPLICA_KEY), resource("aws:s3/bucket:Bucket"))


def test_each_replica_needs_its_key():
    replicas = [
        {"regionName": "cn-northwest-1", "kmsKeyArn": ref(REPLICA_KEY, "replicaKey")},
        {"regionName": "cn-north-1"},
    ]
    assert_fails(
        RULE, resource(TABLE, replicas=replicas), resource(REPLICA_KEY), found="nothing", wanted="customer key"
    )


def test_a_replication_without_key_fails():
    rules = [{"destination": {"bucket": "arn:aws-cn:s3:::replica"}}]
    assert_fails(RULE, resource(REPLICATION, rules=rules), found="nothing")
    rules = [{"destination": {"encryptionConfiguration": {"replicaKmsKeyId": "alias/aws/s3"}}}]
    assert_fails(RULE, resource(REPLICATION, rules=rules), found="alias/aws/s3")


def test_a_bucket_of_service_logs_cannot_have_one():
    logs = {"hospital-cloud:data-class": "2", "hospital-cloud:record-kind": "audit-log"}
    bucket = resource("aws:s3/bucket:Bucket", tags=logs)
    assert_passes(RULE, resource(REPLICATION, rules=[{"destination": {}}]), bucket)


def test_a_table_without_replicas_is_not_judged():
    assert outcomes(RULE, resource(TABLE, replicas=None)) == []


def test_unknown_values_are_unknown():
    assert_unknown(RULE, resource(TABLE, replicas=[{"kmsKeyArn": Unknown()}]))
    assert_unknown(RULE, resource(TABLE, replicas=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(TABLE, replicas="yes"), found="yes")
    assert_fails(RULE, resource(TABLE, replicas=[{"kmsKeyArn": {"odd": 1}}]), found="odd")


FILES = "aws:efs/fileSystem:FileSystem"
FILES_REPLICATION = "aws:efs/replicationConfiguration:ReplicationConfiguration"


def test_a_copy_into_a_file_system_that_is_there_is_under_that_ones_key():
    into = resource(
        FILES_REPLICATION, destination={"region": "cn-northwest-1", "fileSystemId": ref(FILES, "there", "id")}
    )
    assert [o.verdict for o in outcomes(RULE, into, resource(FILES, "there"))] == [Verdict.NOT_APPLICABLE]
    foreign = resource(
        FILES_REPLICATION, destination={"region": "cn-northwest-1", "fileSystemId": "fs-0123456789abcdef0"}
    )
    assert_unknown(RULE, foreign)
    assert_fails(RULE, resource(FILES_REPLICATION, destination={"region": "cn-northwest-1"}), found="nothing")

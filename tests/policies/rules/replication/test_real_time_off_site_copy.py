import pytest

from policies.graph import Unknown
from tests.resources import PARTNER, REGION, TAGS, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "real-time-off-site-copy"
BUCKET = "aws:s3/bucket:Bucket"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
TABLE = "aws:dynamodb/table:Table"


def replica(region: str = PARTNER):
    return resource(BUCKET, "replica", bucket="records-replica", region_=region)


def replication(**changes):
    rule = {"status": "Enabled", "destination": {"bucket": ref(BUCKET, "replica")}, **changes}
    return resource(REPLICATION, bucket=ref(BUCKET, "bucket", "id"), rules=[rule])


def test_a_replicated_bucket_and_its_replica_pass():
    assert_passes(RULE, resource(BUCKET), replication(), replica())
    assert_passes(RULE, replica(), replication(), resource(BUCKET))


def test_a_bucket_named_by_arn_passes():
    assert_passes(
        RULE, resource(BUCKET), replication(destination={"bucket": "arn:aws-cn:s3:::records-replica"}), replica()
    )


def test_a_bucket_without_replication_fails():
    assert_fails(RULE, resource(BUCKET), replica(), found="no replication")


def test_replication_switched_off_or_within_the_region_fails():
    assert_fails(RULE, resource(BUCKET), replication(status="Disabled"), replica(), found="no replication")
    assert_fails(RULE, resource(BUCKET), replication(), replica(REGION), found="no replication")


def test_a_replication_written_inside_the_bucket_counts_for_both():
    inside = {"rules": [{"status": "Enabled", "destination": {"bucket": ref(BUCKET, "replica")}}]}
    source = resource(BUCKET, replicationConfiguration=inside)
    assert_passes(RULE, source, replica())
    assert_passes(RULE, replica(), source)
    assert_fails(RULE, replica(REGION), source, found="no replication")


def test_a_target_that_cannot_be_told_is_unknown():
    assert_unknown(RULE, resource(BUCKET), replication(destination={"bucket": Unknown()}))


def test_a_table_with_a_replica_passes_and_without_fails():
    assert_passes(RULE, resource(TABLE))
    assert_fails(RULE, resource(TABLE, replicas=None), found="no replication")
    assert_fails(RULE, resource(TABLE, replicas=[{"regionName": REGION}]), found="no replication")
    assert_unknown(RULE, resource(TABLE, replicas=Unknown()))


def test_two_clusters_of_one_global_database_pass():
    away = resource(CLUSTER, "away", region_=PARTNER, globalClusterIdentifier="g", tags=TAGS)
    assert_passes(RULE, resource(CLUSTER, globalClusterIdentifier="g", tags=TAGS), away)
    assert_fails(RULE, resource(CLUSTER, globalClusterIdentifier="g", tags=TAGS), found="no replication")


def test_a_read_replica_elsewhere_passes():
    copy = resource(INSTANCE, "copy", region_=PARTNER, replicateSourceDb=ref(INSTANCE, "instance"), tags=TAGS)
    assert_passes(RULE, resource(INSTANCE, tags=TAGS), copy)
    assert_fails(RULE, resource(INSTANCE, tags=TAGS), found="no replication")


@pytest.mark.parametrize("fields", [{"mlps_level": 2}, {"lifecycle": "trial"}, {"holds_patient_data": False}])
def test_where_it_is_not_asked_for_it_does_not_fail(fields):
    assert_passes(RULE, resource(BUCKET), **fields)


def test_a_replication_inside_the_bucket_counts():
    inside = {"rules": [{"status": "Enabled", "destination": {"bucket": ref(BUCKET, "replica")}}]}
    assert_passes(RULE, resource(BUCKET, replicationConfiguration=inside), replica())
    off = {"rules": [{"status": "Disabled", "destination": {"bucket": ref(BUCKET, "replica")}}]}
    assert_fails(RULE, resource(BUCKET, replicationConfiguration=off), replica(), found="no replication")


@pytest.mark.parametrize("service", ["docdb", "neptune"])
def test_global_clusters_of_other_engines_count(service: str):
    cluster = f"aws:{service}/cluster:Cluster"
    here = resource(cluster, globalClusterIdentifier="records")
    there = resource(cluster, "there", globalClusterIdentifier="records", region_=PARTNER)
    assert_passes(RULE, here, there)
    assert_fails(RULE, here, found="no replication")


def test_a_memory_database_has_a_member_elsewhere():
    memory = "aws:memorydb/cluster:Cluster"
    assert_passes(RULE, resource(memory, multiRegionClusterName="virxk-records"))
    assert_fails(RULE, resource(memory), found="nothing", wanted="multi-region")


def test_objects_under_a_key_are_copied_where_the_replication_selects_them():
    encrypted = resource("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
    selected = {"sseKmsEncryptedObjects": {"status": "Enabled"}}
    assert_passes(RULE, resource(BUCKET), replication(sourceSelectionCriteria=selected), replica(), encrypted)
    assert_fails(
        RULE,
        resource(BUCKET),
        replication(),
        replica(),
        encrypted,
        found="",
        wanted="Enabled: else objects under a KMS key",
    )
    off = {"sseKmsEncryptedObjects": {"status": "Disabled"}}
    assert_fails(
        RULE,
        resource(BUCKET),
        replication(sourceSelectionCriteria=off),
        replica(),
        encrypted,
        found="",
        wanted="Enabled",
    )


FILES = "aws:efs/fileSystem:FileSystem"
FILES_REPLICATION = "aws:efs/replicationConfiguration:ReplicationConfiguration"


def files_replication(**destination):
    source = ref(FILES, "fileSystem", "id")
    return resource(FILES_REPLICATION, sourceFileSystemId=source, destination=destination)


def test_a_file_system_that_is_replicated_to_another_region_passes():
    assert_passes(RULE, resource(FILES), files_replication(region=PARTNER))
    assert_fails(RULE, resource(FILES), found="no replication")
    assert_fails(RULE, resource(FILES), files_replication(region=REGION), found="no replication")
    assert_fails(RULE, resource(FILES), files_replication(availabilityZoneName=f"{REGION}a"), found="no replication")
    assert_unknown(RULE, resource(FILES), files_replication(region=Unknown()))


def test_a_replication_into_a_file_system_that_is_there_counts_for_both():
    there = resource(FILES, "there", region_=PARTNER)
    into = files_replication(fileSystemId=ref(FILES, "there", "id"))
    assert_passes(RULE, resource(FILES), into, there)
    assert_passes(RULE, there, into, resource(FILES))
    beside = resource(FILES, "there", region_=REGION)
    assert_fails(RULE, resource(FILES), into, beside, found="no replication")
    assert_fails(RULE, beside, into, resource(FILES), found="no replication")

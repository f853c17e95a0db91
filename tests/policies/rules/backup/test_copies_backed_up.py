from policies.results import Verdict
from tests.resources import PARTNER, REGION, TAGS, assert_fails, assert_passes, outcomes, ref, resource

RULE, COVERAGE = "copies-backed-up", "backup-coverage"
PLAN, SELECTION = "aws:backup/plan:Plan", "aws:backup/selection:Selection"
BUCKET, REPLICATION = "aws:s3/bucket:Bucket", "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
FILES = "aws:efs/fileSystem:FileSystem"


def plan(region: str):
    rules = [{"ruleName": "daily", "schedule": "cron(0 18 * * ? *)", "targetVaultName": "v"}]
    tag = {"type": "STRINGEQUALS", "key": "hospital-cloud:backup", "value": "daily"}
    return (
        resource(PLAN, f"plan-{region}", region_=region, rules=rules),
        resource(
            SELECTION, f"take-{region}", region_=region, planId=ref(PLAN, f"plan-{region}", "id"), selectionTags=[tag]
        ),
    )


def replication(status: str = "Enabled"):
    rules = [{"status": status, "destination": {"bucket": ref(BUCKET, "copy")}}]
    return resource(REPLICATION, bucket=ref(BUCKET, "bucket", "id"), rules=rules)


COPY = resource(BUCKET, "copy", region_=PARTNER, bucket="records-copy")


def test_a_copy_of_a_store_that_is_backed_up_is_covered_and_a_backup_of_its_own_is_advised():
    others = (replication(), resource(BUCKET), *plan(REGION))
    assert_passes(COVERAGE, COPY, *others)
    assert_fails(RULE, COPY, *others, found="a copy of bucket")
    assert_passes(RULE, COPY, *others, *plan(PARTNER))


def test_a_replication_written_inside_the_bucket_makes_a_copy_too():
    inside = {"rules": [{"status": "Enabled", "destination": {"bucket": ref(BUCKET, "copy")}}]}
    source = resource(BUCKET, replicationConfiguration=inside)
    assert_passes(COVERAGE, COPY, source, *plan(REGION))
    assert_fails(RULE, COPY, source, *plan(REGION), found="a copy of bucket")


def test_a_file_system_that_is_written_to_is_a_copy_too():
    there = resource(FILES, "there", region_=PARTNER, tags=TAGS)
    into = resource(
        "aws:efs/replicationConfiguration:ReplicationConfiguration",
        sourceFileSystemId=ref(FILES, "fileSystem", "id"),
        destination={"region": PARTNER, "fileSystemId": ref(FILES, "there", "id")},
    )
    assert_passes(COVERAGE, there, into, resource(FILES), *plan(REGION))
    assert_fails(RULE, there, into, resource(FILES), *plan(REGION), found="a copy of fileSystem")


def test_a_copy_of_what_is_not_backed_up_or_no_longer_copied_is_not_covered():
    assert_fails(COVERAGE, COPY, replication(), resource(BUCKET), found="no backup selection")
    assert_fails(COVERAGE, COPY, replication("Disabled"), resource(BUCKET), *plan(REGION), found="no backup selection")
    assert_fails(COVERAGE, resource(BUCKET), replication(), COPY, *plan(PARTNER), found="no backup selection")


def test_a_store_that_is_no_copy_or_below_class_3_is_not_asked():
    assert outcomes(RULE, resource(BUCKET), *plan(REGION)) == []
    low = resource(BUCKET, "copy", region_=PARTNER, tags={**TAGS, "hospital-cloud:data-class": "2"})
    assert {o.verdict for o in outcomes(RULE, low, replication(), resource(BUCKET))} == {Verdict.NOT_APPLICABLE}

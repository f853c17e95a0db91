from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "bucket-access-logged"
BUCKET = "aws:s3/bucket:Bucket"
LOGGING = "aws:s3/bucketLogging:BucketLogging"


def test_a_logged_bucket_passes():
    assert_passes(RULE, resource(BUCKET), resource(LOGGING))
    assert_passes(RULE, resource(BUCKET), resource(LOGGING, bucket="records"))


def test_the_block_inside_counts():
    assert_passes(RULE, resource(BUCKET, loggings=[{"targetBucket": "access-logs"}]))
    assert_passes(RULE, resource(BUCKET, logging={"targetBucket": "access-logs"}))


def test_a_bucket_without_a_log_fails():
    assert_fails(RULE, resource(BUCKET), found="no access log", wanted="aws.s3.BucketLogging")


def test_a_log_without_a_target_fails():
    assert_fails(RULE, resource(BUCKET), resource(LOGGING, targetBucket=None), found="nothing")


def test_a_bucket_that_logs_into_itself_fails():
    itself = ref(BUCKET, "bucket", "id")
    assert_fails(RULE, resource(BUCKET), resource(LOGGING, targetBucket=itself), found="the bucket itself")
    assert_fails(RULE, resource(BUCKET), resource(LOGGING, targetBucket="records"), found="the bucket itself")


def test_low_classes_are_not_judged():
    assert_passes(RULE, resource(BUCKET, tags={**TAGS, "hospital-cloud:data-class": "2"}))


def test_an_unknown_target_is_unknown():
    assert_unknown(RULE, resource(BUCKET), resource(LOGGING, targetBucket=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(BUCKET), resource(LOGGING, targetBucket=["logs"]), found="logs")
    assert_fails(RULE, resource(BUCKET, loggings="yes"), found="yes")

from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, resource

RULE = "no-forced-destruction"
BUCKET = "aws:s3/bucket:Bucket"
INSTANCE = "aws:rds/instance:Instance"


def test_a_bucket_that_refuses_to_go_with_its_objects_passes():
    assert_passes(RULE, resource(BUCKET))
    assert_passes(RULE, resource(BUCKET, forceDestroy=False))


def test_a_forced_bucket_fails_also_while_retiring():
    assert_fails(RULE, resource(BUCKET, forceDestroy=True), found="true")
    assert_fails(RULE, resource(BUCKET, forceDestroy=True), lifecycle="retiring", found="true")
    assert_passes(RULE, resource(BUCKET, forceDestroy=True), lifecycle="trial")


def test_a_database_without_last_snapshot_fails_but_not_a_replica():
    assert_fails(RULE, resource(INSTANCE, skipFinalSnapshot=True, tags=TAGS), found="true")
    assert_passes(RULE, resource(INSTANCE, skipFinalSnapshot=True, replicateSourceDb="other", tags=TAGS))


def test_text_instead_of_a_truth_value_fails():
    assert_fails(RULE, resource(BUCKET, forceDestroy="yes"), found="yes")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(BUCKET, forceDestroy=Unknown()))


LOGS = {**TAGS, "hospital-cloud:data-class": "2", "hospital-cloud:record-kind": "audit-log"}


def test_a_bucket_of_logs_is_asked_whatever_its_class():
    bucket = "aws:s3/bucket:Bucket"
    assert_fails(RULE, resource(bucket, tags=LOGS, forceDestroy=True), found="true")
    plain = {**LOGS, "hospital-cloud:record-kind": "none"}
    assert_passes(RULE, resource(bucket, tags=plain, forceDestroy=True))
    trail = resource("aws:cloudtrail/trail:Trail")
    assert_fails(RULE, resource(bucket, tags=plain, forceDestroy=True), trail, found="true")


def test_a_zone_is_asked_without_a_class():
    zone = "aws:route53/zone:Zone"
    assert_passes("no-forced-destruction", resource(zone))
    assert_fails("no-forced-destruction", resource(zone, forceDestroy=True), found="true")

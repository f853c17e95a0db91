from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "bucket-locked"
BUCKET = "aws:s3/bucket:Bucket"


def lock(**retention):
    given = {"mode": "COMPLIANCE", "days": 10958, **retention}
    return resource(
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        bucket=ref(BUCKET, "bucket", "id"),
        rule={"defaultRetention": {k: v for k, v in given.items() if v is not None}},
    )


def test_a_record_locked_for_as_long_as_the_law_asks_passes():
    assert_passes(RULE, resource(BUCKET), lock())
    assert_passes(RULE, resource(BUCKET), lock(days=None, years=31))


def test_years_are_the_years_of_the_law():
    outpatient = {**TAGS, "hospital-cloud:record-kind": "outpatient"}
    assert_passes(RULE, resource(BUCKET), lock(days=None, years=30))
    assert_fails(RULE, resource(BUCKET), lock(days=None, years=29), found="10593 days", wanted="10958 days")
    assert_passes(RULE, resource(BUCKET, tags=outpatient), lock(days=None, years=15))


def test_a_day_short_fails_and_says_what_the_law_asks():
    assert_fails(RULE, resource(BUCKET), lock(days=10957), found="10957 days", wanted="10958 days")


def test_the_kind_of_record_decides():
    outpatient = {**TAGS, "hospital-cloud:record-kind": "outpatient"}
    assert_passes(RULE, resource(BUCKET, tags=outpatient), lock(days=5479))
    assert_fails(RULE, resource(BUCKET), lock(days=5479), found="5479")


def test_a_kind_that_nobody_stated_is_judged_by_the_longest():
    nothing = {"hospital-cloud:data-class": "4"}
    assert_fails(RULE, resource(BUCKET, tags=nothing), lock(days=5479), found="5479", wanted="10958")


def test_a_lock_that_administrators_can_lift_fails_while_live():
    assert_fails(RULE, resource(BUCKET), lock(mode="GOVERNANCE"), found="GOVERNANCE", wanted="COMPLIANCE")
    assert_passes(RULE, resource(BUCKET), lock(mode="GOVERNANCE"), lifecycle="retiring")


def test_no_lock_fails():
    assert_fails(RULE, resource(BUCKET), found="no BucketObjectLockConfiguration")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(BUCKET), lock(days=Unknown()))


def test_a_lock_inside_the_bucket_counts():
    def inside(days: int):
        retention = {"mode": "COMPLIANCE", "days": days}
        return resource("aws:s3/bucket:Bucket", objectLockConfiguration={"rule": {"defaultRetention": retention}})

    assert_passes(RULE, inside(20000))
    assert_fails(RULE, inside(30), found="COMPLIANCE for 30 days")


def test_the_bucket_of_a_trail_is_locked_as_long_as_audit_logs_are_kept():
    low = {**TAGS, "hospital-cloud:data-class": "2"}
    trail, bucket = resource("aws:cloudtrail/trail:Trail"), resource("aws:s3/bucket:Bucket", tags=low)
    lock = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"

    def kept(days, **more):
        retention = {"defaultRetention": {"mode": "COMPLIANCE", "days": days}}
        return resource(lock, bucket=ref("aws:s3/bucket:Bucket", "bucket", "id"), rule=retention, **more)

    assert_passes(RULE, bucket)
    assert_passes(RULE, bucket, trail, kept(180))
    assert_fails(RULE, bucket, trail, kept(90), found="90 days", wanted="180 days")
    assert_fails(RULE, bucket, trail, found="no BucketObjectLockConfiguration", wanted="180 days")
    assert_fails(RULE, bucket, trail, kept(180, objectLockEnabled="Disabled"), found="Disabled", wanted="Enabled")

import pytest

from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "log-bucket-kept"
LIFECYCLE, BUCKET = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "aws:s3/bucket:Bucket"
LOGS = {**TAGS, "hospital-cloud:data-class": "2", "hospital-cloud:record-kind": "audit-log"}


def lifecycle(days: object = 180, noncurrent: object = 180, status: str = "Enabled"):
    row = {"status": status, "expiration": {"days": days}}
    row["noncurrentVersionExpiration"] = {"noncurrentDays": noncurrent}
    return resource(LIFECYCLE, bucket=ref(BUCKET, "bucket", "id"), rules=[row])


def logs():
    return resource(BUCKET, tags=LOGS)


def test_six_months_pass():
    assert_passes(RULE, lifecycle(), logs())
    assert_passes(RULE, lifecycle("365", None), logs())


@pytest.mark.parametrize("days", [0, 90, 179, "soon", True])
def test_less_fails(days: object):
    assert_fails(RULE, lifecycle(days), logs(), found="", wanted="180 days or more")
    assert_fails(RULE, lifecycle(noncurrent=days), logs(), found="", wanted="180 days or more")


def test_the_bucket_of_a_trail_is_asked_whatever_it_states():
    trail = resource("aws:cloudtrail/trail:Trail")
    bucket = resource(BUCKET, tags={**TAGS, "hospital-cloud:record-kind": None})
    assert_fails(RULE, lifecycle(30), bucket, trail, found="30")
    assert_passes(RULE, lifecycle(180, 30), bucket, trail)


def test_other_buckets_other_stacks_and_rules_that_are_off_are_not_asked():
    assert_passes(RULE, lifecycle(30), resource(BUCKET))
    assert_passes(RULE, lifecycle(30), logs(), lifecycle="trial")
    from tests.resources import outcomes

    assert outcomes(RULE, lifecycle(30, 30, status="Disabled"), logs()) == []


def test_unknown_is_unknown():
    assert_unknown(RULE, lifecycle(Unknown()), logs())

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "bucket-versioned"
BUCKET = "aws:s3/bucket:Bucket"


def versioning(status):
    return resource(
        "aws:s3/bucketVersioning:BucketVersioning",
        bucket=ref(BUCKET, "bucket", "id"),
        versioningConfiguration={"status": status},
    )


def test_versions_pass():
    assert_passes(RULE, resource(BUCKET), versioning("Enabled"))


def test_none_or_suspended_fail():
    assert_fails(RULE, resource(BUCKET), found="no BucketVersioning")
    assert_fails(RULE, resource(BUCKET), versioning("Suspended"), found="Suspended", wanted="Enabled")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(BUCKET), versioning(Unknown()))


def test_versions_inside_the_bucket_count():
    bucket = "aws:s3/bucket:Bucket"
    assert_passes(RULE, resource(bucket, versioning={"enabled": True}))
    assert_fails(RULE, resource(bucket, versioning={"enabled": False}), found="false", wanted="true")

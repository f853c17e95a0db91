from tests.resources import assert_fails, assert_passes, resource

RULE = "store-not-orphaned"


def test_a_store_that_goes_when_it_is_deleted_passes():
    assert_passes(RULE, resource("aws:s3/bucket:Bucket"))
    assert_passes(RULE, resource("aws:kms/key:Key"))


def test_a_store_or_key_that_stays_behind_fails():
    for type_token in ("aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:rds/clusterInstance:ClusterInstance"):
        assert_fails(RULE, resource(type_token, retain_on_delete_=True), found="true", wanted="protect")

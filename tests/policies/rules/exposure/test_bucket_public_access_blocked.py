import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "bucket-public-access-blocked"
BUCKET = "aws:s3/bucket:Bucket"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def test_a_bucket_with_all_four_switches_passes():
    assert_passes(RULE, resource(BUCKET), resource(BLOCK))


def test_a_bucket_without_a_block_fails():
    assert_fails(RULE, resource(BUCKET), found="no BucketPublicAccessBlock", wanted="all four")
    assert_fails(RULE, resource(BUCKET), resource(BLOCK, bucket="another"), found="no BucketPublicAccessBlock")


@pytest.mark.parametrize("switch", SWITCHES)
def test_each_switch_counts(switch):
    assert_fails(RULE, resource(BUCKET), resource(BLOCK, **{switch: False}), found="false", wanted="true")
    assert_fails(RULE, resource(BUCKET), resource(BLOCK, **{switch: None}), found="nothing", wanted="true")


def test_the_accounts_block_and_access_points_are_read_too():
    account = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
    assert_passes(RULE, resource(account, **dict.fromkeys(SWITCHES, True)))
    assert_fails(RULE, resource(account, **dict.fromkeys(SWITCHES[:3], True)), found="nothing")
    point = "aws:s3/accessPoint:AccessPoint"
    assert outcomes(RULE, resource(point)) == []
    assert_fails(RULE, resource(point, publicAccessBlockConfiguration={"blockPublicAcls": False}), found="false")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(BUCKET), resource(BLOCK, blockPublicPolicy=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(BUCKET), resource(BLOCK, blockPublicAcls=[True]), found="true")

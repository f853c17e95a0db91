import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "no-public-acl"
BUCKET = "aws:s3/bucket:Bucket"
ACL = "aws:s3/bucketAcl:BucketAcl"


def test_no_list_and_private_lists_pass():
    assert_passes(RULE, resource(BUCKET))
    assert_passes(RULE, resource(ACL, acl="private"))


@pytest.mark.parametrize("acl", ["public-read", "public-read-write", "authenticated-read"])
def test_a_list_for_everyone_fails(acl):
    assert_fails(RULE, resource(ACL, acl=acl), found=acl, wanted="private")
    assert_fails(RULE, resource("aws:s3/bucketObjectv2:BucketObjectv2", acl=acl), found=acl)


def test_a_grant_to_everyone_fails():
    uri = "http://acs.amazonaws.com/groups/global/AllUsers"
    assert_fails(RULE, resource(BUCKET, grants=[{"uri": uri, "permissions": ["READ"]}]), found="AllUsers")
    policy = {"grants": [{"grantee": {"uri": uri.replace("AllUsers", "AuthenticatedUsers")}}]}
    assert_fails(RULE, resource(ACL, accessControlPolicy=policy), found="AuthenticatedUsers")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(ACL, acl=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(ACL, acl=["public-read"]), found="public-read")

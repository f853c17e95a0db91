import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "objects-owned-by-bucket"
CONTROLS = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"


def controls(value: object):
    return resource(CONTROLS, bucket="records", rule={"objectOwnership": value})


@pytest.mark.parametrize("value", ["BucketOwnerEnforced", "BucketOwnerPreferred"])
def test_what_is_in_it_is_the_owners(value: str):
    assert_passes(RULE, controls(value))


def test_what_is_the_writers_fails():
    assert_fails(RULE, controls("ObjectWriter"), found="ObjectWriter", wanted="BucketOwnerEnforced")
    assert_unknown(RULE, controls(Unknown()))

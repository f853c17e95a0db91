import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "data-class-tag-present"
BUCKET = "aws:s3/bucket:Bucket"
TAG = "hospital-cloud:data-class"


def test_a_store_with_its_class_passes():
    assert_passes(RULE, resource(BUCKET))
    assert_passes(RULE, resource(BUCKET, tags={TAG: 3}))


@pytest.mark.parametrize("value", ["0", "6", "high", "", True, ["4"], 4.5])
def test_a_class_that_is_none_fails(value):
    assert_fails(RULE, resource(BUCKET, tags={TAG: value}), found="", wanted="1, 2, 3, 4 or 5")


def test_a_store_without_tag_fails():
    assert_fails(RULE, resource(BUCKET, tags=None), found="nothing", wanted="1, 2, 3, 4 or 5")
    assert_fails(RULE, resource(BUCKET, tags={}), found="nothing")


def test_the_providers_default_tags_count():
    provider = resource("pulumi:providers:aws", "tagging", defaultTags=f'{{"tags": {{"{TAG}": "2"}}}}')
    assert_passes(RULE, resource(BUCKET, tags=None, provider_=provider.urn), provider)


def test_a_foreign_programs_own_tag_counts_where_it_is_mapped():
    bucket = resource(BUCKET, tags={"DataLevel": "4"})
    assert_fails(RULE, bucket, found="nothing")
    assert_passes(RULE, bucket, tag_names={TAG: "DataLevel"})


def test_a_plain_parameter_is_configuration():
    assert_passes(RULE, resource("aws:ssm/parameter:Parameter", type="String"))
    assert_fails(RULE, resource("aws:ssm/parameter:Parameter", type="SecureString"), found="nothing")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(BUCKET, tags=Unknown()))
    assert_unknown(RULE, resource(BUCKET, tags={TAG: Unknown()}))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(BUCKET, tags="class 4"), found="nothing")

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "resource-inside-jurisdiction"


def test_a_resource_in_the_jurisdiction_passes():
    assert_passes(RULE, resource("aws:s3/bucket:Bucket"))


def test_a_resource_in_another_region_fails():
    assert_fails(RULE, resource("aws:s3/bucket:Bucket", region_="eu-west-1"), found="eu-west-1", wanted="cn-north-1")


def test_a_region_known_only_after_deploy_is_unknown():
    assert_unknown(RULE, resource("aws:s3/bucket:Bucket", region_=None, region=Unknown()))


def test_a_global_service_counts_where_its_provider_stands():
    assert_passes(RULE, resource("aws:iam/role:Role"))
    assert_unknown(RULE, resource("aws:iam/role:Role", provider_=None))

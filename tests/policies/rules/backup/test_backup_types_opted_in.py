import pytest

from policies.graph import Unknown
from tests.resources import PARTNER, TAGS, assert_fails, assert_passes, assert_unknown, resource

RULE = "backup-types-opted-in"
SETTINGS = "aws:backup/regionSettings:RegionSettings"
SELECTION = resource(
    "aws:backup/selection:Selection", selectionTags=[{"key": "hospital-cloud:backup", "value": "daily"}]
)
TABLE = resource("aws:dynamodb/table:Table")
BUCKET = resource("aws:s3/bucket:Bucket")


def settings(managed: object = True, region_: str = "cn-north-1", **types: object):
    preferences = {"resourceTypeOptInPreference": types, "resourceTypeManagementPreference": {"DynamoDB": managed}}
    return resource(SETTINGS, region_=region_, **preferences)


def test_each_type_that_a_plan_takes_is_opted_in():
    assert_passes(RULE, settings(DynamoDB=True, S3=True), SELECTION, TABLE, BUCKET)
    assert_passes(RULE, settings(DynamoDB="true", S3=True, EFS=False), SELECTION, TABLE, BUCKET)


@pytest.mark.parametrize("odd", [False, None, "no", ["true"]])
def test_one_that_is_not_fails(odd: object):
    assert_fails(RULE, settings(DynamoDB=True, S3=odd), SELECTION, BUCKET, found="", wanted="a plan takes bucket")
    managed = settings(managed=odd, DynamoDB=True)
    assert_fails(RULE, managed, SELECTION, TABLE, found="", wanted="a plan takes table")
    assert_fails(RULE, resource(SETTINGS, resourceTypeOptInPreference=odd), SELECTION, BUCKET, found="")


def test_what_no_plan_takes_is_not_asked():
    assert_passes(RULE, settings(S3=False), BUCKET)
    left_out = resource(BUCKET.type, tags={**TAGS, "hospital-cloud:backup": "none"})
    assert_passes(RULE, settings(S3=False), SELECTION, left_out)


def test_a_replica_counts_in_its_region():
    there = resource(SELECTION.type, selectionTags=SELECTION.inputs["selectionTags"], region_=PARTNER)
    assert_passes(RULE, settings(DynamoDB=True, region_=PARTNER), there, TABLE)
    assert_fails(RULE, settings(DynamoDB=False, region_=PARTNER), there, TABLE, found="false", wanted="takes table")
    assert_passes(RULE, settings(S3=False, region_=PARTNER), there, BUCKET)


def test_unknown_is_unknown():
    assert_unknown(RULE, settings(S3=Unknown()), SELECTION, BUCKET)
    assert_unknown(RULE, resource(SETTINGS, resourceTypeOptInPreference=Unknown()), SELECTION, BUCKET)

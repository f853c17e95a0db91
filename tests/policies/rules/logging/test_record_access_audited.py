import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, REGION, TAGS, assert_fails, assert_passes, ref, resource

RULE = "record-access-audited"
TRAIL, BUCKET, TABLE = "aws:cloudtrail/trail:Trail", "aws:s3/bucket:Bucket", "aws:dynamodb/table:Table"
WHOLE = {"prepared_accounts": frozenset([ACCOUNT])}
LOG = ref(BUCKET, "log", "id")
CLASS_2 = {**TAGS, "hospital-cloud:data-class": "2"}


def field(name, *equals, **tests):
    return {"field": name, **({"equals": list(equals)} if equals else {}), **tests}


def data(*arns, kind="AWS::S3::Object", more=()):
    heads = [field("resources.ARN", startsWiths=list(arns))] if arns else []
    return {"fieldSelectors": [field("eventCategory", "Data"), field("resources.type", kind), *more, *heads]}


def trail(*selectors, **inputs):
    return resource(TRAIL, s3BucketName=LOG, **{"advancedEventSelectors": list(selectors), **inputs})


def bucket(**inputs):
    return resource(BUCKET, bucket="records", **inputs)


GOOD = [
    trail(data("arn:aws-cn:s3:::records/")),
    trail(data("arn:aws-cn:s3:::")),
    trail(data()),
    trail(data(f"{ref(BUCKET, 'bucket')}/")),
    trail(advancedEventSelectors=None, eventSelectors=[{"dataResources": [
        {"type": "AWS::S3::Object", "values": ["arn:aws-cn:s3:::records/"]}]}]),
]  # fmt: skip
BAD = [
    trail(advancedEventSelectors=None),
    trail(),
    trail(data("arn:aws-cn:s3:::others/")),
    trail(data("arn:aws-cn:s3:::records/", kind="AWS::DynamoDB::Table")),
    trail(data("arn:aws-cn:s3:::records/", more=[field("readOnly", "true")])),
    trail(data("arn:aws-cn:s3:::records/", more=[field("eventName", notEquals=["GetObject"])])),
    trail({"fieldSelectors": [field("eventCategory", "Data"), field("resources.type")]}),
    trail({"fieldSelectors": [field("resources.type", "AWS::S3::Object")]}),
    trail(data(more=[field("resources.ARN", notStartsWiths=["arn:aws-cn:s3:::records/"])])),
    trail(advancedEventSelectors=Unknown()),
    trail(advancedEventSelectors=["odd", {"fieldSelectors": "odd"}]),
    trail(advancedEventSelectors=None, eventSelectors=[{"readWriteType": "WriteOnly", "dataResources": [
        {"type": "AWS::S3::Object", "values": ["arn:aws-cn:s3:::records/"]}]}]),
]  # fmt: skip


@pytest.mark.parametrize("good", GOOD)
def test_a_bucket_whose_accesses_are_recorded_passes(good):
    assert_passes(RULE, bucket(), good, **WHOLE)


@pytest.mark.parametrize("bad", BAD)
def test_one_whose_accesses_are_not_fails(bad):
    assert_fails(RULE, bucket(), bad, found="no data events of bucket", wanted="reads and writes", **WHOLE)


def test_without_a_trail_it_fails():
    assert_fails(RULE, bucket(), found="no trail", **WHOLE)


def test_tables_are_asked_too():
    good = data(f"arn:aws-cn:dynamodb:{REGION}:{ACCOUNT}:table/sessions", kind="AWS::DynamoDB::Table")
    assert_passes(RULE, resource(TABLE), trail(good), **WHOLE)
    other = data(f"arn:aws-cn:dynamodb:{REGION}:999999999999:table/sessions", kind="AWS::DynamoDB::Table")
    assert_fails(RULE, resource(TABLE), trail(other), found="no data events", **WHOLE)


def test_lower_classes_and_parts_of_an_account_are_not_asked():
    assert_passes(RULE, bucket(tags=CLASS_2), trail(), **WHOLE)
    assert_passes(RULE, bucket(), trail())


def test_the_bucket_of_the_trail_is_asked_for_reads():
    log = resource(BUCKET, "log", bucket="log", tags=CLASS_2)
    reads = data("arn:aws-cn:s3:::log/", more=[field("readOnly", "true")])
    assert_passes(RULE, log, trail(reads), **WHOLE)
    writes = data("arn:aws-cn:s3:::log/", more=[field("readOnly", "false")])
    assert_fails(RULE, log, trail(writes), found="no data events of log", wanted="reads at least", **WHOLE)

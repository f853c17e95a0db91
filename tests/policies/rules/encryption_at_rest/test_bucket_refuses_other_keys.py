import pytest

from policies.graph import Unknown
from tests.resources import TAGS, arn, assert_fails, assert_passes, assert_unknown, document, ref, resource

RULE = "bucket-refuses-other-keys"
BUCKET = "aws:s3/bucket:Bucket"
ALGORITHM = "s3:x-amz-server-side-encryption"
KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id"
DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws-cn:s3:::records/*"}
NO_OTHER_ALGORITHM = {**DENY, "Condition": {"StringNotEquals": {ALGORITHM: "aws:kms"}}}
ONLY_WHERE_ASKED = {**DENY, "Condition": {"Null": {ALGORITHM: "false"}, "StringNotEquals": {ALGORITHM: "aws:kms"}}}
NO_KEY_BY_NAME = {**DENY, "Condition": {"Null": {KEY: "false"}}}
ONE_KEY = {**DENY, "Condition": {"StringNotEquals": {KEY: arn("kms", "key/own")}}}


def policy(*statements: dict[str, object], **inputs: object):
    text = {"policy": document(*statements)} if statements else {}
    return resource("aws:s3/bucketPolicy:BucketPolicy", **{"bucket": ref(BUCKET, "bucket", "id"), **text, **inputs})


@pytest.mark.parametrize(
    "statements",
    [
        (NO_OTHER_ALGORITHM, NO_KEY_BY_NAME),
        (ONLY_WHERE_ASKED, NO_KEY_BY_NAME),
        (ONE_KEY,),
        ({**ONE_KEY, "Resource": "*", "Action": "s3:Put*"},),
        ({**ONE_KEY, "Condition": {"StringNotLike": {KEY: arn("kms", "key/*")}}},),
    ],
)
def test_a_bucket_that_refuses_them_passes(statements: tuple[dict[str, object], ...]):
    assert_passes(RULE, resource(BUCKET), policy(*statements))


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ((NO_KEY_BY_NAME,), "AES256"),
        ((NO_OTHER_ALGORITHM,), "another key"),
        (({**NO_OTHER_ALGORITHM, "Condition": {"StringNotEquals": {ALGORITHM: "AES256"}}}, NO_KEY_BY_NAME), "AES256"),
        ((NO_OTHER_ALGORITHM, {**NO_KEY_BY_NAME, "Condition": {"Null": {KEY: "true"}}}), "another key"),
        (({**ONE_KEY, "Principal": {"AWS": "arn:aws-cn:iam::111122223333:role/one"}},), "another key"),
        (({**ONE_KEY, "Resource": "arn:aws-cn:s3:::records/letters/*"},), "another key"),
        (({**ONE_KEY, "Action": "s3:GetObject"},), "another key"),
    ],
)
def test_a_bucket_that_takes_them_fails(statements: tuple[dict[str, object], ...], found: str):
    assert_fails(RULE, resource(BUCKET), policy(*statements), found=found, wanted="s3:PutObject")


def test_a_denial_with_an_exception_does_not_count():
    except_one = {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws-cn:iam::111122223333:role/one"}}
    excepting = {**ONE_KEY, "Condition": {**ONE_KEY["Condition"], **except_one}}
    assert_fails(RULE, resource(BUCKET), policy(excepting), found="another key")


def test_without_a_policy_it_fails():
    assert_fails(RULE, resource(BUCKET), found="another key")


def test_others_are_not_asked():
    logs = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject"}
    assert_passes(RULE, resource(BUCKET), policy({**logs, "Resource": "*"}))
    assert_passes(RULE, resource(BUCKET, tags={**TAGS, "hospital-cloud:data-class": "2"}))


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(BUCKET), policy(policy=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(BUCKET), policy(policy="{"), found="another key")

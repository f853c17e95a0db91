import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "account-audited"
TRAIL, BUCKET, PROVIDER = "aws:cloudtrail/trail:Trail", "aws:s3/bucket:Bucket", "pulumi:providers:aws"
WHOLE = {"prepared_accounts": frozenset([ACCOUNT])}


def provider():
    return resource(PROVIDER)


def test_an_account_with_a_trail_passes():
    assert_passes(RULE, provider(), resource(TRAIL), resource(BUCKET), **WHOLE)
    assert_passes(
        RULE, provider(), resource(TRAIL, s3BucketName="records"), resource(BUCKET, bucket="records"), **WHOLE
    )
    assert_passes(RULE, provider(), resource(TRAIL, protect_=False), resource(BUCKET), lifecycle="trial", **WHOLE)


def test_a_program_that_prepares_no_account_is_not_asked():
    assert_passes(RULE, provider())
    assert_passes(RULE, provider(), prepared_accounts=frozenset(["444455556666"]))
    assert outcomes(RULE, resource(BUCKET)) == []


def test_an_account_without_a_trail_fails():
    assert_fails(RULE, provider(), resource(BUCKET), found=f"account {ACCOUNT}: no trail", wanted="Trail", **WHOLE)


def test_the_auditor_may_say_it_of_every_account():
    bucket = resource(BUCKET, provider_=None)
    assert_fails(RULE, provider(), bucket, found="no trail", whole_accounts=True)
    assert_passes(RULE, provider(), resource(TRAIL), bucket, whole_accounts=True)


@pytest.mark.parametrize("path", ["cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn"])
def test_a_trail_that_nobody_can_search_fails(path):
    trail = resource(TRAIL, **{path: None})
    assert_fails(RULE, provider(), trail, resource(BUCKET), found="nothing", wanted="log group", **WHOLE)
    assert_passes(RULE, provider(), resource(TRAIL, **{path: Unknown()}), resource(BUCKET), **WHOLE)


@pytest.mark.parametrize("name", ["hospital-999999999999-audit", None, Unknown()])
def test_a_bucket_that_the_program_does_not_make_is_unknown(name):
    assert_unknown(RULE, provider(), resource(TRAIL, s3BucketName=name), resource(BUCKET), **WHOLE)


def test_a_live_trail_is_protected():
    assert_fails(RULE, provider(), resource(TRAIL, protect_=False), resource(BUCKET), found="false", **WHOLE)
    assert_passes(RULE, provider(), resource(TRAIL, protect_=None), resource(BUCKET), **WHOLE)

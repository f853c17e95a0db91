from tests.resources import ACCOUNT, assert_fails, assert_passes, outcomes, resource

RULE = "account-buckets-closed"
BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
WHOLE = {"prepared_accounts": frozenset([ACCOUNT])}


def provider():
    return resource("pulumi:providers:aws")


def test_an_account_with_a_block_passes():
    assert_passes(RULE, provider(), resource(BLOCK), **WHOLE)


def test_one_without_fails():
    assert_fails(RULE, provider(), found=f"account {ACCOUNT}: no AccountPublicAccessBlock", wanted="aws.s3", **WHOLE)


def test_it_is_asked_once_an_account_and_of_whole_accounts_only():
    assert_passes(RULE, provider())
    assert outcomes(RULE, resource("aws:sqs/queue:Queue"), **WHOLE) == []

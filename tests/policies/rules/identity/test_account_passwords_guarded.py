from tests.resources import ACCOUNT, assert_fails, assert_passes, outcomes, resource

RULE = "account-passwords-guarded"
POLICY = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"
WHOLE = {"prepared_accounts": frozenset([ACCOUNT])}


def provider():
    return resource("pulumi:providers:aws")


def test_an_account_with_a_policy_passes():
    assert_passes(RULE, provider(), resource(POLICY), **WHOLE)


def test_one_without_fails():
    assert_fails(RULE, provider(), found=f"account {ACCOUNT}: no AccountPasswordPolicy", wanted="aws.iam", **WHOLE)


def test_it_is_asked_once_an_account_and_of_whole_accounts_only():
    assert_passes(RULE, provider())
    assert outcomes(RULE, resource("aws:sqs/queue:Queue"), **WHOLE) == []

from tests.resources import assert_fails, outcomes, resource

RULE = "account-not-left-to-machine"
QUEUE = "aws:sqs/queue:Queue"


def test_it_is_said_once_of_what_the_default_provider_makes():
    first, second = (resource(QUEUE, name, provider_=None) for name in ("a", "b"))
    assert_fails(RULE, first, second, found="the default provider, of 2 resources", wanted="allowed_account_ids")
    assert outcomes(RULE, second, first) == []


def test_a_program_with_providers_of_its_own_is_not_advised():
    assert outcomes(RULE, resource(QUEUE)) == []

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "provider-names-account"
PROVIDER = "pulumi:providers:aws"


def test_a_provider_for_an_account_passes():
    assert_passes(RULE, resource(PROVIDER))
    assert_passes(RULE, resource(PROVIDER, allowedAccountIds=["111122223333"]))


def test_a_provider_for_whoever_runs_it_fails():
    assert_fails(RULE, resource(PROVIDER, allowedAccountIds=None), found="nothing", wanted="allowed_account_ids")
    assert_fails(RULE, resource(PROVIDER, allowedAccountIds="[]"), found="[]")
    role = '[{"roleArn": "arn:aws-cn:iam::111122223333:role/deploy"}]'
    assert_fails(RULE, resource(PROVIDER, allowedAccountIds=None, assumeRoles=role), found="nothing")


def test_the_engines_own_is_reported_elsewhere():
    assert outcomes(RULE, resource(PROVIDER, "default_7_51_1", allowedAccountIds=None)) == []


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(PROVIDER, allowedAccountIds=Unknown()))
    assert_unknown(RULE, resource(PROVIDER, allowedAccountIds=[Unknown()]))


def test_odd_shapes_fail():
    for odd in ("{broken", 111122223333, ["1234"], [111122223333], {"a": 1}):
        assert_fails(RULE, resource(PROVIDER, allowedAccountIds=odd), found="")

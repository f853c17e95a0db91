from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "function-settings-key"
FUNCTION = "aws:lambda/function:Function"
VARIABLES = {"variables": {"TABLE": "sessions"}}


def test_settings_under_a_customer_key_pass():
    assert_passes(RULE, resource(FUNCTION, environment=VARIABLES, kmsKeyArn=ref("aws:kms/key:Key", "key")))


def test_settings_without_key_fail():
    assert_fails(RULE, resource(FUNCTION, environment=VARIABLES), found="nothing", wanted="customer key")


def test_a_function_without_settings_needs_none():
    assert_passes(RULE, resource(FUNCTION))
    assert_passes(RULE, resource(FUNCTION, environment={"variables": {}}))


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(FUNCTION, environment=Unknown()))
    assert_unknown(RULE, resource(FUNCTION, environment=VARIABLES, kmsKeyArn=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(FUNCTION, environment={"variables": ["x"]}, kmsKeyArn=7), found="7")

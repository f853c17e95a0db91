import pytest

from policies.graph import SECRET
from tests.resources import assert_fails, assert_passes, resource

RULE = "provider-without-stored-keys"
PROVIDER = "pulumi:providers:aws"


def test_a_provider_without_keys_passes():
    assert_passes(RULE, resource(PROVIDER))


@pytest.mark.parametrize("name", ["accessKey", "secretKey", "token"])
def test_a_stored_key_fails_and_is_not_repeated(name):
    assert_fails(RULE, resource(PROVIDER, **{name: SECRET}), found="a stored key", wanted="from the environment")
    assert_fails(RULE, resource(PROVIDER, **{name: "AKIAEXAMPLE"}), found="a stored key")

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "no-stored-user-keys"
KEY = "aws:iam/accessKey:AccessKey"


@pytest.mark.parametrize("type_token", [KEY, "aws:iam/serviceSpecificCredential:ServiceSpecificCredential"])
@pytest.mark.parametrize("status", [None, "Active", ["Inactive"], 0])
def test_a_key_fails(type_token, status):
    assert_fails(RULE, resource(type_token, status=status), found="a long-lived key", wanted="a role")


def test_an_inactive_key_opens_nothing():
    assert_passes(RULE, resource(KEY, status="Inactive"))


def test_an_unknown_status_is_unknown():
    assert_unknown(RULE, resource(KEY, status=Unknown()))

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "transfer-post-quantum"
SERVER = "aws:transfer/server:Server"


@pytest.mark.parametrize("name", ["TransferSecurityPolicy-2025-03", "TransferSecurityPolicy-FIPS-2025-03"])
def test_a_policy_with_ml_kem_passes(name: str):
    assert_passes(RULE, resource(SERVER, securityPolicyName=name))


@pytest.mark.parametrize("name", [None, "TransferSecurityPolicy-2024-01", "TransferSecurityPolicy-2018-11"])
def test_an_older_one_fails(name: str | None):
    assert_fails(RULE, resource(SERVER, securityPolicyName=name), found="", wanted="2025-03")


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, resource(SERVER, securityPolicyName=Unknown()))


def test_odd_shapes_fail():
    for odd in (7, [], {}, True, "x"):
        assert_fails(RULE, resource(SERVER, securityPolicyName=odd), found="")

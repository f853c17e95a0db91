import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "secret-deletion-delayed"
SECRET = "aws:secretsmanager/secret:Secret"


@pytest.mark.parametrize("days", [None, 7, "30"])
def test_time_to_bring_it_back_passes(days: object):
    assert_passes(RULE, resource(SECRET, recoveryWindowInDays=days))


@pytest.mark.parametrize("days", [0, 6, 31, "soon", True])
def test_none_fails(days: object):
    assert_fails(RULE, resource(SECRET, recoveryWindowInDays=days), found="", wanted="7 to 30 days")


@pytest.mark.parametrize("lifecycle", ["trial", "retiring"])
def test_what_is_taken_down_may_go_at_once(lifecycle: str):
    assert_passes(RULE, resource(SECRET, recoveryWindowInDays=0), lifecycle=lifecycle)


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(SECRET, recoveryWindowInDays=Unknown()))

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "trail-complete"
TRAIL = "aws:cloudtrail/trail:Trail"


def test_a_whole_trail_passes():
    assert_passes(RULE, resource(TRAIL))
    assert_passes(RULE, resource(TRAIL, enableLogging="true"))


@pytest.mark.parametrize("switch", ["isMultiRegionTrail", "enableLogFileValidation"])
@pytest.mark.parametrize(("value", "found"), [(None, "nothing"), (False, "false"), ("no", "no"), ([True], "true")])
def test_a_switch_that_is_not_on_fails(switch, value, found):
    assert_fails(RULE, resource(TRAIL, **{switch: value}), found=found, wanted="true")


def test_a_stopped_trail_fails():
    assert_fails(RULE, resource(TRAIL, enableLogging=False), found="false", wanted="true")


def test_unknown_switches_are_unknown():
    assert_unknown(RULE, resource(TRAIL, isMultiRegionTrail=Unknown()))

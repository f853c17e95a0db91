import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "detector-enabled"
DETECTOR = "aws:guardduty/detector:Detector"


def test_a_running_detector_passes():
    assert_passes(RULE, resource(DETECTOR))
    assert_passes(RULE, resource(DETECTOR, enable=None))


@pytest.mark.parametrize(("value", "found"), [(False, "false"), ("false", "false"), (["true"], "true"), (0, "0")])
def test_any_other_value_fails(value, found):
    assert_fails(RULE, resource(DETECTOR, enable=value), found=found, wanted="true")


def test_an_unknown_switch_is_unknown():
    assert_unknown(RULE, resource(DETECTOR, enable=Unknown()))

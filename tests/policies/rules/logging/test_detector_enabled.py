from dataclasses import replace

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


FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"


def test_a_feature_that_is_on_passes():
    assert_passes(RULE, resource(FEATURE))
    off = resource(FEATURE, status="DISABLED")
    assert_passes(RULE, replace(off, inputs={**off.inputs, "name": "EKS_RUNTIME_MONITORING"}))


@pytest.mark.parametrize("status", [None, "DISABLED", True, ["ENABLED"]])
def test_a_feature_that_is_off_fails(status):
    assert_fails(RULE, resource(FEATURE, status=status), found="", wanted="ENABLED")


def test_an_unknown_status_is_unknown():
    assert_unknown(RULE, resource(FEATURE, status=Unknown()))

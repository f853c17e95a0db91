from dataclasses import replace

import pytest

from policies.graph import Unknown
from tests.resources import PARTNER, REGION, assert_fails, assert_passes, assert_unknown, resource

RULE = "recorder-complete"
RECORDER, STATUS = "aws:cfg/recorder:Recorder", "aws:cfg/recorderStatus:RecorderStatus"


def status_by_name(region=REGION):
    """It names the recorder as it is called, not by reference."""
    status = resource(STATUS, region_=region)
    return replace(status, inputs={**status.inputs, "name": "default"})


def test_a_recorder_of_all_types_that_was_started_passes():
    assert_passes(RULE, resource(RECORDER), resource(STATUS))
    assert_passes(RULE, resource(RECORDER, recordingGroup=None), resource(STATUS))
    assert_passes(RULE, resource(RECORDER), status_by_name())
    assert_passes(RULE, resource(STATUS), resource(RECORDER))


@pytest.mark.parametrize(
    ("group", "found"),
    [
        ({"allSupported": False}, "false"),
        ({"allSupported": "no"}, "no"),
        ({"allSupported": True, "resourceTypes": ["AWS::EC2::Instance"]}, "AWS::EC2::Instance"),
        ({"exclusionByResourceTypes": [{"resourceTypes": ["AWS::KMS::Key"]}]}, "AWS::KMS::Key"),
    ],
)
def test_one_that_leaves_types_out_fails(group, found):
    assert_fails(RULE, resource(RECORDER, recordingGroup=group), resource(STATUS), found=found, wanted="all supported")


def test_one_that_was_never_started_fails():
    assert_fails(RULE, resource(RECORDER), found="not started", wanted="RecorderStatus")
    elsewhere = status_by_name(PARTNER)
    assert_fails(RULE, resource(RECORDER), elsewhere, found="not started", wanted="RecorderStatus")


@pytest.mark.parametrize("value", [None, False, "no", [True]])
def test_a_status_that_is_not_on_fails(value):
    assert_fails(RULE, resource(STATUS, isEnabled=value), found="", wanted="true")


def test_unknown_values_are_unknown():
    assert_unknown(RULE, resource(STATUS, isEnabled=Unknown()))
    assert_unknown(RULE, resource(RECORDER, recordingGroup={"allSupported": Unknown()}), resource(STATUS))

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


def test_a_trail_without_global_services_fails():
    assert_fails(RULE, resource(TRAIL, includeGlobalServiceEvents=False), found="false", wanted="true")


MANAGEMENT = {"field": "eventCategory", "equals": ["Management"]}
DATA = {"field": "eventCategory", "equals": ["Data"]}


def advanced(*selectors):
    return resource(TRAIL, advancedEventSelectors=[{"fieldSelectors": fields} for fields in selectors])


def classic(*selectors):
    return resource(TRAIL, eventSelectors=list(selectors))


def only(value):
    return [MANAGEMENT, {"field": "readOnly", "equals": [value]}]


def test_selectors_that_take_in_all_management_events_pass():
    assert_passes(RULE, advanced([MANAGEMENT], [DATA, {"field": "resources.type", "equals": ["AWS::S3::Object"]}]))
    assert_passes(RULE, advanced(only("true"), only("false")))
    assert_passes(RULE, classic({"readWriteType": "All", "includeManagementEvents": True}))
    assert_passes(RULE, classic({"readWriteType": "ReadOnly"}, {"readWriteType": "WriteOnly"}))


@pytest.mark.parametrize(
    ("trail", "found"),
    [
        (advanced([DATA]), "no management events"),
        (advanced(only("true")), "readOnly"),
        (advanced([MANAGEMENT, {"field": "eventSource", "notEquals": ["kms.amazonaws.com"]}]), "eventSource"),
        (advanced([{"field": "eventCategory"}]), "no management events"),
        (classic({"includeManagementEvents": False}), "no management events"),
        (classic({"readWriteType": "WriteOnly"}), "WriteOnly"),
        (classic({"excludeManagementEventSources": ["kms.amazonaws.com"]}), "kms.amazonaws.com"),
        (resource(TRAIL, advancedEventSelectors="odd"), "no management events"),
    ],
)
def test_selectors_that_leave_management_events_out_fail(trail, found):
    assert_fails(RULE, trail, found=found, wanted="all management events")


def test_unknown_selectors_are_unknown():
    assert_unknown(RULE, resource(TRAIL, advancedEventSelectors=Unknown()))
    assert_unknown(RULE, resource(TRAIL, eventSelectors=[Unknown()]))


def test_unknown_switches_are_unknown():
    assert_unknown(RULE, resource(TRAIL, isMultiRegionTrail=Unknown()))

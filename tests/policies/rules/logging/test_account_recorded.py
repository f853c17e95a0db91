import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, PARTNER, REGION, assert_fails, assert_passes, assert_unknown, resource

RULE = "account-recorded"
RECORDER, STATUS = "aws:cfg/recorder:Recorder", "aws:cfg/recorderStatus:RecorderStatus"
CHANNEL, BUCKET = "aws:cfg/deliveryChannel:DeliveryChannel", "aws:s3/bucket:Bucket"
WHOLE = {"prepared_accounts": frozenset([ACCOUNT]), "prepared_regions": (REGION, PARTNER)}


def provider():
    return resource("pulumi:providers:aws")


def recorded(without=None, **of_recorder):
    """Both regions; the partner lacks one type."""
    rows = [resource(t, f"{t}-{REGION}") for t in (STATUS, CHANNEL)] + [resource(RECORDER, **of_recorder)]
    group = {"allSupported": True, "includeGlobalResourceTypes": False}
    rows += [resource(t, f"{t}-{PARTNER}", region_=PARTNER) for t in (STATUS, CHANNEL) if t != without]
    rows += [resource(RECORDER, "partner", region_=PARTNER, recordingGroup=group)] if without != RECORDER else []
    return [*rows, resource(BUCKET)]


def test_an_account_recorded_in_both_regions_passes():
    assert_passes(RULE, provider(), *recorded(), **WHOLE)


def test_parts_of_an_account_are_not_asked():
    assert_passes(RULE, provider())


@pytest.mark.parametrize("missing", [RECORDER, STATUS, CHANNEL])
def test_each_is_asked_for_in_each_region(missing):
    found = f"{PARTNER}: no {missing.rpartition(':')[2]}"
    assert_fails(RULE, provider(), *recorded(without=missing), found=found, **WHOLE)


@pytest.mark.parametrize("group", [None, {"allSupported": True}, {"includeGlobalResourceTypes": False}])
def test_global_types_are_recorded_in_one_region(group):
    assert_fails(RULE, provider(), *recorded(recordingGroup=group), found="recorded nowhere", **WHOLE)


def test_an_unknown_group_is_unknown():
    assert_unknown(RULE, provider(), *recorded(recordingGroup=Unknown()), **WHOLE)


def test_a_bucket_that_the_program_does_not_make_is_unknown():
    channel = resource(CHANNEL, "elsewhere", s3BucketName="hospital-999999999999-history")
    assert_unknown(RULE, provider(), *recorded(), channel, **WHOLE)

from tests.resources import ACCOUNT, PARTNER, assert_fails, assert_passes, resource

RULE = "backup-types-stated"
PLAN = resource("aws:backup/plan:Plan")
SETTINGS = "aws:backup/regionSettings:RegionSettings"
TAKEN = [
    resource(
        "aws:backup/selection:Selection",
        selectionTags=[{"type": "STRINGEQUALS", "key": "hospital-cloud:backup", "value": "daily"}],
    ),
    resource("aws:s3/bucket:Bucket"),
]
WHOLE = {"prepared_accounts": frozenset([ACCOUNT])}


def test_a_region_with_settings_passes():
    assert_passes(RULE, PLAN, *TAKEN, resource(SETTINGS), **WHOLE)


def test_a_region_without_fails():
    assert_fails(RULE, PLAN, *TAKEN, found="where plans take S3", wanted="RegionSettings", **WHOLE)
    assert_fails(RULE, PLAN, *TAKEN, resource(SETTINGS, region_=PARTNER), found="no settings of the region", **WHOLE)


def test_who_takes_nothing_or_prepares_no_account_is_not_asked():
    assert_passes(RULE, PLAN, **WHOLE)
    assert_passes(RULE, PLAN, *TAKEN)
    assert_passes(RULE, PLAN, *TAKEN, lifecycle="trial", **WHOLE)

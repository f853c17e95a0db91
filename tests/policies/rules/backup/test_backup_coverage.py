from policies.graph import Unknown
from tests.resources import PARTNER, TAGS, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "backup-coverage"
PLAN, SELECTION = "aws:backup/plan:Plan", "aws:backup/selection:Selection"
BUCKET = "aws:s3/bucket:Bucket"
OTHER = {**TAGS, "hospital-cloud:backup": "none"}


def plan(schedule: str = "cron(0 18 * * ? *)"):
    return resource(PLAN, rules=[{"ruleName": "daily", "schedule": schedule, "targetVaultName": "v"}])


def selection(**changes):
    tag = {"type": "STRINGEQUALS", "key": "hospital-cloud:backup", "value": "daily"}
    return resource(SELECTION, **{"planId": ref(PLAN, "plan", "id"), "selectionTags": [tag], **changes})


def test_a_store_that_a_daily_plan_selects_by_tag_passes():
    assert_passes(RULE, resource(BUCKET), plan(), selection())
    assert_passes(RULE, resource(BUCKET), plan("rate(12 hours)"), selection())


def test_a_store_that_is_named_passes():
    named = selection(selectionTags=None, resources=[ref(BUCKET, "bucket")])
    assert_passes(RULE, resource(BUCKET, tags=OTHER), plan(), named)


def test_a_store_without_the_tag_fails():
    assert_fails(RULE, resource(BUCKET, tags=OTHER), plan(), selection(), found="no backup selection")


def test_a_plan_in_another_region_does_not_see_the_store():
    assert_fails(RULE, resource(BUCKET), plan(), selection(region_=PARTNER), found="no backup selection")


def test_a_weekly_plan_is_not_daily():
    assert_fails(RULE, resource(BUCKET), plan("cron(0 18 ? * SUN *)"), selection(), found="no rule that runs every day")


def test_a_store_excluded_by_name_is_not_taken():
    left_out = selection(notResources=[ref(BUCKET, "bucket")])
    assert_fails(RULE, resource(BUCKET), plan(), left_out, found="no backup selection")


def test_a_plan_outside_the_program_is_unknown():
    assert_unknown(RULE, resource(BUCKET), selection(planId="11111111-2222"))


def test_tags_that_are_not_known_are_unknown():
    assert_unknown(RULE, resource(BUCKET, tags=Unknown()))

import json

from tests.resources import PARTNER, assert_fails, assert_passes, ref, resource

RULE = "backup-failures-reported"
PLAN = resource("aws:backup/plan:Plan")
EVENTS, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"


def events(source="aws.backup", **changes):
    return resource(EVENTS, eventPattern=json.dumps({"source": [source]}), **changes)


def target():
    return resource(TARGET, rule=ref(EVENTS, "eventRule", "name"), arn="arn:aws-cn:sns:cn-north-1:1:t")


def test_events_that_go_somewhere_pass():
    assert_passes(RULE, PLAN, events(), target())


def test_vault_notifications_pass():
    assert_passes(RULE, PLAN, resource("aws:backup/vaultNotifications:VaultNotifications"))


def test_no_events_fail():
    assert_fails(RULE, PLAN, found="no event rule")


def test_events_without_target_fail():
    assert_fails(RULE, PLAN, events(), found="no event rule")


def test_events_of_another_service_or_region_fail():
    assert_fails(RULE, PLAN, events("aws.s3"), target(), found="no event rule")
    assert_fails(RULE, PLAN, events(region_=PARTNER), target(), found="no event rule")

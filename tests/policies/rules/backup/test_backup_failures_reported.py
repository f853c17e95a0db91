import json

import pytest

from tests.resources import PARTNER, assert_fails, assert_passes, ref, resource

RULE = "backup-failures-reported"
PLAN = resource("aws:backup/plan:Plan")
EVENTS, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"


COPYING = resource(PLAN.type, rules=[{"ruleName": "daily", "copyActions": [{"destinationVaultArn": "arn:x"}]}])


def events(source="aws.backup", pattern=None, **changes):
    return resource(EVENTS, eventPattern=json.dumps({"source": [source], **(pattern or {})}), **changes)


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


BOTH = ["Backup Job State Change", "Copy Job State Change"]
STATES = ["ABORTED", "EXPIRED", "FAILED"]


@pytest.mark.parametrize(
    "detail", [{"state": STATES}, {"state": [{"anything-but": ["COMPLETED"]}]}, {"state": [{"exists": True}]}, {}]
)
def test_each_failure_is_told(detail: dict):
    assert_passes(RULE, COPYING, events(pattern={"detail-type": BOTH, "detail": detail}), target())


@pytest.mark.parametrize("missing", STATES)
def test_a_state_that_is_left_out_fails(missing: str):
    states = [state for state in STATES if state != missing]
    pattern = {"detail-type": BOTH, "detail": {"state": states}}
    assert_fails(RULE, COPYING, events(pattern=pattern), target(), found=f"Backup Job State Change {missing}")


def test_copies_are_told_of_where_the_plan_makes_any():
    jobs = events(pattern={"detail-type": BOTH[:1], "detail": {"state": STATES}})
    assert_passes(RULE, PLAN, jobs, target())
    assert_fails(RULE, COPYING, jobs, target(), found="Copy Job State Change FAILED")
    other = events(pattern={"detail-type": [{"prefix": "Restore"}]})
    assert_fails(RULE, PLAN, other, target(), found="Backup Job State Change FAILED")

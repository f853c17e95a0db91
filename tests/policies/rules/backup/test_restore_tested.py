import json

from tests.resources import PARTNER, assert_fails, assert_passes, resource

RULE = "restore-tested"
PLAN = resource("aws:backup/plan:Plan")
MACHINE = "aws:sfn/stateMachine:StateMachine"


def test_a_restore_testing_plan_passes():
    assert_passes(RULE, PLAN, resource("aws:backup/restoreTestingPlan:RestoreTestingPlan"))


def test_a_machine_that_starts_restore_jobs_passes():
    task = {"States": {"Restore": {"Type": "Task", "Resource": "arn:aws-cn:states:::aws-sdk:backup:startRestoreJob"}}}
    assert_passes(RULE, PLAN, resource(MACHINE, definition=json.dumps(task)))


def test_another_machine_does_not_count():
    assert_fails(RULE, PLAN, resource(MACHINE, definition="{}"), found="neither")


def test_a_proof_in_another_region_does_not_count():
    away = resource("aws:backup/restoreTestingPlan:RestoreTestingPlan", region_=PARTNER)
    assert_fails(RULE, PLAN, away, found="neither")


def test_a_trial_stack_needs_none():
    assert_passes(RULE, PLAN, lifecycle="trial")

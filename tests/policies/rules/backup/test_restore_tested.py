import json

from tests.resources import PARTNER, assert_fails, assert_passes, ref, resource

RULE = "restore-tested"
PLAN = resource("aws:backup/plan:Plan")
MACHINE = "aws:sfn/stateMachine:StateMachine"


def test_a_restore_testing_plan_passes():
    assert_passes(RULE, PLAN, resource("aws:backup/restoreTestingPlan:RestoreTestingPlan"))


TASK = {"States": {"Restore": {"Type": "Task", "Resource": "arn:aws-cn:states:::aws-sdk:backup:startRestoreJob"}}}
DRILL = resource(MACHINE, definition=json.dumps(TASK))
STARTER = "aws:cloudwatch/eventRule:EventRule"
TARGET = resource(
    "aws:cloudwatch/eventTarget:EventTarget", rule=ref(STARTER, "eventRule", "name"), arn=ref(MACHINE, "stateMachine")
)


def starter(**changes: object):
    return resource(STARTER, **{"scheduleExpression": "cron(0 2 ? * SUN#1 *)", **changes})


def test_a_machine_that_starts_restore_jobs_on_a_schedule_passes():
    assert_passes(RULE, PLAN, DRILL, starter(), TARGET)
    schedule = resource("aws:scheduler/schedule:Schedule", target={"arn": ref(MACHINE, "stateMachine")})
    assert_passes(RULE, PLAN, DRILL, schedule)


def test_a_machine_that_nothing_starts_does_not_count():
    assert_fails(RULE, PLAN, DRILL, found="neither")
    assert_fails(RULE, PLAN, DRILL, starter(), found="neither")
    assert_fails(RULE, PLAN, DRILL, TARGET, starter(scheduleExpression=None, eventPattern="{}"), found="neither")
    for off in ({"isEnabled": False}, {"state": "DISABLED"}):
        assert_fails(RULE, PLAN, DRILL, TARGET, starter(**off), found="neither")


def test_another_machine_does_not_count():
    assert_fails(RULE, PLAN, resource(MACHINE, definition="{}"), found="neither")


def test_a_proof_in_another_region_does_not_count():
    away = resource("aws:backup/restoreTestingPlan:RestoreTestingPlan", region_=PARTNER)
    assert_fails(RULE, PLAN, away, found="neither")


def test_a_trial_stack_needs_none():
    assert_passes(RULE, PLAN, lifecycle="trial")

from datetime import date

from policies.context import Retirement
from tests.resources import assert_fails, assert_passes, resource

RULE = "retirement-stated"
PROVIDER = resource("pulumi:providers:aws")
TODAY = date(2026, 11, 23)


def test_a_live_stack_need_not_say_anything():
    assert_passes(RULE, PROVIDER)


def test_owner_reason_and_a_day_to_come_pass():
    stated = Retirement("cio@example.org", "exit plan", date(2027, 1, 1))
    assert_passes(RULE, PROVIDER, lifecycle="retiring", retirement=stated, today=TODAY)


def test_nothing_stated_fails():
    assert_fails(RULE, PROVIDER, lifecycle="retiring", today=TODAY, found="no owner, reason or expiry")
    nobody = Retirement(" ", "exit plan", date(2027, 1, 1))
    assert_fails(RULE, PROVIDER, lifecycle="retiring", retirement=nobody, today=TODAY, found="no owner")


def test_a_day_that_has_passed_fails():
    late = Retirement("cio@example.org", "exit plan", date(2026, 11, 22))
    assert_fails(RULE, PROVIDER, lifecycle="retiring", retirement=late, today=TODAY, found="expired on 2026-11-22")

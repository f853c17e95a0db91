from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule
from policies.results import Outcome, Severity
from policies.rules._paths import one_of
from policies.rules.backup._plans import PLAN

_TESTING = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
_MACHINE = "aws:sfn/stateMachine:StateMachine"


@rule(
    title="Restores are proven on a schedule",
    title_zh="定期演练恢复",
    severity=Severity.LOW,
    types=(PLAN,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A backup that was never restored is a hope.",
    fix="Add a restore testing plan; where the region does not offer one, a scheduled state machine that starts restore jobs.",
    good='aws.backup.RestoreTestingPlan("proof", schedule_expression="cron(0 2 1 * ? *)", ...)',
    bad="a plan whose recovery points nobody restores",
)
def restore_tested(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks, in the plan's region and account, for a restore testing plan, or for a state machine that starts restore
    jobs, in its own definition or through a function whose role may start them, and that a schedule starts: an event rule
    that is switched on, or a schedule of EventBridge Scheduler."""
    if facts.context.lifecycle == "trial":
        yield not_applicable(resource, "a trial stack holds synthetic data")
        return
    for found in facts.graph.of_type(_TESTING):
        if found.region == resource.region and found.account == resource.account:
            yield passed(resource, "", f"restore testing plan {found.name}")
            return
    for found in facts.graph.of_type(_MACHINE):
        here = found.region == resource.region and found.account == resource.account
        if here and _restores(found, facts) and _is_started(found, facts):
            yield passed(resource, "", f"restore drill {found.name}")
            return
    yield failed(resource, "", "neither a restore testing plan nor a restore drill", "restores proven on a schedule")


def _restores(machine: Resource, facts: Facts) -> bool:
    """Whether a state machine starts restore jobs: itself, or through functions that it calls and that may start them."""
    text = str(machine.get("definition"))
    if "startrestorejob" in text.lower():
        return True
    called = [f for f in facts.graph.of_type("aws:lambda/function:Function") if any(n in text for n in _called_by(f))]
    for function in called:
        role = facts.target(function, "role", "aws:iam/role:Role")
        policies = facts.satellites(role, "aws:iam/rolePolicy:RolePolicy", path="role") if role else ()
        if any("backup:StartRestoreJob" in str(policy.get("policy")) for policy in policies):
            return True
    return False


def _is_started(machine: Resource, facts: Facts) -> bool:
    """Whether a schedule of the program starts a state machine."""
    for target in facts.graph.of_type("aws:cloudwatch/eventTarget:EventTarget"):
        if facts.target(target, "arn", _MACHINE) is machine:
            starter = facts.target(target, "rule", "aws:cloudwatch/eventRule:EventRule")
            if starter is not None and starter.get("scheduleExpression") and _is_on(starter):
                return True
    schedules = facts.graph.of_type("aws:scheduler/schedule:Schedule")
    return any(facts.target(s, "target.arn", _MACHINE) is machine and _is_on(s) for s in schedules)


def _is_on(starter: Resource) -> bool:
    return starter.get("state") != "DISABLED" and not one_of(starter.get("isEnabled"), False)


def _called_by(function: Resource) -> tuple[str, ...]:
    """The texts by which a definition may name a function: its physical name, or a reference to it."""
    return (*Facts.names(function), function.urn)

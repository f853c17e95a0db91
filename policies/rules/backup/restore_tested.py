from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule
from policies.results import Outcome, Severity
from policies.rules.backup._plans import PLAN

_TESTING = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
_MACHINE = "aws:sfn/stateMachine:StateMachine"


@rule(
    title="Restores are proven on a schedule",
    title_zh="定期演练恢复",
    severity=Severity.MEDIUM,
    types=(PLAN,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A backup that was never restored is a hope.",
    fix="Add a restore testing plan; where the region does not offer one, a scheduled state machine that starts restore jobs.",
    good='aws.backup.RestoreTestingPlan("proof", schedule_expression="cron(0 2 1 * ? *)", ...)',
    bad="a plan whose recovery points nobody restores",
)
def restore_tested(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks, in the plan's region and account, for a restore testing plan, or for a state machine whose definition starts restore
    jobs."""
    if facts.context.lifecycle == "trial":
        yield not_applicable(resource, "a trial stack holds synthetic data")
        return
    for found in facts.graph.of_type(_TESTING, _MACHINE):
        if found.region != resource.region or found.account != resource.account:
            continue
        if found.type == _TESTING or "startrestorejob" in str(found.get("definition")).lower():
            yield passed(resource, "", f"{found.type.rpartition(':')[2]} {found.name}")
            return
        if "restore" in found.name and found.type == _MACHINE:
            yield passed(resource, "", f"restore drill {found.name}")
            return
    yield failed(resource, "", "neither a restore testing plan nor a restore drill", "restores proven on a schedule")

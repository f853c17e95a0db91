from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Unknown, lookup
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.backup._plans import PLAN, at_least_daily, rules_of

MINIMUM_DAYS = 30


@rule(
    title="Backups are kept for thirty days at least",
    title_zh="备份至少保留三十天",
    severity=Severity.MEDIUM,
    types=(PLAN,),
    why="Damage is often found weeks after it was done; younger backups hold the damage too.",
    fix="Set lifecycle.delete_after of each rule that runs daily to 30 or more, or leave the lifecycle out: kept for good.",
    good='lifecycle={"delete_after": 35}',
    bad='lifecycle={"delete_after": 7}',
)
def backup_kept_long_enough(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """The lifecycle of each rule that runs every day. No lifecycle: recovery points never expire. Thirty days is this
    project's own floor (docs/reference/evidence-marks.md, mark K): no law names one for backups."""
    for path, plan_rule in rules_of(resource):
        if at_least_daily(plan_rule.get("schedule")) is False:
            continue
        days = lookup(plan_rule, "lifecycle.deleteAfter")
        at, wanted = f"{path}.lifecycle.deleteAfter", f"{MINIMUM_DAYS} or more"
        if isinstance(days, Unknown):
            yield undecided(resource, at, days, wanted)
        elif days is None:
            yield passed(resource, at, "never deleted")
        elif isinstance(days, (int, float)) and not isinstance(days, bool) and days >= MINIMUM_DAYS:
            yield passed(resource, at, days)
        else:
            yield failed(resource, at, days, wanted)

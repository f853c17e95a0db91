from collections.abc import Iterator, Mapping

from policies.facts import Facts
from policies.graph import Resource, as_list
from policies.registry import Scope, failed, passed, rule
from policies.resolve import decoded
from policies.results import Outcome, Severity
from policies.rules.backup._plans import PLAN

_RULE = "aws:cloudwatch/eventRule:EventRule"
_TARGET = "aws:cloudwatch/eventTarget:EventTarget"
_NOTICES = "aws:backup/vaultNotifications:VaultNotifications"


@rule(
    title="A failed backup raises an alarm",
    title_zh="备份失败即告警",
    severity=Severity.MEDIUM,
    types=(PLAN,),
    scope=Scope.GRAPH,
    why="A plan that fails every night looks like a plan that works, until the day it is needed.",
    fix="Send AWS Backup's failure events to a topic: an EventBridge rule on source aws.backup with a target, or vault "
    "notifications.",
    good='aws.cloudwatch.EventRule("failures", event_pattern=json.dumps({"source": ["aws.backup"], ...}))',
    bad="a plan and nothing else",
)
def backup_failures_reported(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks, in the plan's region and account, for an EventBridge rule on `aws.backup` events that has a target, or for
    vault notifications."""
    here = [
        r for r in facts.graph.of_type(_RULE, _NOTICES) if r.region == resource.region and r.account == resource.account
    ]
    for found in here:
        if found.type == _NOTICES:
            yield passed(resource, "", f"vault notifications {found.name}")
            return
        pattern = decoded(found.get("eventPattern"))
        sources = as_list(pattern.get("source")) if isinstance(pattern, Mapping) else []
        if "aws.backup" in sources and facts.satellites(found, _TARGET, path="rule"):
            yield passed(resource, "", f"event rule {found.name}")
            return
    yield failed(
        resource, "", "no event rule with a target and no vault notifications", "failure events sent to a topic"
    )

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts import Facts
from policies.graph import Resource, as_list
from policies.registry import Scope, failed, passed, rule
from policies.resolve import decoded
from policies.results import Outcome, Severity
from policies.rules.backup._plans import PLAN, rules_of
from policies.rules.logging._events import RULE, TARGET, takes

_NOTICES = "aws:backup/vaultNotifications:VaultNotifications"


@rule(
    title="A failed backup raises an alarm",
    title_zh="备份失败即告警",
    severity=Severity.LOW,
    types=(PLAN,),
    scope=Scope.GRAPH,
    why="A plan that fails every night looks like a plan that works, until the day it is needed.",
    fix="Send AWS Backup's failure events to a topic: an EventBridge rule on source aws.backup with a target, or vault "
    "notifications.",
    good='aws.cloudwatch.EventRule("failures", event_pattern=json.dumps({"source": ["aws.backup"], ...}))',
    bad="a plan and nothing else",
)
def backup_failures_reported(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks, in the plan's region and account, for vault notifications, or for EventBridge rules with a target whose patterns
    take in the event of each backup job that failed, was stopped or never began (EXPIRED), and where the plan copies, of
    each copy job that failed."""
    here = [
        r for r in facts.graph.of_type(RULE, _NOTICES) if r.region == resource.region and r.account == resource.account
    ]
    if notices := next((r for r in here if r.type == _NOTICES), None):
        yield passed(resource, "", f"vault notifications {notices.name}")
        return
    reporting = [r for r in here if _is_about_backups(r) and facts.satellites(r, TARGET, path="rule")]
    missed = [
        event for event in _events(resource) if not any(takes(r.get("eventPattern"), event, facts) for r in reporting)
    ]
    if not reporting:
        found = "no event rule with a target and no vault notifications"
        yield failed(resource, "", found, "failure events sent to a topic")
    elif missed:
        found = ", ".join(f"{event['detail-type']} {event['detail']['state']}" for event in missed)
        yield failed(resource, "", f"no event rule with a target takes {found}", "each of them sent to a topic")
    else:
        yield passed(resource, "", f"event rule {reporting[0].name}")


def _is_about_backups(event_rule: Resource) -> bool:
    pattern = decoded(event_rule.get("eventPattern"))
    return isinstance(pattern, Mapping) and "aws.backup" in as_list(pattern.get("source"))


def _events(plan: Resource) -> Iterator[dict[str, Any]]:
    """What AWS Backup says when this plan's jobs fail."""
    for state in ("ABORTED", "EXPIRED", "FAILED"):
        yield {"source": "aws.backup", "detail-type": "Backup Job State Change", "detail": {"state": state}}
    if any(row.get("copyActions") for _, row in rules_of(plan)):
        yield {"source": "aws.backup", "detail-type": "Copy Job State Change", "detail": {"state": "FAILED"}}

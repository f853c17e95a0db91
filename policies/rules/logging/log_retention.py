from collections.abc import Iterator

from jurisdictions import RecordKind
from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, whole_number

_SIX_MONTHS = 180


@rule(
    title="Logs are kept six months at least",
    title_zh="日志留存不少于六个月",
    severity=Severity.HIGH,
    types=("aws:cloudwatch/logGroup:LogGroup",),
    why="An intruder is often found months later; and the law asks for six months of network logs.",
    fix="Set retention_in_days to the days the jurisdiction asks for, or leave it out: then nothing expires.",
    good='aws.cloudwatch.LogGroup("g", retention_in_days=180)',
    bad='aws.cloudwatch.LogGroup("g", retention_in_days=30)',
)
def log_retention(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `retentionInDays`. The least is 180 days, or what the jurisdiction asks for audit logs where that is more.
    0 and nothing stated mean that entries never expire, which passes. Not applicable: the log group class DELIVERY, whose
    two days the service fixes because it only passes entries on; stacks on trial, which hold nothing worth the proof."""
    if resource.get("logGroupClass") == "DELIVERY":
        yield not_applicable(resource, "class DELIVERY: passes entries on, keeps them two days")
        return
    if facts.context.lifecycle == "trial" and not facts.context.holds_patient_data:
        yield not_applicable(resource, "a trial stack with synthetic data")
        return
    asked = facts.context.jurisdiction.retention.get(RecordKind.AUDIT_LOG)
    least = max(_SIX_MONTHS, asked.minimum_days if asked else 0)
    value = resource.get("retentionInDays")
    days = whole_number(value)
    wanted = f"{least} days or more, or 0 (never expires)"
    if is_hidden(value):
        yield undecided(resource, "retentionInDays", value, wanted)
    elif value is None or days == 0:
        yield passed(resource, "retentionInDays", "never expires")
    elif days is not None and days >= least:
        yield passed(resource, "retentionInDays", value)
    else:
        yield failed(resource, "retentionInDays", value, wanted)

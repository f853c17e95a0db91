from collections.abc import Iterator

from policies.facts import Facts, store_types
from policies.graph import Resource, Unknown
from policies.registry import decided, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, one_of

_TABLE = "aws:dynamodb/table:Table"


@rule(
    title="Databases can be set back to any second",
    title_zh="数据库支持任意时间点恢复",
    severity=Severity.MEDIUM,
    types=tuple(t for t, row in store_types().items() if row.point_in_time),
    data_classes="3-5",
    why="Between two daily backups a mistake costs a day of records; a log of changes costs seconds.",
    fix="Turn on point-in-time recovery: DynamoDB point_in_time_recovery, RDS a backup_retention_period above 0.",
    good='aws.rds.Cluster("c", backup_retention_period=35)',
    bad='aws.dynamodb.Table("t")',
)
def point_in_time_recovery(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the input that turns on the service's own log of changes. Aurora's retention cannot be zero and is one day where
    nothing is stated: stated days count. Read replicas are recovered through their source; a replica of
    a DynamoDB table has a log of its own, which its block switches on. MemoryDB has daily snapshots only: their days
    count."""
    path = store_types()[resource.type].point_in_time or ""
    if facts.effective_class(resource) < 3 or facts.context.lifecycle == "trial":
        yield not_applicable(resource, "below class 3, or a trial stack")
        return
    if resource.get("replicateSourceDb") is not None or resource.get("replicationSourceIdentifier") is not None:
        yield not_applicable(resource, "a replica is recovered through its source")
        return
    value = resource.get(path)
    number = path.endswith(("Period", "Limit"))
    wanted = "7 days or more" if number else "true"
    if isinstance(value, Unknown):
        yield undecided(resource, path, value, wanted)
    elif value is True or value == "ENABLED" or (number and isinstance(value, (int, float)) and value >= 7):
        yield passed(resource, path, value)
    else:
        yield failed(resource, path, value, wanted)
    if resource.type == _TABLE:
        for place, here in each(resource.inputs, "replicas[*].pointInTimeRecovery"):
            yield decided(resource, place, here, lambda v: one_of(v, True), "true")

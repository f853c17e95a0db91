from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule
from policies.results import Outcome, Severity
from policies.rules._accounts import is_prepared, of_types
from policies.rules.logging._trails import BUCKETS, TABLE, TRAIL, records_access

_WANTED = "data events of it, reads and writes, in a trail of its account"
_READS = "data events of it, reads at least, in the trail"


@rule(
    title="Each access to sensitive records is in the audit trail",
    title_zh="对敏感病历的每次访问都记入审计跟踪",
    severity=Severity.HIGH,
    types=(*BUCKETS, TABLE),
    scope=Scope.GRAPH,
    data_classes="4-5",
    why="A trail records who changed a bucket; who read which record it says only where data events are asked for.",
    fix="Add a data-event selector with the ARN of the bucket or table to the account's trail.",
    good='{"field": "resources.ARN", "starts_withs": ["arn:aws-cn:s3:::records/"]}',
    bad="a trail with management events only",
)
def record_access_audited(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of buckets and DynamoDB tables of class 4 and 5 in accounts that the program prepares as a whole (see
    account-audited): a trail of the account must have data events of them, reads and writes alike, by an advanced
    selector without further narrowing or by a classic one (CloudTrail user guide, "Logging data events"). The bucket to
    which the account's own trail delivers is asked for reads: who looked at the log is evidence too, while each
    delivery would record itself. Elsewhere bucket-access-logged asks for the bucket's own access log."""
    if not is_prepared(resource, facts):
        yield not_applicable(resource, "this program does not say that it prepares the account as a whole")
        return
    trails = [t for t in of_types(facts, TRAIL) if t.account == resource.account]
    holds_log = any(t for t in trails if facts.target(t, "s3BucketName", *BUCKETS) is resource)
    data_class = facts.effective_class(resource)
    if data_class < 4 and not holds_log:
        yield not_applicable(resource, f"class {data_class}: below 4")
        return
    recorded = [t for t in trails if records_access(t, resource, facts, reads_are_enough=data_class < 4)]
    if recorded:
        yield passed(resource, "", f"recorded by {recorded[0].name}")
    elif trails:
        path = "advancedEventSelectors"
        yield failed(trails[0], path, f"no data events of {resource.name}", _READS if data_class < 4 else _WANTED)
    else:
        yield failed(resource, "", "no trail in its account", _WANTED)

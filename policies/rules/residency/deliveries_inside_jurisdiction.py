from collections.abc import Iterator

from policies.facts import Facts
from policies.flows.tables import names
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules.residency._outcomes import flows_of


@rule(
    title="Events, messages and logs are delivered inside the jurisdiction",
    title_zh="事件、消息与日志只在法域内投递",
    severity=Severity.HIGH,
    types=tuple(names("deliveries")),
    scope=Scope.GRAPH,
    why="An event or a log line can carry what the record says; where it is delivered, data has gone.",
    fix="Deliver to a bucket, stream, queue, topic or function of this program inside the jurisdiction.",
    good='aws.cloudwatch.LogSubscriptionFilter("audit", destination_arn=stream.arn)',
    bad='destination_arn="arn:aws:kinesis:us-east-1:111122223333:stream/audit"',
    unwaivable="the law on where patients' data may be knows no exception that an owner could grant",
    unwaivable_from_class=3,
    undecided_waivable=True,
)
def deliveries_inside_jurisdiction(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads where logs, events, notifications and streams go on to. A URL or host outside the cloud's own names is
    undecided: a program does not say where it stands. A person's address (e-mail, telephone) is no place and is left
    alone: what may be written to people is not a matter of infrastructure."""
    yield from flows_of(resource, facts, "deliveries")

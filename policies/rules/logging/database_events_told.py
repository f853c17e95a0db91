from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, as_list
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._accounts import is_prepared
from policies.rules._paths import one_of
from policies.rules.logging._events import tellers

_CLUSTER: Final = "aws:rds/cluster:Cluster"
_INSTANCE: Final = "aws:rds/instance:Instance"
_SUBSCRIPTION: Final = "aws:rds/eventSubscription:EventSubscription"
_ALWAYS: Final = ("deletion", "failover", "failure", "maintenance")
_KIND: Final = {_CLUSTER: ("Cluster", "db-cluster"), _INSTANCE: ("Instance", "db-instance")}


@rule(
    title="What RDS reports of a database of records is told to somebody",
    title_zh="RDS 对病历数据库的事件报告有人收到",
    severity=Severity.LOW,
    types=tuple(_KIND),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A failover, a disk that fills, a replica that fell behind are told once, as an event; afterwards the ward notices.",
    fix="Make an EventBridge rule with a target on source aws.rds for the database, or an event subscription of RDS.",
    good='aws.rds.EventSubscription("report", source_type="db-cluster", sns_topic=topic.arn)',
    bad='aws.rds.EventSubscription("report", event_categories=["backup"], sns_topic=topic.arn)',
)
def database_events_told(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of databases of RDS and Aurora in accounts that the program prepares as a whole (see account-audited);
    elsewhere another program may subscribe. Looks in the database's region and account for an event rule with a target,
    or an event subscription, for each category: deletion, failover, failure, maintenance; for a member of a global
    database its failovers; for a single instance availability and low storage, for a replica its replication. Undecided
    where a rule's pattern cannot be seen. Not applicable: classes 1 and 2.

    Source: Security Hub controls RDS.19 and RDS.20 (low) (K)."""
    data_class = facts.effective_class(resource)
    if data_class < 3:
        yield not_applicable(resource, f"class {data_class}: below 3")
        return
    if not is_prepared(resource, facts):
        yield not_applicable(resource, "another program may subscribe to its events")
        return
    here = tellers(facts, (resource.region, resource.account))
    missed = [c for c in _categories(resource) if not _is_told(resource, c, facts)]
    wanted = "an event rule with a target, or an event subscription, for each of them"
    if not missed:
        yield passed(resource, "", "told")
    elif here.hidden is not None:
        yield undecided(resource, "", f"the pattern of {here.hidden.name}", wanted)
    else:
        yield failed(resource, "", f"nobody is told of {', '.join(missed)}", wanted)


def _categories(database: Resource) -> Iterator[str]:
    yield from _ALWAYS
    if database.get("globalClusterIdentifier") is not None:
        yield "global-failover"
    if database.type == _INSTANCE:
        yield from ("availability", "low storage")
        if database.get("replicateSourceDb") is not None:
            yield "read replica"


def _is_told(database: Resource, category: str, facts: Facts) -> bool:
    kind, source_type = _KIND[database.type]
    event = {
        "source": "aws.rds",
        "detail-type": f"RDS DB {kind} Event",
        "detail": {"SourceIdentifier": database, "EventCategories": category},
    }
    if tellers(facts, (database.region, database.account)).tell(event, facts):
        return True
    return any(
        _subscribes(found, database, source_type, category, facts)
        for found in facts.graph.of_type(_SUBSCRIPTION)
        if (found.region, found.account) == (database.region, database.account)
    )


def _subscribes(found: Resource, database: Resource, source_type: str, category: str, facts: Facts) -> bool:
    ids, categories = as_list(found.get("sourceIds")), as_list(found.get("eventCategories"))
    return (
        one_of(found.get("enabled"), None, True)
        and found.get("sourceType") in (None, source_type)
        and (not ids or any(i in facts.names(database) or facts.resolve(i) is database for i in ids))
        and (not categories or category in categories or category.replace("-", " ") in categories)
    )

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._accounts import is_prepared
from policies.rules._paths import each, is_hidden
from policies.rules.logging._events import ALARM

_REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
_BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_TABLE: Final = "aws:dynamodb/table:Table"
_GLOBAL: Final = "aws:rds/globalCluster:GlobalCluster"
_CLUSTER: Final = "aws:rds/cluster:Cluster"
_INSTANCE: Final = "aws:rds/instance:Instance"
_OF_BUCKET: Final = ("ReplicationLatency", "OperationsPendingReplication")
_OF_GLOBAL: Final = ("AuroraGlobalDBReplicationLag", "AuroraGlobalDBRPOLag", "AuroraGlobalDBProgressLag")


@dataclass(frozen=True, slots=True)
class _Copy:
    """A copy that is made all the time, and what measures how far it is behind."""

    stores: tuple[Resource, ...]
    metrics: tuple[str, ...]
    dimension: str


@rule(
    title="A copy that falls behind is told to somebody",
    title_zh="复制延迟有人收到告警",
    severity=Severity.LOW,
    types=(_REPLICATION, _TABLE, _GLOBAL, _INSTANCE),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A copy in the other region that is hours behind is found on the day it is needed.",
    fix="Make an alarm on the metric that the finding names, with the store as its dimension.",
    good='aws.cloudwatch.MetricAlarm("lag", namespace="AWS/S3", metric_name="ReplicationLatency", ...)',
    bad="a replication and no alarm",
)
def copy_delay_told(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked in accounts that the program prepares as a whole (see account-audited), of copies of stores of class 3 and
    up that are made all the time: a bucket's replication (ReplicationLatency or OperationsPendingReplication of the
    source), a DynamoDB table with replicas (ReplicationLatency), a global database of Aurora
    (AuroraGlobalDBReplicationLag, AuroraGlobalDBRPOLag, AuroraGlobalDBProgressLag of a member), a replica of an RDS
    instance (ReplicaLag). One alarm on the metric and the store must be in the program; whether it can ring is asked by
    alarm-can-ring, and whom it tells by alarm-tells-somebody. Undecided where an alarm's dimensions cannot be seen.

    Sources: the metrics pages of the services' guides (S3, DynamoDB, RDS, Aurora) (K)."""
    copy = _copy(resource, facts)
    if copy is None:
        return
    if not any(facts.effective_class(store) >= 3 for store in copy.stores):
        yield not_applicable(resource, "below class 3")
        return
    if not is_prepared(resource, facts):
        yield not_applicable(resource, "another program may measure it")
        return
    alarms = [a for a in facts.graph.of_type(ALARM) if a.get("metricName") in copy.metrics]
    ringing = next((a for a in alarms if _is_about(a, copy, facts)), None)
    hidden = next((a for a in alarms if is_hidden(a.get("dimensions"))), None)
    wanted = f"an alarm on {' or '.join(copy.metrics)}, {copy.dimension} {copy.stores[0].name}"
    if ringing is not None:
        yield passed(resource, "", f"measured by {ringing.name}")
    elif hidden is not None:
        yield undecided(resource, "", f"the dimensions of {hidden.name}", wanted)
    else:
        yield failed(resource, "", "no alarm on its delay", wanted)


def _copy(resource: Resource, facts: Facts) -> _Copy | None:
    """What a resource copies all the time; None where it copies nothing."""
    if resource.type == _REPLICATION:
        source = facts.target(resource, "bucket", *_BUCKETS)
        running = any(value == "Enabled" for _, value in each(resource.inputs, "rules[*].status"))
        return _Copy((source,), _OF_BUCKET, "SourceBucket") if source is not None and running else None
    if resource.type == _TABLE:
        regions = [value for _, value in each(resource.inputs, "replicas[*].regionName")]
        return _Copy((resource,), ("ReplicationLatency",), "TableName") if regions else None
    if resource.type == _GLOBAL:
        members = facts.satellites(resource, _CLUSTER, path="globalClusterIdentifier")
        return _Copy(members, _OF_GLOBAL, "DBClusterIdentifier") if len(members) > 1 else None
    if resource.get("replicateSourceDb") is None:
        return None
    return _Copy((resource,), ("ReplicaLag",), "DBInstanceIdentifier")


def _is_about(alarm: Resource, copy: _Copy, facts: Facts) -> bool:
    """Whether an alarm measures the copy of one of the stores."""
    value = alarm.get(f"dimensions.{copy.dimension}")
    return any(
        value in facts.names(store) or facts.target(alarm, f"dimensions.{copy.dimension}", store.type) is store
        for store in copy.stores
    )

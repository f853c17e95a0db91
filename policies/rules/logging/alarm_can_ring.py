from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden

_ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
_FILTER: Final = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
_REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
_OF_REPLICATION: Final = ("ReplicationLatency", "OperationsPendingReplication", "BytesPendingReplication")
_BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_DATABASE: Final = ("DBClusterIdentifier", "DBInstanceIdentifier")

DIMENSIONS: Final[Mapping[tuple[str, str], tuple[tuple[str, ...], ...]]] = {
    ("AWS/ApplicationELB", "HealthyHostCount"): (("LoadBalancer",), ("TargetGroup",)),
    ("AWS/ApplicationELB", "UnHealthyHostCount"): (("LoadBalancer",), ("TargetGroup",)),
    ("AWS/ApplicationELB", "*"): (("LoadBalancer",),),
    ("AWS/Backup", "NumberOfBackupJobsCompleted"): (("BackupVaultName", "ResourceType"),),
    ("AWS/DynamoDB", "ReplicationLatency"): (("TableName",), ("ReceivingRegion",)),
    ("AWS/NetworkELB", "*"): (("LoadBalancer",),),
    ("AWS/RDS", "*"): (_DATABASE,),
    ("AWS/S3", "*"): (("BucketName", "SourceBucket"),),
    ("AWS/S3", "OperationsPendingReplication"): (("SourceBucket",), ("DestinationBucket",), ("RuleId",)),
    ("AWS/S3", "ReplicationLatency"): (("SourceBucket",), ("DestinationBucket",), ("RuleId",)),
    ("AWS/SQS", "*"): (("QueueName",),),
}
"""(namespace, metric) -> the dimensions it needs, each with what may stand in its place. `*`: every other metric of it."""


@rule(
    title="An alarm watches something, and can ring",
    title_zh="告警指向真实指标且可被触发",
    severity=Severity.MEDIUM,
    types=(_ALARM, _FILTER),
    scope=Scope.GRAPH,
    why="An alarm that compares a number which nobody writes is quiet for ever, and quiet looks like health.",
    fix="Name the dimensions under which the service writes the metric, and a threshold that can be crossed.",
    good='dimensions={"LoadBalancer": balancer.arn_suffix, "TargetGroup": group.arn_suffix}',
    bad='namespace="AWS/SQS", metric_name="ApproximateAgeOfOldestMessage"  # of no queue',
)
def alarm_can_ring(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads alarms on metrics of AWS's services that exist under dimensions only (of a queue, a load balancer, a bucket, a
    replication), or that without them average over all databases: the dimensions must be named. A Terraform plan shows
    dimensions of which one is not known as not known at all: those that refer to a resource count as named. An alarm that rings below
    nought never rings, for these count or measure. The delay of a bucket's replication is measured only where the rule of
    the replication has its metrics Enabled. A filter that counts lines of a log must write another value than 0.

    Sources: the metrics pages of the services' guides (SQS, ELB, S3 replication, DynamoDB, RDS, AWS Backup) (K)."""
    if resource.type == _FILTER:
        yield from _filter(resource)
        return
    namespace, metric = resource.get("namespace"), resource.get("metricName")
    needed = DIMENSIONS.get((str(namespace), str(metric))) or DIMENSIONS.get((str(namespace), "*")) or ()
    dimensions = resource.get("dimensions")
    for names in needed:
        wanted = f"the dimension {' or '.join(names)}"
        value = (
            next((dimensions[n] for n in names if dimensions.get(n)), None) if isinstance(dimensions, dict) else None
        )
        if getattr(dimensions, "references", ()):
            yield passed(resource, "dimensions", dimensions)
        elif is_hidden(dimensions):
            yield undecided(resource, "dimensions", dimensions, wanted)
        elif value is None:
            yield failed(resource, "dimensions", dimensions, wanted)
        else:
            yield passed(resource, "dimensions", value)
    yield from _unmeasured(resource, facts)
    if needed and _never(resource):
        yield failed(resource, "threshold", resource.get("threshold"), "a threshold that the metric can fall below")
    if not needed:
        yield not_applicable(resource, "a metric that may stand for itself")


def _unmeasured(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """An alarm on the delay of a bucket's replication, which S3 measures only where the replication's rule says so."""
    dimensions = resource.get("dimensions")
    if resource.get("metricName") not in _OF_REPLICATION or not isinstance(dimensions, Mapping):
        return
    bucket = facts.resolve(dimensions.get("SourceBucket"), *_BUCKETS)
    for config in facts.satellites(bucket, _REPLICATION) if bucket is not None else ():
        for path, value in each(config.inputs, "rules[*].destination.metrics.status"):
            if not is_hidden(value) and value != "Enabled":
                yield failed(resource, "dimensions.SourceBucket", f"{config.name} {path}: {value}", "Enabled")


def _never(resource: Resource) -> bool:
    threshold: Value = resource.get("threshold")
    try:
        return resource.get("comparisonOperator") == "LessThanThreshold" and float(threshold) <= 0
    except (TypeError, ValueError):
        return False


def _filter(resource: Resource) -> Iterator[Outcome]:
    for path, value in each(resource.inputs, "metricTransformation.value"):
        if is_hidden(value):
            yield undecided(resource, path, value, "1, or a field of the line")
        elif value in (None, "", "0", 0) or not isinstance(value, (str, int, float)):
            yield failed(resource, path, value, "1, or a field of the line")
        else:
            yield passed(resource, path, value)

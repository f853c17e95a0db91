import pytest

from policies.graph import Unknown
from policies.rules.logging.alarm_can_ring import DIMENSIONS
from tests.resources import Reference, assert_fails, assert_passes, assert_unknown, resource, urn

RULE = "alarm-can-ring"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
LAG = {"SourceBucket": "records", "DestinationBucket": "records-copy", "RuleId": "everything"}


def alarm(namespace: str, metric: str, **changes: object):
    return resource(ALARM, namespace=namespace, metricName=metric, **changes)


def lag(**dimensions: object):
    return alarm("AWS/S3", "ReplicationLatency", dimensions={k: v for k, v in {**LAG, **dimensions}.items() if v})


def test_an_alarm_names_what_it_watches():
    assert_passes(RULE, lag())
    assert_passes(RULE, alarm("AWS/RDS", "CPUUtilization", dimensions={"DBInstanceIdentifier": "records"}))
    assert_passes(RULE, alarm("hospital/audit", "guard-rails-touched"))
    assert_passes(RULE, alarm("AWS/Lambda", "Errors"))


@pytest.mark.parametrize("name", LAG)
def test_each_dimension_is_needed(name: str):
    assert_fails(RULE, lag(**{name: None}), found="{", wanted=name)


@pytest.mark.parametrize(("namespace", "metric"), DIMENSIONS)
def test_without_dimensions_it_watches_nothing(namespace: str, metric: str):
    wanted = DIMENSIONS[namespace, metric][0][0]
    assert_fails(RULE, alarm(namespace, metric.replace("*", "Any")), found="nothing", wanted=wanted)
    assert_fails(RULE, alarm(namespace, metric.replace("*", "Any"), dimensions=["x"]), found="x", wanted=wanted)


def test_below_nought_it_never_rings():
    few = {"dimensions": {"QueueName": "results"}, "comparisonOperator": "LessThanThreshold"}
    assert_passes(RULE, alarm("AWS/SQS", "NumberOfMessagesSent", threshold=1, **few))
    for never in (0, "0", -1):
        assert_fails(RULE, alarm("AWS/SQS", "NumberOfMessagesSent", threshold=never, **few), found=str(never))
    many = {**few, "comparisonOperator": "GreaterThanThreshold"}
    assert_passes(RULE, alarm("AWS/SQS", "NumberOfMessagesSent", threshold=0, **many))


def test_a_filter_counts():
    assert_passes(RULE, resource(FILTER, metricTransformation={"value": "1"}))
    assert_passes(RULE, resource(FILTER, metricTransformation={"value": "$.latency"}))
    for nothing in ("0", None, "", ["1"]):
        assert_fails(RULE, resource(FILTER, metricTransformation={"value": nothing}), found="", wanted="1")
    assert_unknown(RULE, resource(FILTER, metricTransformation=Unknown()))


def test_unknown_is_unknown():
    assert_unknown(RULE, alarm("AWS/SQS", "Any", dimensions=Unknown()))


def test_dimensions_that_a_plan_hides_count_where_they_refer_to_something():
    queue = Unknown((Reference(urn("aws:sqs/queue:Queue", "queue"), "name"),))
    assert_passes(RULE, alarm("AWS/SQS", "ApproximateAgeOfOldestMessage", dimensions=queue))


def test_the_delay_of_a_replication_is_measured_where_its_rule_says_so():
    bucket = "aws:s3/bucket:Bucket"
    alarm = resource(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        namespace="AWS/S3",
        metricName="ReplicationLatency",
        dimensions={"SourceBucket": "records", "DestinationBucket": "copy", "RuleId": "all"},
    )

    def replication(metrics: object):
        rule = {
            "status": "Enabled",
            "destination": {"bucket": "arn:aws-cn:s3:::copy", **({"metrics": metrics} if metrics else {})},
        }
        return resource("aws:s3/bucketReplicationConfig:BucketReplicationConfig", bucket="records", rules=[rule])

    source = resource(bucket, bucket="records")
    assert_passes("alarm-can-ring", alarm, source, replication({"status": "Enabled"}))
    assert_fails(
        "alarm-can-ring", alarm, source, replication({"status": "Disabled"}), found="Disabled", wanted="Enabled"
    )
    assert_fails("alarm-can-ring", alarm, source, replication(None), found="", wanted="Enabled")

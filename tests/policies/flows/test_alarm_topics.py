"""A topic of alarms is no store of records because its provider's default tags say so."""

from policies.graph import Resource
from policies.results import Verdict
from tests.policies.flows.cases import TOPIC
from tests.resources import TAGS, outcomes, ref, resource

RULE = "no-path-out-of-jurisdiction"
MAIL = resource(
    "aws:sns/topicSubscription:TopicSubscription",
    "mail",
    topic=ref(TOPIC, "told"),
    protocol="email",
    endpoint="duty@hospital.example",
)
ALARM = resource("aws:cloudwatch/metricAlarm:MetricAlarm", "lag", alarmActions=[ref(TOPIC, "told")])


def verdicts(topic: Resource, *others: Resource) -> set[Verdict]:
    return {o.verdict for o in outcomes(RULE, topic, MAIL, *others)}


def test_a_topic_of_alarms_that_states_no_class_may_write_to_people():
    untagged = resource(TOPIC, "told", tags=None)
    assert verdicts(untagged, ALARM) == set()
    assert verdicts(untagged) == {Verdict.UNKNOWN}, "nothing says that it is for alarms"
    assert verdicts(resource(TOPIC, "told", tags=TAGS), ALARM) == {Verdict.UNKNOWN}, "it says that it carries records"


def test_what_a_store_gives_to_it_is_followed():
    topic = resource(TOPIC, "told", tags=None)
    bucket = resource("aws:s3/bucket:Bucket", "records")
    told = resource(
        "aws:s3/bucketNotification:BucketNotification",
        "told",
        bucket=ref("aws:s3/bucket:Bucket", "records", "id"),
        topics=[{"topicArn": ref(TOPIC, "told"), "events": ["s3:ObjectCreated:*"]}],
    )
    assert Verdict.UNKNOWN in {o.verdict for o in outcomes(RULE, bucket, topic, told, MAIL, ALARM)}

"""Small graphs for the tests of the sandbox."""

from __future__ import annotations

from typing import Any

from policies.graph import Graph, Place, Resource, marker

ACCOUNT, REGION = "111122223333", "cn-north-1"
PROVIDER = "urn:pulumi:small::hospital-cloud::pulumi:providers:aws::account"
SOURCE = Place("infra/blueprint/small.py", 7)


def urn(type_token: str, name: str) -> str:
    """The URN of a resource of these graphs."""
    return f"urn:pulumi:small::hospital-cloud::{type_token}::{name}"


def out(type_token: str, name: str, property_name: str = "id") -> str:
    """An output of another resource, as graphs write it."""
    return marker(urn(type_token, name), property_name)


def resource(type_token: str, name: str, inputs: dict[str, Any], **options: Any) -> Resource:
    """A resource in the one account and region."""
    place = {"region": REGION, "account": ACCOUNT, "provider": PROVIDER, "source": SOURCE}
    return Resource(urn(type_token, name), type_token, name, True, {"region": REGION, **inputs}, **(place | options))


def provider() -> Resource:
    """Its provider: the stack's own credentials."""
    return Resource(
        PROVIDER, "pulumi:providers:aws", "account", True, {"region": REGION}, region=REGION, account=ACCOUNT
    )


def graph(*resources: Resource) -> Graph:
    """A graph of these, with their provider."""
    return Graph.of([provider(), *resources], project="hospital-cloud", stack="small")


KEY, ALIAS, QUEUE, TOPIC = "aws:kms/key:Key", "aws:kms/alias:Alias", "aws:sqs/queue:Queue", "aws:sns/topic:Topic"
SUBSCRIPTION, GROUP, ALARM = (
    "aws:sns/topicSubscription:TopicSubscription",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
)
TABLE, BUCKET, ANALYZER = "aws:dynamodb/table:Table", "aws:s3/bucket:Bucket", "aws:accessanalyzer/analyzer:Analyzer"


def small(*, protect: bool = False) -> Graph:
    """Eleven resources of the kinds that stacks are made of: keys, stores, an alarm and its way out; one of them is
    among those that the emulator lacks."""
    kept = {"protect": protect}
    return graph(
        resource(KEY, "key", {"description": "small", "enableKeyRotation": True}, **kept),
        resource(ALIAS, "alias", {"name": "alias/small", "targetKeyId": out(KEY, "key", "keyId")}),
        resource(TOPIC, "topic", {"name": "small", "kmsMasterKeyId": out(KEY, "key", "arn")}),
        resource(QUEUE, "dead", {"name": "small-dead", "kmsMasterKeyId": out(KEY, "key", "arn")}),
        resource(QUEUE, "queue", {"name": "small", "kmsMasterKeyId": out(KEY, "key", "arn")}),
        resource(
            SUBSCRIPTION,
            "subscription",
            {"topic": out(TOPIC, "topic", "arn"), "protocol": "sqs", "endpoint": out(QUEUE, "queue", "arn")},
        ),
        resource(GROUP, "log", {"name": "/small", "retentionInDays": 400}),
        resource(
            ALARM,
            "alarm",
            {
                "name": "small",
                "comparisonOperator": "GreaterThanThreshold",
                "evaluationPeriods": 1,
                "metricName": "ApproximateNumberOfMessagesVisible",
                "namespace": "AWS/SQS",
                "period": 60,
                "statistic": "Maximum",
                "threshold": 0,
                "alarmActions": [out(TOPIC, "topic", "arn")],
            },
        ),
        resource(
            TABLE,
            "table",
            {
                "name": "small",
                "billingMode": "PAY_PER_REQUEST",
                "hashKey": "id",
                "attributes": [{"name": "id", "type": "S"}],
                "deletionProtectionEnabled": protect,
                "serverSideEncryption": {"enabled": True, "kmsKeyArn": out(KEY, "key", "arn")},
            },
            **kept,
        ),
        resource(BUCKET, "bucket", {"bucket": "small-sandbox-bucket"}, **kept),
        resource(ANALYZER, "analyzer", {"analyzerName": "small", "type": "ACCOUNT"}, depends_on=(urn(TOPIC, "topic"),)),
    )

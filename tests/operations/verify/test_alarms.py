"""Alarms, rules and topics: each leads to somebody who hears of it, or it is said that it does not."""

import json
from typing import Any

import pytest

from policies.graph import SECRET, Resource
from policies.results import Verdict
from tests.operations.verify.world import (
    OPEN,
    TLS_ONLY,
    World,
    all_pass,
    arn,
    fails,
    finding,
    red,
    resource,
    with_input,
)

ALARM, RULE, TARGET = (
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget",
)
PATTERN = json.dumps({"source": ["aws.kms"], "detail-type": ["AWS API Call via CloudTrail"]})


def put_alarm(world: World, topic: str | None, **changes: Any) -> None:
    parts = {
        "AlarmName": "no-backup",
        "Namespace": "ward",
        "MetricName": "missing",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0.0,
        "EvaluationPeriods": 1,
        "Period": 300,
        "Statistic": "Sum",
        "TreatMissingData": "breaching",
        "AlarmActions": [topic] if topic else [],
        **changes,
    }
    world.client("cloudwatch").put_metric_alarm(**parts)


@pytest.fixture
def alarm(world: World) -> Resource:
    topic = world.topic()
    put_alarm(world, topic)
    inputs = {
        "name": "no-backup",
        "namespace": "ward",
        "metricName": "missing",
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 0,
        "evaluationPeriods": 1,
        "period": 300,
        "treatMissingData": "breaching",
        "alarmActions": [topic],
    }
    return resource(ALARM, "no-backup", inputs)


def test_an_alarm_that_somebody_hears(world: World, alarm: Resource) -> None:
    all_pass(world.ask(alarm), "alarm-points-somewhere", "alarm-watches-its-metric")


def test_an_alarm_that_is_switched_off_or_gone(world: World, alarm: Resource) -> None:
    world.client("cloudwatch").disable_alarm_actions(AlarmNames=["no-backup"])
    fails(world.ask(alarm), "alarm-points-somewhere", "DescribeAlarms ActionsEnabled", "false", "true")
    gone = with_input(alarm, "name", "gone")
    assert red(world.ask(gone)) == [("alarm-points-somewhere", ""), ("alarm-watches-its-metric", "")]


@pytest.mark.parametrize(
    ("change", "asked", "found", "wanted"),
    [
        ({"Threshold": 100.0}, "Threshold", "100", "0"),
        ({"Period": 86400}, "Period", "86400", "300"),
        ({"TreatMissingData": "notBreaching"}, "TreatMissingData", "notBreaching", "breaching"),
        ({"MetricName": "other"}, "MetricName", "other", "missing"),
    ],
)
def test_an_alarm_that_watches_something_else(
    world: World, alarm: Resource, change: dict[str, Any], asked: str, found: str, wanted: str
) -> None:
    put_alarm(world, alarm.inputs["alarmActions"][0], **change)
    fails(world.ask(alarm), "alarm-watches-its-metric", f"DescribeAlarms {asked}", found, wanted)


def test_an_alarm_whose_topic_is_gone(world: World, alarm: Resource) -> None:
    topic = alarm.inputs["alarmActions"][0]
    world.client("sns").delete_topic(TopicArn=topic)
    fails(world.ask(alarm), "alarm-points-somewhere", f"target {topic}", "which does not exist", "exists and is heard")


def test_an_alarm_to_a_topic_without_a_listener(world: World, alarm: Resource) -> None:
    deaf = world.topic("deaf", heard=False)
    put_alarm(world, deaf)
    stated = with_input(alarm, "alarmActions", [deaf])
    asked = f"target {deaf}"
    fails(world.ask(stated), "alarm-points-somewhere", asked, "nobody has confirmed a subscription")
    waiting = {
        "SubscriptionArn": "PendingConfirmation",
        "Protocol": "email",
        "Endpoint": "x",
        "Owner": "1",
        "TopicArn": deaf,
    }
    pending = world.answering(ListSubscriptionsByTopic=lambda *_: {"Subscriptions": [waiting]})
    fails(world.ask(stated, live=pending), "alarm-points-somewhere", asked, "nobody has confirmed a subscription")


def test_an_action_or_target_that_the_state_hides_is_not_passed(world: World, alarm: Resource, rule: Resource) -> None:
    said = finding(world.ask(with_input(alarm, "alarmActions", [SECRET])), "alarm-points-somewhere")
    assert said.verdict is Verdict.UNKNOWN and "the state hides" in said.found
    leads = with_input(target(world, world.topic("other")), "arn", SECRET)
    said = finding(world.ask(leads), "event-target-reached")
    assert said.verdict is Verdict.UNKNOWN and "the state hides" in said.found


def test_an_alarm_that_leads_elsewhere_or_nowhere(world: World, alarm: Resource) -> None:
    topic, other = alarm.inputs["alarmActions"][0], world.topic("other")
    put_alarm(world, other)
    fails(world.ask(alarm), "alarm-points-somewhere", "DescribeAlarms AlarmActions", other, topic)
    put_alarm(world, None)
    report = world.ask(with_input(alarm, "alarmActions", []))
    fails(report, "alarm-points-somewhere", "DescribeAlarms AlarmActions", "no action")


def test_a_composite_alarm(world: World, alarm: Resource) -> None:
    topic = alarm.inputs["alarmActions"][0]
    row = {"AlarmName": "all", "ActionsEnabled": True, "AlarmActions": [topic], "AlarmRule": "ALARM(no-backup)"}
    composite = resource(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm", "all", {"alarmName": "all", "alarmActions": [topic]}
    )
    there = world.answering(DescribeAlarms=lambda *_: {"CompositeAlarms": [row]})
    all_pass(world.ask(composite, live=there), "alarm-points-somewhere")
    off = world.answering(DescribeAlarms=lambda *_: {"CompositeAlarms": [{**row, "ActionsEnabled": False}]})
    report = world.ask(composite, live=off)
    fails(report, "alarm-points-somewhere", "DescribeAlarms ActionsEnabled", "false", "true")


# --- rules and targets -----------------------------------------------------------------------------------------------


@pytest.fixture
def rule(world: World) -> Resource:
    world.client("events").put_rule(Name="key-disabled", EventPattern=PATTERN)
    return resource(RULE, "rule", {"eventPattern": PATTERN}, {"name": "key-disabled", "id": "key-disabled"})


def target(world: World, to: str) -> Resource:
    world.client("events").put_targets(Rule="key-disabled", Targets=[{"Id": "t", "Arn": to}])
    return resource(TARGET, "target", {"rule": "key-disabled", "arn": to}, {"arn": to})


def test_a_rule_in_force(world: World, rule: Resource) -> None:
    leads = target(world, world.topic())
    all_pass(world.ask(rule, leads), "event-rule-in-force", "event-target-reached")


def test_a_rule_that_is_off_looks_elsewhere_or_is_gone(world: World, rule: Resource) -> None:
    target(world, world.topic())
    events, check = world.client("events"), "event-rule-in-force"
    events.disable_rule(Name="key-disabled")
    fails(world.ask(rule), check, "DescribeRule State", "DISABLED", "ENABLED")
    all_pass(world.ask(with_input(rule, "state", "DISABLED")), check)
    events.put_rule(Name="key-disabled", EventPattern=json.dumps({"source": ["aws.ec2"]}))
    fails(world.ask(rule), check, "DescribeRule EventPattern", "aws.ec2", "aws.kms")
    gone = resource(RULE, "rule", rule.inputs, {"name": "gone"})
    fails(world.ask(gone), check, "", "ResourceNotFoundException")


def test_a_schedule_that_was_changed(world: World) -> None:
    events = world.client("events")
    events.put_rule(Name="drill", ScheduleExpression="rate(30 days)")
    events.put_targets(Rule="drill", Targets=[{"Id": "t", "Arn": world.topic()}])
    drill = resource(RULE, "drill", {"name": "drill", "scheduleExpression": "rate(30 days)"})
    all_pass(world.ask(drill), "event-rule-in-force")
    events.put_rule(Name="drill", ScheduleExpression="rate(300 days)")
    asked = "DescribeRule ScheduleExpression"
    fails(world.ask(drill), "event-rule-in-force", asked, "rate(300 days)", "rate(30 days)")


def test_a_rule_without_the_target_of_the_state(world: World, rule: Resource) -> None:
    topic, other = world.topic(), world.topic("other")
    leads = target(world, other)
    moved = with_input(leads, "arn", topic)
    fails(world.ask(rule, moved), "event-target-reached", "ListTargetsByRule", other, topic)
    world.client("events").remove_targets(Rule="key-disabled", Ids=["t"])
    assert red(world.ask(rule, leads)) == [
        ("event-rule-in-force", "ListTargetsByRule"),
        ("event-target-reached", "ListTargetsByRule"),
    ]


def test_targets_of_every_kind_are_looked_for(world: World, rule: Resource) -> None:
    role = world.role()
    queue_url = world.client("sqs").create_queue(QueueName="orders")["QueueUrl"]
    attributes = world.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    world.client("logs").create_log_group(logGroupName="/ward/events")
    machine = world.client("stepfunctions").create_state_machine(
        name="drill",
        definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}),
        roleArn=role,
    )["stateMachineArn"]
    there = (
        attributes["Attributes"]["QueueArn"],
        machine,
        "arn:aws-cn:logs:cn-north-1:123456789012:log-group:/ward/events:*",
    )
    for to in there:
        all_pass(world.ask(rule, target(world, to)), "event-target-reached")
        gone = to.replace("orders", "gone").replace("drill", "gone").replace("/ward/events", "/ward/gone")
        report = world.ask(rule, target(world, gone))
        fails(report, "event-target-reached", "ListTargetsByRule Arn", "which does not exist")
    function = "arn:aws-cn:lambda:cn-north-1:123456789012:function:gone"
    report = world.ask(rule, target(world, function))
    fails(report, "event-target-reached", "ListTargetsByRule Arn", "which does not exist")
    there_is_one = world.answering(GetFunctionConcurrency=lambda *_: {})
    all_pass(world.ask(rule, target(world, function), live=there_is_one), "event-target-reached")


def test_a_target_of_a_kind_that_is_not_known_is_not_passed(world: World, rule: Resource) -> None:
    report = world.ask(rule, target(world, "arn:aws-cn:kinesis:cn-north-1:123456789012:stream/s"))
    said = finding(report, "event-target-reached")
    assert said.verdict is Verdict.UNKNOWN and "targets of kinesis are not known" in said.found
    assert report.exit_code == 2
    garbled = world.amending(ListTargetsByRule=lambda a: a["Targets"][0].update(Arn="x"))
    leads = resource(TARGET, "target", {"rule": "key-disabled", "arn": "x"})
    fails(world.ask(leads, live=garbled), "event-target-reached", "ListTargetsByRule Arn", "x", "the ARN of a target")


# --- topics ----------------------------------------------------------------------------------------------------------


def test_a_topic(world: World) -> None:
    key, other, sns = world.key(), world.key("other"), world.client("sns")
    made = world.topic(KmsMasterKeyId=arn(key), Policy=json.dumps(TLS_ONLY))
    inputs = {"name": "alarms", "kmsMasterKeyId": arn(key), "policy": json.dumps(TLS_ONLY)}
    topic = resource("aws:sns/topic:Topic", "t", inputs, {"arn": made})
    all_pass(world.ask(topic), "topic-encrypted", "topic-denies-plain-http")
    sns.set_topic_attributes(TopicArn=made, AttributeName="KmsMasterKeyId", AttributeValue=arn(other))
    asked = "GetTopicAttributes"
    fails(world.ask(topic), "topic-encrypted", f"{asked} KmsMasterKeyId", arn(other), arn(key))
    sns.set_topic_attributes(TopicArn=made, AttributeName="KmsMasterKeyId", AttributeValue="")
    fails(world.ask(topic), "topic-encrypted", f"{asked} KmsMasterKeyId", "no key of its own", arn(key))
    sns.set_topic_attributes(TopicArn=made, AttributeName="KmsMasterKeyId", AttributeValue="alias/gone")
    fails(world.ask(topic), "topic-encrypted", f"{asked} KmsMasterKeyId", "alias/gone, which does not exist")
    sns.set_topic_attributes(TopicArn=made, AttributeName="KmsMasterKeyId", AttributeValue=arn(key))
    sns.set_topic_attributes(TopicArn=made, AttributeName="Policy", AttributeValue=json.dumps(OPEN))
    fails(world.ask(topic), "topic-denies-plain-http", f"{asked} Policy", "a policy that does not")
    sns.delete_topic(TopicArn=made)
    assert red(world.ask(topic)) == [("topic-denies-plain-http", ""), ("topic-encrypted", "")]


def test_a_key_that_the_state_hides_is_not_passed(world: World) -> None:
    made = world.topic(KmsMasterKeyId=arn(world.key()))
    topic = resource("aws:sns/topic:Topic", "t", {"kmsMasterKeyId": SECRET}, {"arn": made})
    said = finding(world.ask(topic), "topic-encrypted")
    assert said.verdict is Verdict.UNKNOWN and "the state hides which key" in said.found


def test_a_subscription(world: World) -> None:
    topic = world.topic(heard=False)
    endpoint = "https://hospital.example/alarms?token=hush"
    inputs = {"topic": topic, "protocol": "https", "endpoint": endpoint}
    subscription = resource("aws:sns/topicSubscription:TopicSubscription", "s", inputs)
    check, asked = "subscription-confirmed", "ListSubscriptionsByTopic"
    report = world.ask(subscription)
    fails(report, check, asked, "none that is confirmed", "by https")
    assert "hush" not in report.violations[0].message
    world.client("sns").subscribe(TopicArn=topic, Protocol="https", Endpoint=endpoint)
    all_pass(world.ask(subscription), check)
    other = with_input(subscription, "endpoint", "https://elsewhere.example")
    fails(world.ask(other), check, asked, "none that is confirmed")
    hidden = with_input(subscription, "endpoint", SECRET)
    all_pass(world.ask(hidden), check)
    gone = with_input(subscription, "topic", topic + "-gone")
    assert finding(world.ask(gone), check).verdict is Verdict.FAIL

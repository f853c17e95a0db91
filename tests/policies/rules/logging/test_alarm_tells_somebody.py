import pytest

from policies.graph import Unknown
from tests.resources import PARTNER, Reference, arn, assert_fails, assert_passes, assert_unknown, ref, resource, urn

RULE = "alarm-tells-somebody"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
EVENTS = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
TOPIC = "aws:sns/topic:Topic"
WHOLE = {"whole_accounts": True}
GOES = {"alarmActions": [ref(TOPIC, "topic")]}


def test_an_alarm_with_an_action_passes():
    assert_passes(RULE, resource(ALARM, **GOES))
    assert_passes(RULE, resource(ALARM, alarmActions=[arn("sns", "alarms")], actionsEnabled=True))
    assert_passes(RULE, resource(ALARM, alarmActions=["arn:aws-cn:automate:cn-north-1:ec2:recover"]))
    assert_passes(RULE, resource(ALARM, alarmActions=[Unknown((Reference(urn(TOPIC, "topic"), "arn"),))]))


@pytest.mark.parametrize(
    ("change", "found", "wanted"),
    [
        ({"alarmActions": None}, "nothing", "topic"),
        ({"alarmActions": []}, "[]", "topic"),
        ({"alarmActions": [""]}, "", "topic"),
        ({"alarmActions": [arn("sns", "alarms", region=PARTNER)]}, PARTNER, "cn-north-1"),
        ({**GOES, "actionsEnabled": False}, "false", "true"),
        ({"alarmActions": 7}, "7", "topic"),
    ],
)
def test_an_alarm_that_nobody_hears_fails(change: dict, found: str, wanted: str):
    assert_fails(RULE, resource(ALARM, **change), found=found, wanted=wanted)


def test_an_alarm_that_something_reads_needs_no_action():
    check = resource("aws:route53/healthCheck:HealthCheck", cloudwatchAlarmName=ref(ALARM, "metricAlarm", "name"))
    assert_passes(RULE, resource(ALARM), check)
    both = resource(COMPOSITE, alarmRule=f"ALARM({ref(ALARM, 'metricAlarm', 'name')})", **GOES)
    assert_passes(RULE, resource(ALARM), both)
    assert_passes(RULE, both)
    assert_fails(RULE, resource(COMPOSITE), found="nothing", wanted="topic")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(ALARM, alarmActions=[Unknown()]))
    assert_unknown(RULE, resource(ALARM, **GOES, actionsEnabled=Unknown()))
    assert_unknown(RULE, resource(EVENTS), resource(TARGET, rule=Unknown()))


def test_an_event_rule_goes_somewhere():
    target = resource(TARGET, rule=ref(EVENTS, "eventRule", "name"), arn=ref(TOPIC, "topic"))
    assert_passes(RULE, resource(EVENTS), target)
    assert_fails(RULE, resource(EVENTS), found="no target", wanted="EventTarget")
    assert_fails(RULE, resource(EVENTS, isEnabled=False), target, found="false", wanted="true")
    assert_fails(RULE, resource(EVENTS, state="DISABLED"), target, found="DISABLED", wanted="ENABLED")
    assert_fails(RULE, resource(EVENTS, state=["ENABLED"]), target, found="ENABLED")


def test_a_schedule_is_no_alarm():
    nightly = {"eventPattern": None, "scheduleExpression": "rate(1 day)"}
    target = resource("aws:cloudwatch/eventTarget:EventTarget", rule=ref(EVENTS, "eventRule", "name"))
    assert_passes(RULE, resource(EVENTS, **nightly, state="DISABLED"), target)
    assert_fails(RULE, resource(EVENTS, **nightly), found="no target")


SUBSCRIPTION = resource("aws:sns/topicSubscription:TopicSubscription")


@pytest.mark.parametrize("action", [ref(TOPIC, "topic"), arn("sns", "alarms")])
def test_somebody_reads_the_topic(action: str):
    alarm = resource(ALARM, alarmActions=[action])
    assert_passes(RULE, resource(TOPIC), alarm, SUBSCRIPTION, **WHOLE)
    assert_passes(RULE, resource(TOPIC), alarm)
    assert_fails(
        RULE, resource(TOPIC), alarm, found="nobody reads what metricAlarm says", wanted="subscription", **WHOLE
    )
    elsewhere = resource(SUBSCRIPTION.type, topic=ref(TOPIC, "another"))
    assert_fails(RULE, resource(TOPIC), alarm, elsewhere, found="nobody reads", **WHOLE)
    chat = resource(
        "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration", snsTopicArns=[ref(TOPIC, "topic")]
    )
    assert_passes(RULE, resource(TOPIC), alarm, chat, **WHOLE)
    target = resource(TARGET, rule=ref(EVENTS, "eventRule", "name"), arn=action)
    assert_fails(RULE, resource(TOPIC), target, found="nobody reads", **WHOLE)


def test_a_topic_that_no_alarm_goes_to_is_not_asked():
    assert_passes(RULE, resource(TOPIC))
    assert_passes(RULE, resource(TOPIC), resource(ALARM, alarmActions=[arn("sns", "alarms", account="444455556666")]))


def test_a_topic_under_the_key_of_sns_takes_in_no_alarm():
    alarm = resource(ALARM, alarmActions=[ref(TOPIC, "topic")])
    assert_fails(
        RULE, resource(TOPIC, kmsMasterKeyId="alias/aws/sns"), alarm, found="alias/aws/sns", wanted="customer key"
    )
    assert_passes(RULE, resource(TOPIC, kmsMasterKeyId="alias/aws/sns"))


def test_an_alarm_tells_no_stranger():
    strange = arn("sns", "alarms", account="999999999999")
    assert_fails(RULE, resource(ALARM, alarmActions=[strange]), found="999999999999", wanted="own accounts")
    assert_passes(RULE, resource(ALARM, alarmActions=[arn("sns", "alarms")]))

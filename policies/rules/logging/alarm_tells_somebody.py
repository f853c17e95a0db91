from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value, is_known
from policies.iam_documents import account_of_arn
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._accounts import is_prepared
from policies.rules._paths import each, is_hidden, one_of

_ALARMS: Final = ("aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm")
_RULE: Final = "aws:cloudwatch/eventRule:EventRule"
_TARGET: Final = "aws:cloudwatch/eventTarget:EventTarget"
_TOPIC: Final = "aws:sns/topic:Topic"
_READERS: Final = (
    ("aws:sns/topicSubscription:TopicSubscription", "topic"),
    ("aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration", "snsTopicArns"),
    ("aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration", "snsTopicArns"),
)
"""Who reads a topic: (type, the input that names it)."""


@rule(
    title="An alarm tells somebody",
    title_zh="告警可送达相关人员",
    severity=Severity.MEDIUM,
    types=(*_ALARMS, _RULE, _TOPIC),
    scope=Scope.GRAPH,
    why="What is measured and watched helps nobody while no one hears of it.",
    fix="Give the alarm an action, the event rule a target, and the topic that they go to a subscription.",
    good='aws.cloudwatch.MetricAlarm("lag", alarm_actions=[topic.arn], ...)',
    bad='aws.cloudwatch.MetricAlarm("lag", actions_enabled=False, ...)',
)
def alarm_tells_somebody(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """An alarm needs an action that is switched on, and a topic that it names must be in its own region (CloudWatch takes no
    other); an alarm that something else of the program reads (a composite alarm, a health check, a deployment) needs none. An
    event rule must have a target, and one that waits for an event be switched on (a schedule is no alarm, and may rest). A topic
    that they go to may not be under the key of SNS, whose policy lets in no service (CloudWatch user guide, "Notifying users
    on alarm changes"). In an account that the
    program prepares as a whole, a topic that alarms or event rules go to needs somebody who reads it: a subscription or a
    channel; elsewhere another program may subscribe.

    Sources: Security Hub controls CloudWatch.15 and CloudWatch.17 (K); CIS AWS Foundations Benchmark, section on monitoring,
    which asks for a subscriber too (K)."""
    if resource.type in _ALARMS:
        yield from _alarm(resource, facts)
    elif resource.type == _RULE:
        yield from _event_rule(resource, facts)
    else:
        yield _topic(resource, facts)


def _alarm(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    wanted = "an action that tells somebody: a topic in the alarm's region"
    enabled, actions = resource.get("actionsEnabled"), list(each(resource.inputs, "alarmActions[*]"))
    readers = [*(r for r in facts.graph.referring(resource) if r.custom), *_composites(resource, facts)]
    if readers:
        yield passed(resource, "", f"read by {readers[0].name}")
    elif is_hidden(enabled):
        yield undecided(resource, "actionsEnabled", enabled, "true")
    elif not one_of(enabled, None, True):
        yield failed(resource, "actionsEnabled", enabled, "true")
    elif not actions:
        yield failed(resource, "alarmActions", resource.get("alarmActions"), wanted)
    for path, value in actions if not readers else []:
        if is_hidden(value) and not getattr(value, "references", ()):
            yield undecided(resource, path, value, wanted)
        elif value in (None, "") or not (isinstance(value, str) or is_hidden(value)):
            yield failed(resource, path, value, wanted)
        elif (region := _region_of_topic(value)) is not None and resource.region and region != resource.region:
            yield failed(resource, path, value, f"a topic in {resource.region}")
        elif (account := _strange(value, facts)) is not None:
            yield failed(resource, path, value, f"a topic of the program's own accounts, not of {account}")
        else:
            yield passed(resource, path, value)


def _composites(alarm: Resource, facts: Facts) -> Iterator[Resource]:
    """The composite alarms that name an alarm in their text."""
    names = facts.names(alarm)
    for other in facts.graph.of_type(_ALARMS[1]):
        text = other.get("alarmRule")
        if other is not alarm and isinstance(text, str) and any(name in text for name in names):
            yield other


def _region_of_topic(value: Value) -> str | None:
    parts = value.split(":") if isinstance(value, str) and is_known(value) else []
    return parts[3] if len(parts) >= 6 and parts[2] == "sns" and parts[3] else None


def _account_of_topic(value: Value) -> str | None:
    return account_of_arn(value) if isinstance(value, str) and is_known(value) else None


def _strange(value: Value, facts: Facts) -> str | None:
    """The account of a topic that is none of the program's; None where it is, or where no provider names an account."""
    account = _account_of_topic(value)
    return account if account and facts.own_accounts and not facts.is_own_account(account) else None


def _event_rule(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    enabled, state = resource.get("isEnabled"), resource.get("state")
    targets = facts.satellites(resource, _TARGET, path="rule")
    if not targets and (somewhere := facts.derived(_hidden_targets)):
        yield undecided(resource, "", somewhere[0].get("rule"), "an aws.cloudwatch.EventTarget for it")
    elif not targets:
        yield failed(resource, "", "no target", "an aws.cloudwatch.EventTarget for it")
    elif resource.get("eventPattern") is None and resource.get("scheduleExpression") is not None:
        yield not_applicable(resource, f"a schedule, which starts {targets[0].name}")
    elif is_hidden(enabled) or is_hidden(state):
        yield undecided(resource, "state", state if is_hidden(state) else enabled, "ENABLED")
    elif not one_of(enabled, None, True):
        yield failed(resource, "isEnabled", enabled, "true")
    elif state not in (None, "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"):
        yield failed(resource, "state", state, "ENABLED")
    else:
        yield passed(resource, "", f"goes to {targets[0].name}")


def _hidden_targets(facts: Facts) -> list[Resource]:
    """Targets of event rules that this graph does not show."""
    targets = facts.graph.of_type(_TARGET)
    return [t for t in targets if is_hidden(t.get("rule")) and not facts.graph.target(t, "rule")]


def _topic(resource: Resource, facts: Facts) -> Outcome:
    senders = facts.derived(_senders).get(resource.urn, ())
    if not senders:
        return not_applicable(resource, "no alarm of the program goes to it")
    key = resource.get("kmsMasterKeyId")
    if isinstance(key, str) and key.endswith("alias/aws/sns"):
        wanted = "a customer key that lets in the service: no alarm may use the key of SNS"
        return failed(resource, "kmsMasterKeyId", key, wanted)
    for type_token, path in _READERS:
        for reader in facts.graph.of_type(type_token):
            values = reader.get(path)
            rows = values if isinstance(values, list) else [values]
            if any(facts.resolve(row, _TOPIC) is resource for row in rows):
                return passed(resource, "", f"read by {reader.name}")
            if facts.target(reader, path, _TOPIC) is resource:
                return passed(resource, "", f"read by {reader.name}")
    if not is_prepared(resource, facts):
        return not_applicable(resource, "another program may subscribe to it")
    return failed(resource, "", f"nobody reads what {senders[0]} says", "a subscription (aws.sns.TopicSubscription)")


def _senders(facts: Facts) -> dict[str, list[str]]:
    """Topic -> the alarms and event rules' targets that go to it."""
    found: dict[str, list[str]] = {}
    for other in facts.graph.of_type(*_ALARMS, _TARGET):
        pattern = "arn" if other.type == _TARGET else "alarmActions[*]"
        for path, value in each(other.inputs, pattern):
            topic = facts.resolve(value, _TOPIC)
            if topic is None and not (isinstance(value, str) and is_known(value)):
                topic = facts.graph.target(other, path, _TOPIC)
            if topic is not None and _same_account(topic, value):
                found.setdefault(topic.urn, []).append(other.name)
    return found


def _same_account(topic: Resource, value: Value) -> bool:
    """Topics of the same name may stand in several accounts."""
    account = _account_of_topic(value)
    return account is None or not topic.account or account == topic.account

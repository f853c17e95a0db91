"""CloudWatch: alarms are switched on and lead to somebody; log groups are encrypted and kept as long as they should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import among, as_stated, named, right_key, same
from operations.verify.asking import NotThere, Subject
from operations.verify.registry import check
from operations.verify.targets import reached
from policies.graph import as_list
from policies.registry import failed
from policies.results import Outcome

_ALARMS: Final = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("MetricAlarm", "MetricAlarms", "name"),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": ("CompositeAlarm", "CompositeAlarms", "alarmName"),
}
_ACTIONS: Final = {
    "alarmActions": "AlarmActions",
    "insufficientDataActions": "InsufficientDataActions",
    "okActions": "OKActions",
}


@check(
    *_ALARMS,
    title="The alarm is there, switched on, and its actions lead to a target that exists and is heard",
    fix="Deploy again; confirm the subscription of its topic.",
)
def alarm_points_somewhere(alarm: Subject) -> Iterator[Outcome]:
    """Compares the actions with those of the state, and looks for the target of each."""
    found = _described(alarm)
    enabled = alarm.wanted("actionsEnabled") not in (False, "false")
    yield same(alarm, "DescribeAlarms ActionsEnabled", found.get("ActionsEnabled", False), enabled)
    for path, name in _ACTIONS.items():
        actions = found.get(name) or []
        for wanted in as_list(alarm.wanted(path)):
            yield among(alarm, f"DescribeAlarms {name}", actions, wanted)
    actions = found.get("AlarmActions") or []
    if not actions:
        yield failed(alarm.resource, "DescribeAlarms AlarmActions", "no action", "an action that leads to somebody")
    for arn in actions:
        yield from reached(alarm, f"target {arn}", arn)


@check(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    title="The alarm watches what the state says",
    fix="Deploy again, and find out who changed the alarm.",
)
def alarm_watches_its_metric(alarm: Subject) -> Iterator[Outcome]:
    """Compares metric, threshold, period, and what missing data means."""
    found = _described(alarm)
    parts = {
        "namespace": "Namespace",
        "metricName": "MetricName",
        "comparisonOperator": "ComparisonOperator",
        "threshold": "Threshold",
        "evaluationPeriods": "EvaluationPeriods",
        "period": "Period",
        "treatMissingData": "TreatMissingData",
    }
    for path, name in parts.items():
        if alarm.resource.get(path) is not None:
            yield from as_stated(alarm, f"DescribeAlarms {name}", found.get(name), path)


def _described(alarm: Subject) -> Mapping[str, Any]:
    kind, rows, path = _ALARMS[alarm.resource.type]
    name = alarm.name(path, "id")
    answer = alarm.ask("cloudwatch", "describe_alarms", AlarmNames=[name], AlarmTypes=[kind])
    return named(answer.get(rows), "AlarmName", name)


@check(
    "aws:cloudwatch/logGroup:LogGroup",
    title="The log group is encrypted with the key that the state names",
    fix="Set the key again (AssociateKmsKey); what was written meanwhile stays under the other.",
)
def log_group_encrypted(group: Subject) -> Iterator[Outcome]:
    """Compares the key."""
    yield right_key(group, "DescribeLogGroups kmsKeyId", _group(group).get("kmsKeyId"), group.wanted("kmsKeyId"))


@check(
    "aws:cloudwatch/logGroup:LogGroup",
    title="The log group is kept as long as the state says",
    fix="Set the retention again (PutRetentionPolicy); what was older is lost.",
)
def log_group_kept(group: Subject) -> Iterator[Outcome]:
    """Compares the days of retention; 0 and none mean for ever."""
    found = _group(group).get("retentionInDays") or "for ever"
    yield same(group, "DescribeLogGroups retentionInDays", found, group.wanted("retentionInDays") or "for ever")


def _group(group: Subject) -> Mapping[str, Any]:
    name = group.name("name", "id")
    rows = group.listed("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    for row in rows:
        if row.get("logGroupName") == name:
            return row
    raise NotThere("no log group of that name")

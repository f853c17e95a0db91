"""Who is told of what happens: event rules with a target, and filters of a trail's log that raise an alarm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from policies.facts import Facts
from policies.graph import Resource, Value, as_list
from policies.resolve import decoded
from policies.rules._paths import each, is_hidden
from policies.rules.logging._trails import TRAIL

RULE: Final = "aws:cloudwatch/eventRule:EventRule"
TARGET: Final = "aws:cloudwatch/eventTarget:EventTarget"
ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
_FILTER: Final = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"

Event = Mapping[str, Any]
Place = tuple[str | None, str | None]
"""(region, account)."""


def takes(pattern: Value, event: Event, facts: Facts) -> bool:
    """Whether an event pattern takes an event in, as far as both speak of the same fields. A resource stands in an event for
    its ARN or name."""
    pattern = decoded(pattern) if isinstance(pattern, str) else pattern
    if not isinstance(pattern, Mapping):
        return True
    return all(
        takes(wanted, event[key], facts)
        if isinstance(event[key], Mapping)
        else any(_is(w, event[key], facts) for w in as_list(wanted))
        for key, wanted in pattern.items()
        if key in event
    )


def _is(wanted: Value, value: Any, facts: Facts) -> bool:
    """Whether one entry of a pattern's list is met; a matcher that is not known here may be."""
    if isinstance(value, Resource):
        return isinstance(wanted, Mapping) or wanted in facts.names(value) or facts.resolve(wanted) is value
    if not isinstance(wanted, Mapping):
        return bool(wanted == value)
    if "prefix" in wanted:
        return str(value).startswith(str(wanted["prefix"]))
    if "anything-but" in wanted:
        return value not in as_list(wanted["anything-but"])
    return True


def call(service: str, name: str, **detail: Any) -> Event:
    """The event of a call to AWS that a trail records."""
    return {
        "source": f"aws.{service}",
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {"eventSource": f"{service}.amazonaws.com", "eventName": name, **detail},
    }


@dataclass(frozen=True, slots=True)
class Tellers:
    """What tells somebody in one region of one account."""

    patterns: tuple[Mapping[str, Any], ...]
    """Of event rules that have a target."""
    hidden: Resource | None
    """An event rule with a target whose pattern cannot be seen."""

    def tell(self, event: Event, facts: Facts) -> bool:
        """Whether an event reaches somebody."""
        return any(takes(pattern, event, facts) for pattern in self.patterns)


def tellers(facts: Facts, place: Place) -> Tellers:
    """Who tells of what happens in a region of an account."""
    return facts.derived(_tellers).get(place, Tellers((), None))


def _tellers(facts: Facts) -> dict[Place, Tellers]:
    patterns: dict[Place, list[Mapping[str, Any]]] = {}
    hidden: dict[Place, Resource] = {}
    for event_rule in facts.graph.of_type(RULE):
        if not facts.satellites(event_rule, TARGET, path="rule"):
            continue
        place = (event_rule.region, event_rule.account)
        stated = event_rule.get("eventPattern")
        pattern = decoded(stated)
        rows = patterns.setdefault(place, [])
        if isinstance(pattern, Mapping):
            rows.append(pattern)
        elif is_hidden(stated):
            hidden[place] = event_rule
    return {place: Tellers(tuple(rows), hidden.get(place)) for place, rows in patterns.items()}


def watched_calls(facts: Facts, account: str | None) -> tuple[str, ...]:
    """The patterns of filters of the log of an account's trail whose metric raises an alarm: what happens in any region."""
    return tuple(_watched(facts, account))


def _watched(facts: Facts, account: str | None) -> Iterator[str]:
    groups = {
        group.urn
        for trail in facts.graph.of_type(TRAIL)
        if trail.account == account and (group := facts.target(trail, "cloudWatchLogsGroupArn", _GROUP))
    }
    metrics = {
        (alarm.region, alarm.get("namespace"), alarm.get("metricName"))
        for alarm in facts.graph.of_type(ALARM)
        if alarm.account == account and isinstance(alarm.get("metricName"), str)
    }
    for found in facts.graph.of_type(_FILTER):
        group = facts.target(found, "logGroupName", _GROUP)
        pattern = found.get("pattern")
        if group is None or group.urn not in groups or not isinstance(pattern, str):
            continue
        for _, metric in each(found.inputs, "metricTransformation"):
            if isinstance(metric, Mapping) and (found.region, metric.get("namespace"), metric.get("name")) in metrics:
                yield pattern

"""EventBridge: rules are switched on, look for what they should, and their targets are there and heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import among, must, same, same_json
from operations.verify.asking import Subject
from operations.verify.registry import check
from operations.verify.targets import reached
from policies.results import Outcome, shown

_GONE: Final = ("ResourceNotFoundException",)


@check(
    "aws:cloudwatch/eventRule:EventRule",
    title="The rule is there, enabled, with the pattern of the state, and has a target",
    fix="Deploy again, and find out who changed the rule.",
)
def event_rule_in_force(rule: Subject) -> Iterator[Outcome]:
    """Compares state, pattern and schedule, and that there is a target at all."""
    where = _where(rule, rule.name("name", "id"))
    found = rule.ask(
        "events", "describe_rule", gone=_GONE, **{"Name" if k == "Rule" else k: v for k, v in where.items()}
    )
    off = rule.wanted("isEnabled") in (False, "false")
    stated = rule.resource.get("state")
    wanted = stated if isinstance(stated, str) and stated else "DISABLED" if off else "ENABLED"
    yield same(rule, "DescribeRule State", found.get("State"), wanted)
    pattern = rule.wanted("eventPattern")
    if isinstance(pattern, str):
        actual = found.get("EventPattern")
        yield must(rule, "DescribeRule EventPattern", same_json(actual, pattern), actual, shown(pattern))
    if isinstance(rule.wanted("scheduleExpression"), str):
        actual = found.get("ScheduleExpression")
        yield same(rule, "DescribeRule ScheduleExpression", actual, rule.wanted("scheduleExpression"))
    targets = _targets(rule, where)
    yield must(rule, "ListTargetsByRule", bool(targets), f"{len(targets)} targets", "at least one target")


@check(
    "aws:cloudwatch/eventTarget:EventTarget",
    title="The rule's target is there and heard",
    fix="Deploy again; confirm the subscription of its topic.",
)
def event_target_reached(target: Subject) -> Iterator[Outcome]:
    """Looks for the target among the rule's, and for what it points at."""
    arn = target.wanted("arn")
    arns = [row.get("Arn") for row in _targets(target, _where(target, target.name("rule")))]
    if arn not in arns:
        yield among(target, "ListTargetsByRule", arns, arn)
        return
    yield from reached(target, "ListTargetsByRule Arn", arn)


def _where(subject: Subject, rule: str) -> dict[str, str]:
    bus = subject.wanted("eventBusName")
    return {"Rule": rule, **({"EventBusName": bus} if isinstance(bus, str) else {})}


def _targets(subject: Subject, where: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return subject.listed("events", "list_targets_by_rule", "Targets", gone=_GONE, **where)

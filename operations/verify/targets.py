"""Does what an alarm points at exist, and would anybody hear of it? By the service that an ARN names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from operations.verify.asking import NotThere, Subject
from policies.registry import failed, passed, undecided
from policies.results import Outcome

_TOPIC_GONE: Final = ("NotFound", "NotFoundException")
_UNCONFIRMED: Final = ("PendingConfirmation", "Deleted")


def reached(subject: Subject, asked: str, arn: Any) -> Iterator[Outcome]:
    """One outcome: whether the target of an action is there; a topic must also have a subscriber that has confirmed.
    Raises NoAnswer."""
    parts = arn.split(":", 5) if isinstance(arn, str) else []
    if len(parts) != 6 or parts[0] != "arn":
        yield failed(subject.resource, asked, arn, "the ARN of a target")
        return
    find = _BY_SERVICE.get(parts[2])
    if find is None:
        yield undecided(subject.resource, asked, f"targets of {parts[2]} are not known to this check", "a target")
        return
    try:
        problem = find(subject, arn, parts[5])
    except NotThere:
        problem = f"{arn}, which does not exist"
    wanted = "a target that exists and is heard"
    yield failed(subject.resource, asked, problem, wanted) if problem else passed(subject.resource, asked, arn)


def confirmed(subject: Subject, arn: str) -> list[Mapping[str, Any]]:
    """The subscriptions of a topic that somebody has confirmed. Raises NotThere, NoAnswer."""
    at, of = subject.elsewhere(arn)
    key = "Subscriptions"
    rows = subject.listed("sns", "list_subscriptions_by_topic", key, at=at, of=of, gone=_TOPIC_GONE, TopicArn=arn)
    return [row for row in rows if row.get("SubscriptionArn") not in _UNCONFIRMED]


def _topic(subject: Subject, arn: str, name: str) -> str:
    at, of = subject.elsewhere(arn)
    subject.ask("sns", "get_topic_attributes", at=at, of=of, gone=_TOPIC_GONE, TopicArn=arn)
    return "" if confirmed(subject, arn) else f"topic {name}, to which nobody has confirmed a subscription"


def _queue(subject: Subject, arn: str, name: str) -> str:
    at, of = subject.elsewhere(arn)
    gone = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
    subject.ask("sqs", "get_queue_url", at=at, of=of, gone=gone, QueueName=name)
    return ""


def _function(subject: Subject, arn: str, name: str) -> str:
    at, of = subject.elsewhere(arn)
    # Not its configuration: that holds its environment, which may hold secrets.
    gone = ("ResourceNotFoundException",)
    subject.ask("lambda", "get_function_concurrency", at=at, of=of, gone=gone, FunctionName=arn)
    return ""


def _machine(subject: Subject, arn: str, name: str) -> str:
    at, of = subject.elsewhere(arn)
    gone = ("StateMachineDoesNotExist",)
    subject.ask("stepfunctions", "describe_state_machine", at=at, of=of, gone=gone, stateMachineArn=arn)
    return ""


def _log_group(subject: Subject, arn: str, name: str) -> str:
    at, of = subject.elsewhere(arn)
    plain = name.removeprefix("log-group:").removesuffix(":*")
    answer = subject.ask("logs", "describe_log_groups", at=at, of=of, logGroupNamePrefix=plain)
    if any(row.get("logGroupName") == plain for row in answer.get("logGroups", [])):
        return ""
    raise NotThere("no log group of that name")


_BY_SERVICE: Final[Mapping[str, Callable[[Subject, str, str], str]]] = {
    "sns": _topic,
    "sqs": _queue,
    "lambda": _function,
    "states": _machine,
    "logs": _log_group,
}

"""SQS: queues are encrypted, deny plain HTTP, and keep what could not be delivered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import denies, plain_http_denied, right_key, same, silent
from operations.verify.asking import NoAnswer, Subject
from operations.verify.registry import check
from policies.iam_documents import State, read
from policies.resolve import decoded
from policies.results import Outcome

_QUEUE: Final = "aws:sqs/queue:Queue"
_GONE: Final = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


@check(
    _QUEUE,
    title="The queue is encrypted with the key that the state names",
    fix="Set the queue's key again (SetQueueAttributes, KmsMasterKeyId).",
)
def queue_encrypted(queue: Subject) -> Iterator[Outcome]:
    """Compares the key."""
    found = _attributes(queue).get("KmsMasterKeyId")
    yield right_key(queue, "GetQueueAttributes KmsMasterKeyId", found, queue.wanted("kmsMasterKeyId"))


@check(
    _QUEUE,
    title="The queue's policy denies requests without TLS, where the state's does",
    fix="Deploy again, so that the policy is as the program states it.",
)
def queue_denies_plain_http(queue: Subject) -> Iterator[Outcome]:
    """Reads the policy that is in force."""
    stated = read(queue.resource.get("policy"))
    if stated.state is not State.READ or not denies(stated, "sqs:*"):
        yield silent(queue, "policy that denies requests without TLS")
        return
    yield plain_http_denied(queue, "GetQueueAttributes Policy", _attributes(queue).get("Policy"), "sqs:*")


@check(
    _QUEUE,
    title="What the queue cannot deliver is kept where the state says",
    fix="Set the queue's redrive policy again (SetQueueAttributes, RedrivePolicy).",
)
def queue_keeps_undelivered(queue: Subject) -> Iterator[Outcome]:
    """Compares the queue for what is given up, and after how many attempts."""
    wanted = decoded(queue.wanted("redrivePolicy"))
    if not isinstance(wanted, Mapping):
        yield silent(queue, "queue for what is given up")
        return
    found = decoded(_attributes(queue).get("RedrivePolicy"))
    found = found if isinstance(found, Mapping) else {}
    for key in ("deadLetterTargetArn", "maxReceiveCount"):
        yield same(queue, f"GetQueueAttributes RedrivePolicy {key}", found.get(key), wanted.get(key))


def _attributes(queue: Subject) -> Mapping[str, Any]:
    """By name: the address in the state is that of the endpoint at which it was made."""
    url = queue.ask("sqs", "get_queue_url", gone=_GONE, QueueName=queue.name("name")).get("QueueUrl")
    if not isinstance(url, str) or not url:
        raise NoAnswer("SQS names no address for the queue")
    answer = queue.ask("sqs", "get_queue_attributes", gone=_GONE, QueueUrl=url, AttributeNames=["All"])
    found = answer.get("Attributes")
    return found if isinstance(found, Mapping) else {}

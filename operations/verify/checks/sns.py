"""SNS: topics are encrypted and have somebody who listens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import denies, must, plain_http_denied, right_key, silent
from operations.verify.asking import NotThere, Subject
from operations.verify.registry import check
from operations.verify.targets import confirmed
from policies.graph import SECRET
from policies.iam_documents import State, read
from policies.results import Outcome

_TOPIC: Final = "aws:sns/topic:Topic"
_GONE: Final = ("NotFound", "NotFoundException")


@check(
    _TOPIC,
    title="The topic is encrypted with the key that the state names",
    fix="Set the topic's key again (SetTopicAttributes, KmsMasterKeyId).",
)
def topic_encrypted(topic: Subject) -> Iterator[Outcome]:
    """Compares the key."""
    found = _attributes(topic).get("KmsMasterKeyId")
    yield right_key(topic, "GetTopicAttributes KmsMasterKeyId", found, topic.wanted("kmsMasterKeyId"))


@check(
    _TOPIC,
    title="The topic's policy denies publishing without TLS, where the state's does",
    fix="Deploy again, so that the policy is as the program states it.",
)
def topic_denies_plain_http(topic: Subject) -> Iterator[Outcome]:
    """Reads the policy that is in force."""
    stated = read(topic.resource.get("policy"))
    if stated.state is not State.READ or not denies(stated, "sns:Publish"):
        yield silent(topic, "policy that denies requests without TLS")
        return
    yield plain_http_denied(topic, "GetTopicAttributes Policy", _attributes(topic).get("Policy"), "sns:Publish")


@check(
    "aws:sns/topicSubscription:TopicSubscription",
    title="The subscription is there and confirmed",
    fix="Deploy again; whoever is subscribed by mail opens the link of the message that SNS sent.",
)
def subscription_confirmed(subscription: Subject) -> Iterator[Outcome]:
    """Looks for protocol and endpoint among the topic's confirmed subscriptions. The endpoint itself is not shown: it
    may carry a token."""
    protocol, endpoint = subscription.name("protocol"), subscription.wanted("endpoint")
    arn = subscription.name("topic")
    rows = [row for row in confirmed(subscription, arn) if row.get("Protocol") == protocol]
    if endpoint is not SECRET:
        rows = [row for row in rows if row.get("Endpoint") == endpoint]
    found = f"a confirmed subscription by {protocol}" if rows else "none that is confirmed"
    asked, wanted = "ListSubscriptionsByTopic", f"a confirmed subscription by {protocol}"
    yield must(subscription, asked, bool(rows), found, wanted)


def _attributes(topic: Subject) -> Mapping[str, Any]:
    answer = topic.ask("sns", "get_topic_attributes", gone=_GONE, TopicArn=topic.name("arn", "id"))
    found = answer.get("Attributes")
    if not isinstance(found, Mapping):
        raise NotThere("no attributes")
    return found

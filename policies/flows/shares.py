"""Who, by name, can reach what a resource holds: principals of policies, shares, grants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.flows.places import values_at
from policies.flows.tables import shares
from policies.graph import Resource, Value
from policies.iam_access import Caller, named_callers
from policies.rules._resource_policies import RESOURCE_POLICIES, TRUST_POLICIES, documents

TYPES: Final = tuple(sorted({*RESOURCE_POLICIES, *TRUST_POLICIES, *shares()}))

_EVERYONE = ("*", "all", "All")
_OWNER = "accessControlPolicy.owner.id"
"""An access control list names its owner, and gives him rights like anybody else."""
_CANONICAL_USER = re.compile(r"[0-9a-f]{64}|[^@\s]+@[^@\s]+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")


def shared_with(resource: Resource) -> Iterator[Caller]:
    """Everyone to whom an input of the resource opens it; services and stars are others' business."""
    owner = resource.get(_OWNER)
    for pattern in shares().get(resource.type, ()):
        for path, value in values_at(resource, pattern):
            for name in _names(value):
                if name in _EVERYONE or (isinstance(name, str) and (name == owner or _SERVICE.fullmatch(name))):
                    continue
                by_user = isinstance(name, str) and _CANONICAL_USER.fullmatch(name)
                yield Caller(path, "CanonicalUser" if by_user else "AWS", name)


def callers(resource: Resource, facts: Facts) -> Iterator[Caller]:
    """Everyone whom the resource names, by an input or in a policy."""
    yield from shared_with(resource)
    for _, document in documents(resource, facts):
        for statement in document.allowing:
            yield from (c for c in named_callers(statement) if c.value != "*")


def _names(value: Value) -> list[Value]:
    """SSM writes its accounts as one text with commas."""
    if value is None or value == "":
        return []
    if isinstance(value, str) and "," in value:
        return [part.strip() for part in value.split(",")]
    return [value]


LOAD_BALANCER_ACCOUNTS: Final = frozenset(
    [
        *("127311923021", "033677994240", "027434742980", "797873946194", "048591011584", "190560391635"),
        *("098369216593", "754344448648", "589379963580", "718504428378", "383597477331", "600734575887"),
        *("114774131450", "783225319266", "582318560864", "985666609251", "054676820928", "156460612806"),
        *("652711504416", "635631232127", "009996457667", "897822967062", "076674570225", "507241528517"),
        *("638102146993", "037604701340"),
    ]
)
"""Elastic Load Balancing's own accounts, one a region: they deliver access logs to the bucket that names them (ELB user
guide, "Access logs for your Application Load Balancer"; the last two are cn-north-1 and cn-northwest-1)."""

LOG_DELIVERY_USERS: Final = frozenset(
    [
        "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0",
        "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56",
    ]
)
"""The user by which CloudFront delivers access logs to a bucket whose list names it; the second one is China's (as the
Terraform provider's `aws_cloudfront_log_delivery_canonical_user_id` answers)."""

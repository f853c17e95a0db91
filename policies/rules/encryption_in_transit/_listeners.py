"""What the rules about load balancers ask of a listener and of its actions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import failed, passed, undecided
from policies.results import Outcome
from policies.rules._paths import each, is_hidden

LISTENERS: Final = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
LISTENER_RULES: Final = ("aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule")
TARGET_GROUPS: Final = ("aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup")
LOAD_BALANCERS: Final = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")

TLS_1_3: Final = re.compile(r"ELBSecurityPolicy-TLS13-1-3-(FIPS-)?(PQ-)?\d{4}-\d{2}")
"""Policies that offer TLS 1.3 and nothing older (ELB user guide, "Security policies")."""

ENCRYPTED: Final = ("HTTPS", "TLS")
QUIC: Final = ("QUIC", "TCP_QUIC")
PLAIN: Final = ("TCP", "UDP", "TCP_UDP")

REDIRECT: Final = "a redirect to HTTPS, or a fixed response"


def redirects(resource: Resource, actions_path: str) -> Iterator[Outcome]:
    """One outcome for each action of a plain HTTP listener: it may redirect to HTTPS or answer by itself, but lead
    nowhere."""
    actions = list(each(resource.inputs, f"{actions_path}[*]"))
    if not actions:
        yield failed(resource, actions_path, None, REDIRECT)
    for path, action in actions:
        yield from _one(resource, path, action)


def _one(resource: Resource, path: str, action: Value) -> Iterator[Outcome]:
    kind = action.get("type") if isinstance(action, Mapping) else action
    if is_hidden(kind):
        yield undecided(resource, path, kind, REDIRECT)
    elif kind == "fixed-response":
        yield passed(resource, path, "a fixed response")
    elif kind == "redirect":
        for where, protocol in each(action, "redirect.protocol", path):
            if is_hidden(protocol):
                yield undecided(resource, where, protocol, "HTTPS")
            elif protocol == "HTTPS":
                yield passed(resource, where, "redirects to HTTPS")
            else:
                yield failed(resource, where, protocol, "HTTPS")
    else:
        yield failed(resource, f"{path}.type", kind, REDIRECT)


def target_groups(resource: Resource, actions_path: str, facts: Facts) -> list[Resource | None]:
    """The target groups that actions forward to; None for one that is not in the graph."""
    patterns = (f"{actions_path}[*].targetGroupArn", f"{actions_path}[*].forward.targetGroups[*].arn")
    return [
        facts.target(resource, path, *TARGET_GROUPS)
        for pattern in patterns
        for path, value in each(resource.inputs, pattern)
        if value is not None and value != ""
    ]

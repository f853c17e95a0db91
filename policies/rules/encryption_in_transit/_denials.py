"""Whether the policies of a resource turn away whoever comes without TLS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_access import denies_without_tls, resources_of
from policies.iam_documents import State
from policies.registry import failed, passed, undecided
from policies.results import Outcome
from policies.rules._resource_policies import documents

WANTED = "a Deny for everyone, on all of it, when aws:SecureTransport is false"
_MARKER = re.compile(r"\$\{urn:[^}]*\}")


def without_tls_denied(
    resource: Resource, holders: list[Resource], actions: tuple[str, ...], facts: Facts, *, parts: bool = False
) -> Iterator[Outcome]:
    """One outcome: whether the policies that `holders` carry for `resource` deny every one of the actions without
    TLS. `parts`: the resource has parts with names of their own (a bucket's objects), which must be denied too."""
    hidden = None
    problem = "no policy"
    for holder in holders:
        for path, document in documents(holder, facts):
            if document.state is State.UNKNOWN:
                hidden = (path, document.value)
                continue
            if document.state is State.BROKEN:
                problem = document.problem
                continue
            problem = "a policy that does not"
            denied = [denies_without_tls(document, action) for action in actions]
            if all(denied) and (not parts or all(_both(resources_of(statements)) for statements in denied)):
                yield passed(resource, "", f"{holder.name} denies requests without TLS")
                return
    if hidden:
        yield undecided(resource, hidden[0], hidden[1], WANTED)
    else:
        yield failed(resource, "policy", problem, WANTED)


def _both(patterns: list[str]) -> bool:
    """Whether patterns take in the resource itself and all its parts."""
    plain = [_MARKER.sub("X", pattern) for pattern in patterns]
    whole = any(p == "*" or (p.endswith("*") and "/" not in p) for p in plain)
    return whole or (any("/" not in p for p in plain) and any(p.endswith("/*") for p in plain))

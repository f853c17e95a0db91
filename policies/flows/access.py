"""What a statement of a policy opens: which stores it lets someone read, and into what it lets them write.

Actions and resources are compared as IAM does (`policies.iam_documents`): wildcards, `NotAction`, `NotResource`, both
partitions, references inside ARNs. Conditions of an allowing statement narrow who or when, never what, so a narrowed
statement still opens its store; a denial takes away only what it denies without any condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources as files
from typing import Any

import yaml

from policies.facts import Facts
from policies.flows.names import name_pattern
from policies.graph import Resource, references_in
from policies.iam_documents import Statement, matches, overlaps

_MARKER = re.compile(r"\$\{urn:[^}]*\}")


def without_markers(text: str) -> str:
    """A text with a star for each reference: what it comes from means no store."""
    return _MARKER.sub("*", text)


@dataclass(frozen=True, slots=True)
class Service:
    """A row of access.yaml, where the columns are explained."""

    name: str
    types: tuple[str, ...]
    tail: str
    read: tuple[str, ...]
    write: tuple[str, ...]
    arn: str
    wide: bool = False


@cache
def _table() -> Mapping[str, Any]:
    with files.files("policies.flows").joinpath("tables", "access.yaml").open("rb") as file:
        data: Mapping[str, Any] = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        return data


@cache
def services() -> Mapping[str, Service]:
    """The services whose actions carry data."""
    return {
        name: Service(
            name,
            tuple(row["types"]),
            row["tail"],
            tuple(row["read"]),
            tuple(row["write"]),
            row.get("arn", name),
            row.get("wide", False),
        )
        for name, row in _table()["services"].items()
    }


def managed_services(policy_arn: str) -> tuple[str, ...] | None:
    """The services whose stores one of AWS's own policies hands out; None where it is not one of AWS's own."""
    _, found, name = policy_arn.partition(":iam::aws:policy/")
    if not found or not policy_arn.startswith("arn:"):
        return None
    opened: list[str] = _table()["managed"].get(name, [])
    return tuple(services()) if opened == ["*"] else tuple(opened)


@lru_cache(maxsize=8192)
def _actions(patterns: tuple[str, ...], excluded: bool) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """(service, reads, writes) that patterns of actions cover; `excluded` where they are a `NotAction`."""
    found = []
    for name, service in services().items():
        reads = tuple(a for a in service.read if _covers(patterns, a) is not excluded)
        writes = tuple(a for a in service.write if _covers(patterns, a) is not excluded)
        if reads or writes:
            found.append((name, reads, writes))
    return tuple(found)


def _covers(patterns: Iterable[str], action: str) -> bool:
    return any(matches(pattern, action) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Opening:
    """What one statement opens: `node` is a resource, or None for every account's resources of a service."""

    service: str
    resource: Resource | None
    reads: bool
    pattern: str = ""
    """The ARN that means no resource of this graph, where `resource` is None."""


def openings(
    statement: Statement, denials: Iterable[Statement], account: str | None, facts: Facts
) -> Iterator[Opening]:
    """What an allowing statement of an identity's policy opens, less what is denied without condition."""
    patterns = statement.other_actions or statement.actions
    denials = [d for d in denials if not d.conditions and d.doubt is None and not d.other_actions]
    for name, reads, writes in _actions(patterns, bool(statement.other_actions)):
        service = services()[name]
        for resource in _resources(statement, service, account, facts):
            if any(not _denied(action, resource, service, denials, facts) for action in reads):
                yield Opening(name, resource, True)
            if any(not _denied(action, resource, service, denials, facts) for action in writes):
                yield Opening(name, resource, False)
        if any(not _denied(action, None, service, denials, facts) for action in writes):
            for pattern in _elsewhere(statement, service, facts):
                yield Opening(name, None, False, pattern)


def resources_of_service(name: str, account: str | None, facts: Facts) -> list[Resource]:
    """The resources of this graph that a service keeps, in an account where one is named."""
    found = facts.derived(_index).get(name, _EMPTY)
    return [r for r, _ in found.all if not account or r.account in (account, None)]


def _denied(
    action: str, resource: Resource | None, service: Service, denials: Iterable[Statement], facts: Facts
) -> bool:
    for denial in denials:
        if not _covers(denial.actions, action):
            continue
        if resource is None or denial.other_resources:
            if "*" in denial.resources:
                return True
        elif any(_means(pattern, resource, service, facts) for pattern in denial.resources):
            return True
    return False


# --- resources -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stored:
    all: tuple[tuple[Resource, str], ...]
    """(resource, its tail)."""
    by_name: Mapping[str, tuple[Resource, ...]]
    unnamed: tuple[Resource, ...]
    """Those whose name the engine makes up."""


_EMPTY = _Stored((), {}, ())


def _index(facts: Facts) -> Mapping[str, _Stored]:
    found = {}
    for name, service in services().items():
        rows, by_name, unnamed = [], dict[str, list[Resource]](), []
        for resource in facts.graph.of_type(*service.types):
            own = name_pattern(resource)
            rows.append((resource, service.tail.replace("{name}", own.removeprefix("/") if name == "ssm" else own)))
            if "*" in own:
                unnamed.append(resource)
            else:
                by_name.setdefault(own.lower(), []).append(resource)
        if rows:
            found[name] = _Stored(tuple(rows), {k: tuple(v) for k, v in by_name.items()}, tuple(unnamed))
    return found


def _resources(statement: Statement, service: Service, account: str | None, facts: Facts) -> Iterator[Resource]:
    stored = facts.derived(_index).get(service.name)
    if stored is None:
        return
    if statement.other_resources:
        for resource, _ in stored.all:
            if _near(resource, account) and not any(
                _means(pattern, resource, service, facts) for pattern in statement.other_resources
            ):
                yield resource
        return
    seen: set[str] = set()
    patterns = statement.resources or ("*",) if statement.doubt is not None else statement.resources
    for pattern in patterns:
        for resource in _meant(pattern, service, stored, account, facts):
            if resource.urn not in seen:
                seen.add(resource.urn)
                yield resource


def _near(resource: Resource, account: str | None) -> bool:
    """An identity reaches its own account; other accounts' stores only where their own policy lets it in."""
    return not account or resource.account in (account, None)


def _meant(pattern: str, service: Service, stored: _Stored, account: str | None, facts: Facts) -> Iterator[Resource]:
    if pattern == "*":
        yield from (r for r, _ in stored.all if _near(r, account))
        return
    references = references_in(pattern)
    named = [r for ref in references if (r := facts.graph.by_urn.get(ref.urn)) is not None and r.type in service.types]
    if named:
        yield from (r for r in named if _means(pattern, r, service, facts))
        return
    text = without_markers(pattern) if references else pattern
    tail = text.split(":", 5)[-1]
    head, star, _ = tail.partition("*")
    if (star and not head.endswith(("/", ":", "-"))) or not head:
        candidates: Iterable[Resource] = (r for r, _ in stored.all)
    else:
        pieces = {piece for part in head.lower().split("/") for piece in (part, *part.split(":"))}
        pieces |= {head.lower().rstrip("/:"), head.lower().partition("/")[2].rstrip("/")}
        pieces |= {head.lower().partition(":")[2].rstrip("/:-"), head.lower().partition(":")[2].rstrip("/:")}
        exact = [r for piece in pieces for r in stored.by_name.get(piece, ())]
        candidates = (*exact, *stored.unnamed) if exact or not star else (r for r, _ in stored.all)
    yield from (r for r in candidates if _means(pattern, r, service, facts))


def _means(pattern: str, resource: Resource, service: Service, facts: Facts) -> bool:
    """Whether a pattern of ARNs takes in a resource, or a part of it."""
    if pattern == "*":
        return True
    references = references_in(pattern)
    if references:
        if any(reference.urn == resource.urn for reference in references):
            return service.name != "s3" or pattern.endswith("*") or "}/" in pattern
        if any(
            ref.urn in facts.graph.by_urn and facts.graph.by_urn[ref.urn].type in service.types for ref in references
        ):
            return False
        pattern = without_markers(pattern)
    parts = (pattern.split(":", 5) + [""] * 6)[:6]
    if not matches(parts[0], "arn") or not (matches(parts[2], service.arn) or matches(parts[2], service.name)):
        return pattern.startswith("*")
    if resource.region and parts[3] and not matches(parts[3], resource.region):
        return False
    if resource.account and parts[4] and not matches(parts[4], resource.account):
        return False
    own = name_pattern(resource)
    tail = service.tail.replace("{name}", own.removeprefix("/") if service.name == "ssm" else own)
    if overlaps(parts[5], tail) or parts[5].startswith((f"{tail}/", f"{tail}:")):
        return True
    return service.name != "s3" and overlaps(parts[5].rstrip("*").rstrip("/:"), tail.rstrip("*").rstrip("/:-"))


def _elsewhere(statement: Statement, service: Service, facts: Facts) -> Iterator[str]:
    """The patterns of a statement that let something be written outside this program."""
    if statement.other_resources or (statement.doubt is not None and not statement.resources):
        if service.wide or service.name == "ses":
            yield "*"
        return
    stored = facts.derived(_index).get(service.name, _EMPTY)
    for pattern in statement.resources:
        if references_in(pattern) or not matches("arn:*", pattern):
            if pattern == "*" and (service.wide or service.name == "ses"):
                yield pattern
            continue
        parts = (pattern.split(":", 5) + [""] * 6)[:6]
        if parts[2] not in (service.arn, service.name):
            continue
        if not any(True for _ in _meant(pattern, service, stored, None, facts)):
            yield pattern

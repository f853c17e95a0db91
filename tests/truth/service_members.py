"""Which member of which AWS operation an argument becomes: by rule, with a reviewed table of exceptions.

Service: the module of the type (`aws:rds/...` -> `rds`), or the table's. Operations: those that write (`CreateTable`,
`UpdateTable`), ranked by how well their noun fits the type's name and their members its arguments. Member: the same
word without case and underscores; in another grammatical number; with the resource's or the parent's own name in front
(`name` -> `TableName`); with a filler behind (`encryptionConfig` -> `EncryptionConfiguration`); or the only member of
that name one or two structures further down (`rules` -> `ServerSideEncryptionConfiguration.Rules`).

An argument that no rule and no table places is not covered: a provider invents arguments (`forceDestroy`) that no
operation has.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape

from tests.truth import sdk_types
from tests.truth.naming import numbers_of, snake, squash

TABLE = Path(__file__).with_name("botocore_exceptions.yaml")
_READS = frozenset(
    {"abort", "batch", "cancel", "complete", "decrypt", "delete", "deregister", "derive", "describe", "detach"}
    | {
        "detect",
        "disable",
        "disassociate",
        "download",
        "encrypt",
        "export",
        "generate",
        "get",
        "head",
        "list",
        "lookup",
    }
    | {"query", "reject", "remove", "reset", "revoke", "scan", "search", "select", "sign", "stop", "terminate", "test"}
    | {"untag", "validate", "verify"}
)
_FILLERS = (
    *("configurations", "configuration", "config", "specification", "settings", "options", "definition", "definitions"),
    *("details", "properties", "document", "expression", "units", "days", "minutes", "seconds"),
)
_CHOICES = re.compile(r"[Pp]ossible values are:? ((?:\d+, )+(?:and |or )?\d+)")
_NEAR = 0.5
_DEPTH = 2


@dataclass(frozen=True)
class Operation:
    """One operation of one service that may write a resource."""

    service: str
    name: str
    shape: StructureShape
    score: float
    words: tuple[str, ...]
    exact_only: bool = False
    """Whether only arguments of exactly a member's name belong to it."""


@dataclass(frozen=True)
class Member:
    """Where an argument goes."""

    where: str
    """`s3.PutBucketVersioning:VersioningConfiguration.Status`"""
    shape: Shape


@functools.cache
def table() -> Mapping[str, Any]:
    """The reviewed exceptions."""
    return dict(yaml.safe_load(TABLE.read_text(encoding="utf-8")))


@functools.cache
def model(service: str) -> ServiceModel:
    """A service's model."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@functools.cache
def _services() -> Mapping[str, str]:
    return {squash(name): name for name in Loader().list_available_services("service-2")}


def services_of(token: str) -> list[str]:
    """The services of a type token's module."""
    module = token.split(":")[1].partition("/")[0]
    named = table()["services"].get(module)
    if named:
        return list(named)
    found = _services().get(squash(module))
    return [found] if found else []


def words_of(name: str) -> tuple[str, ...]:
    """`DBClusters` -> (`db`, `cluster`)."""
    return tuple(_singular(word) for word in snake(name).split("_"))


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is", "as", "dns")) else word


@functools.cache
def _writes(service: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The writing operations of a service with the words of their nouns."""
    found = []
    for name in model(service).operation_names:
        verb, *noun = snake(name).split("_")
        if verb not in _READS and noun:
            found.append((name, tuple(_singular(word) for word in noun)))
    return tuple(found)


@functools.cache
def operations(token: str) -> tuple[Operation, ...]:
    """The operations that may write resources of a type, the likeliest first."""
    fixed = table()["operations"].get(token)
    if fixed is not None:
        return tuple(_fixed(text) for text in fixed)
    cls = sdk_types.resource_class(token)
    if cls is None:
        return ()
    arguments = list(sdk_types.arguments(sdk_types.arguments_class(cls)))
    wanted = words_of(token.rpartition(":")[2])
    module = {squash(token.split(":")[1].partition("/")[0]), *services_of(token)}
    ranked: list[Operation] = []
    for service in services_of(token):
        for name, words in _writes(service):
            noun = _likeness(wanted, words, module)
            if noun <= 0:
                continue
            shape = model(service).operation_model(name).input_shape
            if shape is None:
                continue
            overlap = sum(1 for a in arguments if find(a, shape, words, wanted)) / max(1, len(arguments))
            if noun >= _NEAR or overlap >= _NEAR:
                ranked.append(Operation(service, name, shape, noun + overlap, words))
    ranked.sort(key=lambda o: (-o.score, o.name))
    if not ranked:
        return ()
    first = ranked[0]
    near = [o for o in ranked if o is first or (o.words == first.words and o.service == first.service)]
    return (*near, *_about(first, wanted, {o.name for o in near}))


def _fixed(text: str) -> Operation:
    """`route53.ChangeResourceRecordSets@ChangeBatch.Changes.ResourceRecordSet`."""
    call, _, path = text.partition("@")
    service, _, name = call.partition(".")
    shape: Shape = model(service).operation_model(name).input_shape
    for part in path.split(".") if path else ():
        shape = inner(shape).members[part]
    found = inner(shape)
    return Operation(service, name + (f":{path}" if path else ""), found, 1.0, words_of(name)[1:])


def _likeness(wanted: Sequence[str], words: Sequence[str], module: set[str]) -> float:
    ours, theirs = set(wanted), set(words)
    both = ours & theirs
    extra = {word for word in theirs - ours if word not in module and word not in _FILLERS}
    ours -= set(_FILLERS) - both
    return len(both) / (len(ours | both) + len(extra)) if both else 0.0


def _about(first: Operation, wanted: Sequence[str], taken: set[str]) -> Iterator[Operation]:
    """Operations with another noun that name the resource first: `PutRetentionPolicy` has a `logGroupName`."""
    nouns = {"".join(wanted), "".join(first.words)}
    names = {noun + end for noun in nouns for end in ("", "name", "id", "arn", "identifier")}
    for name, words in _writes(first.service):
        shape = model(first.service).operation_model(name).input_shape
        if name in taken or shape is None:
            continue
        if any(squash(required) in names for required in shape.required_members):
            yield Operation(first.service, name, shape, 0.0, words, exact_only=True)


# --- members ---------------------------------------------------------------------------------------------------------


def inner(shape: Shape) -> Shape:
    """The element of a list, as deep as lists go; the shape itself otherwise."""
    while isinstance(shape, ListShape):
        shape = shape.member
    return shape


def find(key: str, shape: Shape, *owners: Sequence[str], exact: bool = False) -> tuple[str, Shape] | None:
    """The member of a structure that an argument becomes, with its path. `owners`: the words of the resource, the
    operation, the parent argument."""
    if not isinstance(shape, StructureShape):
        return None
    word = squash(key)
    by_word = {squash(name): name for name in shape.members}
    forms = [word, *numbers_of(word)]
    if not exact:
        forms += [front + word for front in _fronts(owners)]
        forms += [form + filler for filler in _FILLERS for form in (word, *numbers_of(word))]
        forms += [word.removesuffix(filler) for filler in _FILLERS if word.endswith(filler)]
    for form in forms:
        if form in by_word:
            name = by_word[form]
            return name, shape.members[name]
    if exact:
        return None
    ends = [name for form, name in by_word.items() if form.endswith(word) and _is_structure(shape.members[name])]
    if len(ends) == 1:
        return ends[0], shape.members[ends[0]]
    return _further(forms, shape)


def _is_structure(shape: Shape) -> bool:
    return isinstance(inner(shape), StructureShape)


def _fronts(owners: Sequence[Sequence[str]]) -> Iterator[str]:
    """All that may stand in front of a member's name: the ends of the owners' names, the longest first."""
    for words in owners:
        for start in range(len(words)):
            yield "".join(words[start:])
        for end in range(1, len(words)):
            yield "".join(words[:end])


def _further(forms: Sequence[str], shape: StructureShape) -> tuple[str, Shape] | None:
    """The only member of these names one or two structures down."""
    level: list[tuple[str, StructureShape]] = [("", shape)]
    for _ in range(_DEPTH):
        level = [
            (f"{path}{name}.", member)
            for path, structure in level
            for name, member in structure.members.items()
            if isinstance(member, StructureShape)
        ]
        for form in forms:
            found = [
                (path + name, member)
                for path, structure in level
                for name, member in structure.members.items()
                if squash(name) == form
            ]
            if found:
                return found[0] if len(found) == 1 else None
    return None


def member_of(token: str, key: str) -> Member | None:
    """Where a top-level argument of a type goes."""
    wanted = words_of(token.rpartition(":")[2])
    others: list[Member] = []
    for operation in operations(token):
        found = find(key, operation.shape, operation.words, wanted, exact=operation.exact_only)
        if not found:
            continue
        member = Member(f"{operation.service}.{operation.name}:{found[0]}", found[1])
        if not operation.exact_only:
            return member
        others.append(member)
    # Operations about the resource must agree on what they take: which of them is meant, nobody says.
    return others[0] if len({constraints(m.shape) for m in others}) == 1 else None


def member_at(token: str, path: str) -> Member | None:
    """Where the table puts an argument at a path (without indices)."""
    text = table()["members"].get(token, {}).get(path)
    if path == "tags" and not text and (service := (services_of(token) or [""])[0]) in table()["tags"]:
        text = table()["tags"][service]
    return _placed(text) if text else None


@functools.cache
def _placed(text: str) -> Member:
    """`dynamodb.UpdateTimeToLive:TimeToLiveSpecification.AttributeName`."""
    call, _, path = text.partition(":")
    service, _, name = call.partition(".")
    shape: Shape = model(service).operation_model(name).input_shape
    for part in path.split("."):
        shape = inner(shape).members[part]
    return Member(text, shape)


def constraints(shape: Shape) -> tuple[Any, ...]:
    """What a model demands of a value: type, choices (among numbers, they stand in its prose), pattern, least, most."""
    data = shape.metadata
    choices: tuple[Any, ...] = tuple(data.get("enum", ()))
    if not choices and shape.type_name in ("integer", "long"):
        told = _CHOICES.search(shape.documentation)
        choices = tuple(int(n) for n in re.findall(r"\d+", told.group(1))) if told else ()
    return (shape.type_name, choices, data.get("pattern"), data.get("min"), data.get("max"))

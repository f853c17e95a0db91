"""Types that no table lists whole: of other clouds and providers, of Cloud Control, of programs that run other code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from policies.facts import Facts, store_types
from policies.graph import Resource, references_in
from policies.registry import all_rules
from policies.type_kinds import TypeKind, kind_of, last_word, looks_like_store, other_providers

_SAME = "the resource of pulumi_aws, which the rules read"
_CODE = "resources of this program, or a person who has read what it does"
_PLACE = "a resource of a cloud that the rules read, or a person who says where it stands and what it does"

_MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "cassandra": ("keyspaces",),
    "certificatemanager": ("acm",),
    "config": ("cfg",),
    "ec2": ("ec2", "ebs", "vpc", "ec2transitgateway"),
    "elasticloadbalancingv2": ("lb",),
    "events": ("cloudwatch",),
    "kinesisfirehose": ("kinesis",),
    "logs": ("cloudwatch",),
    "opensearchserverless": ("opensearch",),
    "opensearchservice": ("opensearch",),
    "s3express": ("s3",),
    "sso": ("ssoadmin",),
    "stepfunctions": ("sfn",),
    "timestream": ("timestreamwrite",),
}
"""Module of aws-native -> modules of pulumi_aws, where they differ."""

_BEFORE: Final = ("", "event", "log", "metric", "serverless", "firehose")
_DROPPED = re.compile(r"^(db|backup|lifecycle)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be said of a type that no table lists: a store that no rule judges, or something undecided."""

    is_store: bool
    found: str
    wanted: str
    path: str = ""


def unlisted(resource: Resource, facts: Facts) -> Answer | None:
    """The answer for a resource whose type the table does not know; None where it is only listed as not covered."""
    others = other_providers()
    for table in ("runs_code", "moves"):
        path = others[table].get(resource.type)
        if path is not None:
            what = "runs code that no rule reads" if table == "runs_code" else "moves data to where no rule reads"
            stated = resource.get(path)
            said = f"{what}: {stated}" if isinstance(stated, str) else what
            return Answer(False, said, _CODE, path)
    provider = _provider(resource.type)
    if provider in others["dynamic"]:
        return Answer(False, "a provider of the program's own: runs code that no rule reads", _CODE)
    if provider == "aws-native":
        return _native(resource)
    why = looks_like_store(resource.type, resource.inputs)
    if why and provider in others["in_server"] and server_of(resource, facts) is not None:
        return None
    if why:
        return Answer(True, f"a store that no rule judges: {why}", "")
    if provider in others["clouds"] and (last_word(resource.type) not in others["harmless"] or _is_proxied(resource)):
        return Answer(False, f"a resource of {provider}, which no rule reads", _PLACE)
    return None


def server_of(resource: Resource, facts: Facts) -> Resource | None:
    """The database of this program in which a resource lies: its provider names the host."""
    provider = facts.graph.by_urn.get(resource.provider or "")
    for key in ("host", "endpoint"):
        host = provider.get(key) if provider is not None else None
        for reference in references_in(host) if isinstance(host, str) else ():
            other = facts.graph.by_urn.get(reference.urn)
            if other is not None and other.type in store_types():
                return other
    return None


def _provider(type_token: str) -> str:
    package, _, name = type_token.partition(":")
    return str(other_providers()["terraform"].get(name.partition("_")[0], "")) if package == "terraform" else package


def _is_proxied(resource: Resource) -> bool:
    """A name whose visitors come through the other cloud's servers, which see what is answered."""
    return resource.get("proxied") in (True, "true")


def _native(resource: Resource) -> Answer | None:
    """Types of Cloud Control: the same resources as those of pulumi_aws, in a form that no rule reads."""
    same = counterpart(resource.type)
    kind = kind_of(same) if same else None
    why = looks_like_store(resource.type, resource.inputs) if kind in (None, TypeKind.STORE) else ""
    wanted = f"{_SAME}: {same}" if same else _SAME
    if kind is TypeKind.STORE or why:
        return Answer(True, f"a store that no rule judges in this form{f': {why}' if why else ''}", wanted)
    if kind is TypeKind.NEUTRAL and not _is_judged(same):
        return None
    return Answer(False, "a resource of AWS that no rule reads in this form", wanted)


@cache
def counterpart(type_token: str) -> str:
    """The type of pulumi_aws for one of aws-native; empty where none is found by its name."""
    _, module, name = [*type_token.split(":"), "", ""][:3]
    for candidate in _names(name):
        for other in _MODULES.get(module, (module,)):
            token = f"aws:{other}/{candidate}:{candidate[:1].upper()}{candidate[1:]}"
            if kind_of(token) is not None:
                return token
    return ""


def _names(name: str) -> Iterator[str]:
    lower = re.sub(r"^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]", lambda found: found[0].lower(), name)
    short = _DROPPED.sub("", lower)
    for form in dict.fromkeys((lower, short[:1].lower() + short[1:])):
        for before in _BEFORE:
            yield f"{before}{form[:1].upper()}{form[1:]}" if before else form


@cache
def _is_judged(type_token: str) -> bool:
    return any(not r.is_general and r.concerns(type_token) for r in all_rules())

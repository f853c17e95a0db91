"""One name for each resource type. pulumi-aws has some types under two tokens (`aws:alb/listener:Listener` is
`aws:lb/listener:Listener`, `aws:s3/bucketV2:BucketV2` is `aws:s3/bucket:Bucket`), Kubernetes has most in several versions.
Rules, facts and flows see the current name only; findings name the program's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from policies.graph import Graph, Resource, Value
from policies.terraform import provider_table
from policies.terraform.provider_table import Block

_MODULES: Final[Mapping[str, str]] = {
    "aws:alb/": "aws:lb/",
    "aws:applicationloadbalancing/": "aws:lb/",
    "aws:elasticloadbalancingv2/": "aws:lb/",
    "aws:elasticloadbalancing/": "aws:elb/",
}
"""Modules that hold the types of another one under the same names; the last three stand in older states only."""

_MOVED: Final[Mapping[str, str]] = {
    "Deployment": "apps",
    "DaemonSet": "apps",
    "ReplicaSet": "apps",
    "Ingress": "networking.k8s.io",
    "NetworkPolicy": "networking.k8s.io",
}
"""Kinds that Kubernetes once had in the group `extensions`, with the group they have today."""

_KUBERNETES = re.compile(r"kubernetes:([a-z0-9.-]+)/v\d+(?:(?:alpha|beta)\d+)?:(\w+)")
_OF_KUBERNETES = re.compile(r"\w+|.*\.k8s\.io")


@cache
def current(type_token: str) -> str:
    """The name that rules know a type by; the token itself for nearly every type."""
    if type_token.startswith("aws:"):
        for old, new in _MODULES.items():
            if type_token.startswith(old):
                return type_token.replace(old, new, 1)
        own = provider_table.type_of(type_token)
        return provider_table.tokens_of(own)[0] if own else type_token
    match = _KUBERNETES.fullmatch(type_token)
    if match and _OF_KUBERNETES.fullmatch(match[1]):
        kind = match[2].removesuffix("Patch").removesuffix("List")
        group = _MOVED.get(kind, match[1]) if match[1] == "extensions" else match[1]
        return f"kubernetes:{group}/{'v2' if group == 'autoscaling' else 'v1'}:{match[2]}"
    return type_token


@cache
def names(type_token: str) -> tuple[str, ...]:
    """Every name of a type in pulumi-aws, the current one first."""
    own = provider_table.type_of(current(type_token))
    others = provider_table.tokens_of(own) if own else ()
    modules = [current(type_token).replace(new, old, 1) for old, new in _MODULES.items()]
    known = [t for t in modules if t != current(type_token) and provider_table.type_of(t)]
    return tuple(dict.fromkeys([current(type_token), *others, *known]))


def with_current_names(graph: Graph) -> Graph:
    """The graph with every type, and the inputs whose names differ between two tokens, under its current name. URNs stay:
    they are what references mean."""
    if all(current(t) == t for t in (*graph.by_type, *(loss.resource.type for loss in graph.losses))):
        return graph
    losses = tuple(replace(loss, resource=_renamed(loss.resource)) for loss in graph.losses)
    return replace(graph, resources=tuple(_renamed(r) for r in graph.resources), losses=losses)


def _renamed(resource: Resource) -> Resource:
    if current(resource.type) == resource.type:
        return resource
    blocks = _blocks(resource.type)
    inputs = _names(*blocks) if blocks else {}
    return replace(
        resource,
        type=current(resource.type),
        inputs=_converted(resource.inputs, *blocks) if blocks else resource.inputs,
        property_depends_on={inputs.get(name, name): urns for name, urns in resource.property_depends_on.items()},
    )


@cache
def _blocks(type_token: str) -> tuple[Block, Block] | None:
    """The fields of a type under this token, and under its current one; None where both are the same."""
    own = provider_table.type_of(type_token)
    if own is None or current(type_token) not in provider_table.tokens_of(own):
        return None
    theirs, ours = provider_table.block_of(own, type_token), provider_table.block_of(own, current(type_token))
    return None if theirs is ours else (theirs, ours)


def _names(theirs: Block, ours: Block) -> Mapping[str, str]:
    """The inputs that the current token calls otherwise."""
    pairs = [
        (theirs.by_terraform[n].pulumi, f.pulumi) for n, f in ours.by_terraform.items() if n in theirs.by_terraform
    ]
    return {old: new for old, new in pairs if old and new and old != new}


def _converted(inputs: Mapping[str, Value], theirs: Block, ours: Block) -> dict[str, Value]:
    """Inputs of one token as the other writes them, down through their blocks: names, and one block alone where the
    other token has a list of one."""
    converted: dict[str, Value] = {}
    for name, value in inputs.items():
        old = theirs.by_pulumi.get(name)
        new = ours.by_terraform.get(old.name) if old else None
        if old is None or new is None or not new.pulumi:
            converted[name] = value
            continue
        if old.block and new.block and old.block is not new.block:
            value = _converted_block(value, old.block, new.block)
        if new.flat and not old.flat and isinstance(value, list) and len(value) == 1:
            value = value[0]
        elif old.flat and not new.flat and new.sequence and isinstance(value, Mapping):
            value = [value]
        converted[new.pulumi] = value
    return converted


def _converted_block(value: Value, theirs: Block, ours: Block) -> Value:
    if isinstance(value, list):
        return [_converted_block(item, theirs, ours) for item in value]
    return _converted(value, theirs, ours) if isinstance(value, Mapping) else value

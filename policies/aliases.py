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

from policies.graph import Graph, Resource
from policies.terraform import provider_table

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
    inputs = _inputs(resource.type)
    return replace(
        resource,
        type=current(resource.type),
        inputs={inputs.get(name, name): value for name, value in resource.inputs.items()},
        property_depends_on={inputs.get(name, name): urns for name, urns in resource.property_depends_on.items()},
    )


@cache
def _inputs(type_token: str) -> Mapping[str, str]:
    """The inputs that the current token of a type calls otherwise."""
    own = provider_table.type_of(type_token)
    if own is None or current(type_token) not in provider_table.tokens_of(own):
        return {}
    ours = provider_table.block_of(own, current(type_token)).by_terraform
    theirs = provider_table.block_of(own, type_token).by_terraform
    pairs = [(theirs[name].pulumi, field.pulumi) for name, field in ours.items() if name in theirs]
    return {old: new for old, new in pairs if old and new and old != new}

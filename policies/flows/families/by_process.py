"""Processes: with which role they read, which database they reach, and which open way leads out from where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policies.facts import store_types
from policies.flows.builder import Builder
from policies.flows.model import Kind, Place
from policies.flows.names import named
from policies.flows.network import (
    JOINS,
    OPEN_KINDS,
    Way,
    admitted_groups,
    admitted_networks,
    open_groups,
    overlaps,
    ways_of_subnets,
)
from policies.flows.places import host, places, values_at
from policies.flows.processes import Process, parts, processes
from policies.graph import Resource, references_in
from policies.rules._paths import is_hidden
from policies.rules.exposure._network import SUBNET
from policies.rules.exposure._security_groups import DEFAULT_GROUP, GROUP

_ROLES = "aws:iam/"
VPC = "aws:ec2/vpc:Vpc"
_FUNCTION = "aws:lambda/function:Function"
_DATABASE_GROUPS = ("vpcSecurityGroupIds[*]", "securityGroupIds[*]", "vpcOptions.securityGroupIds[*]")
_PARAMETERS = "environment.variables"
_INTERNET = "the internet"
_ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"


def by_process(builder: Builder) -> None:
    """Adds role -> process, database -> process, and process -> wherever its network lets it reach."""
    standing: dict[str, list[Resource]] = {}
    placed: dict[str, list[tuple[Resource, Resource]]] = {}
    for type_token, process in processes().items():
        for resource in builder.facts.graph.by_type.get(type_token, ()):
            _roles(builder, resource, process)
            _ways(builder, resource, process)
            for group in _groups(builder, resource, process.groups)[0]:
                standing.setdefault(group, []).append(resource)
            for vpc, subnet in _subnets(builder, resource, process):
                placed.setdefault(vpc, []).append((resource, subnet))
    for part in parts():
        for resource in builder.facts.graph.by_type.get(part.type, ()):
            kind = Kind(part.kind)
            for path, value in values_at(resource, part.path):
                for node in builder.meant(resource, path, value, "arn"):
                    if node not in builder.spots:
                        ends = (node, resource.urn) if part.from_other else (resource.urn, node)
                        builder.add(kind, *ends, resource, path)
    _databases(builder, standing, placed)
    for function in builder.facts.graph.by_type.get(_FUNCTION, ()):
        _parameters(builder, function)


def _roles(builder: Builder, resource: Resource, process: Process) -> None:
    for pattern in process.role:
        for path, value in values_at(resource, pattern):
            if is_hidden(value) and not getattr(value, "references", ()):
                _perhaps_everything(builder, resource, path)
                continue
            if isinstance(value, str) and value and not references_in(value):
                nodes = [r.urn for r in named(value, _ROLES, resource, builder.facts)]
            else:
                target = builder.facts.target(resource, path) if value is not None else None
                # No edge of its own stands for a reference inside a JSON text (a batch job's containerProperties).
                target = target or (builder.facts.resolve(value) if isinstance(value, str) else None)
                nodes = [target.urn] if target is not None else []
            for node in nodes:
                builder.add(Kind.DATA, node, resource.urn, resource, path)
                if builder.facts.graph.by_urn[node].external:
                    _perhaps_everything(builder, resource, path)


def _perhaps_everything(builder: Builder, resource: Resource, path: str) -> None:
    """A role that is not known, or of which another program says what it may, may read every store."""
    for store in builder.facts.stores:
        builder.add(Kind.DATA, store.urn, resource.urn, resource, path, doubt=True)


# --- databases -------------------------------------------------------------------------------------------------------


def _databases(
    builder: Builder, standing: dict[str, list[Resource]], placed: dict[str, list[tuple[Resource, Resource]]]
) -> None:
    admitted, ranges = builder.facts.derived(admitted_groups), builder.facts.derived(admitted_networks)
    for store in builder.facts.stores:
        if store.type in processes() or store_types()[store.type].holds == "code":
            continue
        for pattern in _DATABASE_GROUPS:
            for group in _groups(builder, store, pattern)[0]:
                for other, rule, path in admitted.get(group, ()):
                    for process in standing.get(other, ()):
                        builder.add(Kind.DATA, store.urn, process.urn, rule, path)
                vpc = builder.facts.target(builder.facts.graph.by_urn[group], "vpcId", VPC)
                for allowed in ranges.get(group, ()) if vpc is not None else ():
                    for process, subnet in placed.get(vpc.urn, ()) if vpc is not None else ():
                        if overlaps(allowed, subnet):
                            builder.add(Kind.DATA, store.urn, process.urn, allowed.rule, allowed.path)


def _subnets(builder: Builder, resource: Resource, process: Process) -> Iterator[tuple[str, Resource]]:
    """(URN of the network, subnet) for each subnet of this graph that a process stands in."""
    for path, value in (at for one in process.subnets.split() for at in values_at(resource, one)):
        subnet = builder.facts.target(resource, path, SUBNET) if value not in (None, "") else None
        vpc = builder.facts.target(subnet, "vpcId", VPC) if subnet is not None else None
        if subnet is not None and vpc is not None:
            yield vpc.urn, subnet


def _groups(builder: Builder, resource: Resource, pattern: str) -> tuple[list[str], bool]:
    """The groups of this graph that a resource names, and whether it names others too."""
    found: list[str] = []
    others = False
    for path, value in (at for one in pattern.split() for at in values_at(resource, one)):
        if value not in (None, ""):
            group = builder.facts.target(resource, path, GROUP, DEFAULT_GROUP)
            found += [group.urn] if group is not None else []
            others = others or group is None or group.external
    return found, others


# --- ways out --------------------------------------------------------------------------------------------------------


_CONNECTIONS: Final = "connections"
"""The input of a Glue job that names connections in place of subnets."""


def _ways(builder: Builder, resource: Resource, process: Process) -> None:
    if process.unless and not process.is_closed_by_choice(resource):
        _internet(builder, resource, process.unless.partition("=")[0])
    subnets = [at for one in process.subnets.split() for at in values_at(resource, one) if at[1] not in (None, "")]
    if not subnets:
        if process.without == "open" and not process.unless and not process.is_isolated(resource):
            _internet(builder, resource, process.subnets)
        return
    groups, others = _groups(builder, resource, process.groups)
    lets_out = others or not groups or any(group in builder.facts.derived(open_groups) for group in groups)
    for path, value in subnets:
        subnet = builder.facts.target(resource, path, SUBNET)
        ways = builder.facts.derived(ways_of_subnets).get(subnet.urn, ()) if subnet is not None else ()
        if subnet is None or (subnet.external and not ways):
            if path.startswith(_CONNECTIONS):  # it stands where these stand, each of which has ways of its own
                for node in builder.meant(resource, path, value, "aws:glue/connection"):
                    builder.add(Kind.DATA, resource.urn, node, resource, path)
            elif lets_out:
                node = builder.place(Place("wherever a network leads that is not of this program", None))
                builder.add(Kind.DATA, resource.urn, node, resource, path, doubt=True)
            continue
        for way in ways:
            _way(builder, resource, way, lets_out)


def _way(builder: Builder, resource: Resource, way: Way, lets_out: bool) -> None:
    if way.kind == "transit gateway" and lets_out:
        _behind_a_hub(builder, resource, way)
    if way.kind == "joined":
        for node in builder.meant(way.resource, way.path, way.resource.get(way.path), _join_kind(way.path)):
            builder.add(Kind.DATA, resource.urn, node, way.resource, way.path)
    elif way.kind in OPEN_KINDS and lets_out:
        place = Place(f"{_INTERNET}, by {way.kind}", False) if way.kind else Place(f"{_INTERNET}, perhaps", None)
        builder.add(Kind.DATA, resource.urn, builder.place(place), way.resource, way.path, doubt=not way.kind)


def _behind_a_hub(builder: Builder, resource: Resource, way: Way) -> None:
    """A default route to a transit gateway leaves by the open ways of the networks that are attached to it."""
    hub = builder.facts.target(way.resource, way.path)
    if hub is None:
        return
    for attachment in builder.facts.graph.referring(hub, _ATTACHMENT, path="transitGatewayId"):
        for path, _ in values_at(attachment, "subnetIds[*]"):
            subnet = builder.facts.target(attachment, path, SUBNET)
            for further in builder.facts.derived(ways_of_subnets).get(subnet.urn, ()) if subnet else ():
                if further.kind in OPEN_KINDS:
                    place = Place(f"{_INTERNET}, by {further.kind or 'a way that cannot be told'}", False)
                    builder.add(Kind.DATA, resource.urn, builder.place(place), further.resource, further.path)


def _join_kind(path: str) -> str:
    key = next((key for key in JOINS if path.endswith(key)), "")
    return {"transitGatewayId": "aws:ec2transitgateway/", "vpcPeeringConnectionId": "aws:ec2/vpcPeering"}.get(
        key, "arn"
    )


def _internet(builder: Builder, resource: Resource, pattern: str) -> None:
    path = pattern.replace("[*]", "")
    node = builder.place(Place(f"{_INTERNET}, from a network of the cloud's own", False))
    builder.add(Kind.DATA, resource.urn, node, resource, path)


# --- what a function is told -----------------------------------------------------------------------------------------


def _parameters(builder: Builder, function: Resource) -> None:
    """ARNs and addresses of the cloud among a function's settings: what stands elsewhere is what it is to call."""
    for path, value in _texts(function):
        if value.startswith(("arn:", "s3://")) or "://" in value:
            known = (
                list(places(function, path, value, "arn", builder.facts))
                if "://" not in value
                else [host(value, builder.facts)]
            )
            for place in known:
                if place.inside is False:
                    builder.add(Kind.DATA, function.urn, builder.place(place), function, path)


def _texts(function: Resource) -> Iterator[tuple[str, str]]:
    values = function.get(_PARAMETERS)
    if isinstance(values, dict):
        for key, value in values.items():
            if isinstance(value, str) and not references_in(value):
                yield f"{_PARAMETERS}.{key}", value

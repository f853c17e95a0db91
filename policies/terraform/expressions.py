"""Values that a program takes from a part of another resource's output: the reviewed table, and its one look-up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources as files

import yaml

from policies.graph import Graph, Resource

_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of expressions.yaml."""

    type: str
    path: str
    source_type: str
    expression: str


@cache
def table() -> Mapping[tuple[str, str, str], Row]:
    """The rows by type, path and type of the source."""
    rows = yaml.safe_load(files.files("policies.terraform").joinpath("expressions.yaml").read_text(encoding="utf-8"))
    found = [Row(row["type"], row["path"], row["from"], row["expression"]) for row in rows]
    return {(row.type, row.path, row.source_type): row for row in found}


def row_for(resource: Resource, path: str, source: Resource) -> Row | None:
    """The row for an argument whose value comes from `source`."""
    return table().get((resource.type, _INDEX.sub("[]", path), source.type))


def zone_of_route(graph: Graph, route: Resource) -> str | None:
    """The one availability zone of the subnets that use a route's table; None where it cannot be told."""
    routes = graph.target(route, "routeTableId", "aws:ec2/routeTable:RouteTable")
    if routes is None:
        return None
    zones = set()
    for association in graph.referring(routes, "aws:ec2/routeTableAssociation:RouteTableAssociation"):
        subnet = graph.target(association, "subnetId", "aws:ec2/subnet:Subnet")
        zones.add(subnet.get("availabilityZone") if subnet else None)
    zone = zones.pop() if len(zones) == 1 else None
    return zone if isinstance(zone, str) and re.fullmatch(r"[a-z0-9-]+", zone) else None

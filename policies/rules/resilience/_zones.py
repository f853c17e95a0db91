"""In how many zones something stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value, as_list, references_in
from policies.rules._paths import is_hidden

SUBNETS: Final = ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet")
_ZONE: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d[a-z]|[a-z]{3,4}\d-az\d")


def exempt(facts: Facts, stated: int | None = None) -> str:
    """Why nobody asks for a second zone; empty where somebody does."""
    if facts.context.lifecycle == "trial":
        return "a trial stack may be down"
    return f"class {stated}: below 3" if stated is not None and stated < 3 else ""


def zones_of(values: Value, facts: Facts) -> tuple[set[str], int]:
    """The zones of a list of subnets or of names of zones, and how many of them cannot be told. Subnets whose zone
    nobody states count by themselves: two of them are two."""
    zones: set[str] = set()
    unclear = 0
    rows = as_list(values)
    for value in rows:
        found = facts.resolve(value, *SUBNETS)
        zone = found.get("availabilityZone") or found.get("availabilityZoneId") if found else value
        if found is not None and (zone is None or is_hidden(zone) or references_in(str(zone))):
            zones.add(found.urn)
        elif isinstance(zone, str) and _ZONE.fullmatch(zone):
            zones.add(zone)
        elif isinstance(value, str) and value and not references_in(value):
            zones.add(value)  # a subnet by its id: nobody says in which zone
        else:
            unclear += 1
    return zones, unclear


def distinct(values: Iterable[Value]) -> set[str]:
    """The known texts among values."""
    return {v for v in values if isinstance(v, str) and v}


def named(resource: Resource | None) -> str:
    """A resource's name for a message."""
    return resource.name if resource else "nothing"

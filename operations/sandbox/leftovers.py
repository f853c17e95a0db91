"""What is left of a stack after it was destroyed: the emulator's own listings, asked by boto3, independently of any
engine's state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import jmespath  # type: ignore[import-untyped]  # what boto3 itself filters with
import yaml
from botocore.exceptions import ClientError

from operations.live import Live, telling
from policies.graph import Graph, Resource

_THREADS: Final = 6
_PAGES: Final = 200


@dataclass(frozen=True, slots=True)
class Ask:
    """One listing."""

    service: str
    operation: str
    items: str
    of: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    once: bool = False
    none: str = ""
    """The error that means: there is none."""
    then: str = ""
    """Asked for each item, with the item as `then_as`: an item for which `gone` holds is no longer there."""
    then_as: str = ""
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Asks:
    """The reviewed table."""

    rows: tuple[Ask, ...]
    parts: Mapping[str, str]

    def knows(self, type_token: str) -> bool:
        """Whether something tells what is left of a type."""
        return type_token in self.parts or any(type_token in row.of for row in self.rows)


@dataclass(frozen=True, slots=True, order=True)
class Left:
    """Something that is still there."""

    account: str
    region: str
    what: str
    """`ec2 describe_vpcs`."""
    item: str


@cache
def reviewed() -> Asks:
    """The table."""
    data = yaml.safe_load(Path(__file__).with_name("leftovers.yaml").read_text(encoding="utf-8"))
    rows = []
    for row in data["asks"]:
        service, _, operation = row["ask"].partition(".")
        rows.append(
            Ask(
                service,
                operation,
                row["items"],
                tuple(f"aws:{token}" for token in row["of"]),
                row.get("with", {}),
                row.get("once", False),
                row.get("none", ""),
                row.get("then", ""),
                row.get("as", ""),
                row.get("gone", ""),
            )
        )
    return Asks(tuple(rows), {f"aws:{part}": f"aws:{whole}" for part, whole in data["parts"].items()})


def left_of(graph: Graph, live: Live, home: str, on_progress: Callable[[int, int], None]) -> list[Left]:
    """What the listings show of the types of a graph. `home`: the region that is asked for what belongs to none. Raises
    LiveError."""
    tasks = [(row, account, region) for row in reviewed().rows for account, region in _places(row, graph, home)]
    found: list[Left] = []
    with ThreadPoolExecutor(_THREADS) as pool:
        for done, several in enumerate(pool.map(lambda task: _ask(live, *task), tasks), 1):
            found += several
            on_progress(done, len(tasks))
    return sorted(set(found))


def _places(row: Ask, graph: Graph, home: str) -> set[tuple[str, str]]:
    several = {
        (r.account, home if r.region in (None, "global") else str(r.region))
        for r in graph.of_type(*row.of)
        if r.account and _managed(r)
    }
    if not row.once:
        return several
    return {(account, home) for account, _ in several}


def _managed(resource: Resource) -> bool:
    """Whether it was to be deleted."""
    return resource.custom and not resource.external and not resource.retain_on_delete


def _ask(live: Live, row: Ask, account: str, region: str) -> list[Left]:
    what = f"{row.service} {row.operation}"
    with telling(f"asking for {what} in {account}, {region}"):
        client = live.client(row.service, region, account)
        try:
            items = [
                str(item) for page in _pages(client, row, account) for item in jmespath.search(row.items, page) or ()
            ]
        except ClientError as error:
            if row.none and error.response.get("Error", {}).get("Code") == row.none:
                return []
            raise
        if row.then:
            items = [i for i in items if not jmespath.search(row.gone, getattr(client, row.then)(**{row.then_as: i}))]
    return [Left(account, region, what, item) for item in items]


def _pages(client: Any, row: Ask, account: str) -> Iterator[Any]:
    arguments = {k: v.format(account=account) if isinstance(v, str) else v for k, v in row.arguments.items()}
    if not client.can_paginate(row.operation):
        yield getattr(client, row.operation)(**arguments)
        return
    for number, page in enumerate(client.get_paginator(row.operation).paginate(**arguments)):
        if number > _PAGES:
            return
        yield page

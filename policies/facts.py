"""Facts derived from a graph once, which rules only read: what is a store, how sensitive, which resource a name means.

References reach a rule in two forms: an edge (the value comes from another resource's output) or a name known before
deploy (a bucket's name inside an ARN). `Facts.resolve` reads both, so that a rule need not care which one it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources as files
from typing import Any, TypeVar

import yaml

from jurisdictions import BACKUP_TAG, DATA_CLASS_TAG, RECORD_KIND_TAG
from policies.aliases import with_current_names
from policies.context import Context
from policies.graph import (
    Graph,
    Resource,
    Value,
    as_list,
    is_known,
    reference_of,
    references_in,
)
from policies.resolve import CALLER_ACCOUNT, decoded

NAME_INPUTS = (
    "bucket",
    "name",
    "identifier",
    "clusterIdentifier",
    "globalClusterIdentifier",
    "replicationGroupId",
    "domainName",
    "functionName",
    "fileSystemId",
    "arn",
)
"""Inputs that give a resource its physical name."""

_NAMES_ANOTHER = frozenset(
    [
        *("aws:cloudwatch/eventTarget:EventTarget", "aws:lakeformation/resource:Resource"),
        *("aws:notifications/channelAssociation:ChannelAssociation", "aws:sns/topicPolicy:TopicPolicy"),
        "aws:sns/dataProtectionPolicy:DataProtectionPolicy",
    ]
)
"""Types whose input `arn` is that of what they point at."""

T = TypeVar("T")

ASSUMED_DATA_CLASS = 4
"""What a store without a class is taken for: the normal record (GB/T 39725-2020, level 4)."""


@dataclass(frozen=True, slots=True)
class StoreType:
    """A row of stores.yaml, where the columns are explained."""

    type: str
    holds: str
    encrypted: str | None = None
    key: str | None = None
    counts: str | None = None
    satellite: str | None = None
    backup: bool = False
    protection: str | None = None
    point_in_time: str | None = None
    part_of: str | None = None
    public: str | None = None
    keyless: str | None = None


@cache
def store_types() -> Mapping[str, StoreType]:
    """The table of everything that keeps data."""
    with files.files("policies").joinpath("stores.yaml").open("rb") as file:
        rows = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["stores"]  # noqa: S506  safe
    return {name: StoreType(type=name, **row) for name, row in rows.items()}


class Facts:
    """A graph and its context, with what rules ask of them computed once. In `graph` every type has its current name;
    `given` is the graph as the program states it."""

    def __init__(self, graph: Graph, context: Context):
        self.given = graph
        self.graph = with_current_names(graph)
        self.context = context
        self._derived: dict[Callable[[Facts], Any], Any] = {}

    def derived(self, build: Callable[[Facts], T]) -> T:
        """What `build` makes of these facts, made once: the place for a theme's own index. A rule that looks through the
        whole graph for each resource is what makes judging slow."""
        if build not in self._derived:
            self._derived[build] = build(self)
        made: T = self._derived[build]
        return made

    # -- accounts

    @cached_property
    def own_accounts(self) -> frozenset[str]:
        """The accounts this program deploys to, as far as its providers say so; empty where none does."""
        return frozenset(r.account for r in self.graph.resources if r.account)

    def is_own_account(self, account: str | None) -> bool:
        """Whether an account is one that this program deploys to: a provider names it, or the program asked for it."""
        return bool(account) and (account in self.own_accounts or account == CALLER_ACCOUNT)

    # -- tags and classes

    def tags(self, resource: Resource) -> Mapping[str, Value]:
        """The resource's tags with its provider's default tags beneath, under our names."""
        provider = self.graph.by_urn.get(resource.provider or "") or self._lost.get(resource.provider or "")
        defaults = decoded(provider.inputs.get("defaultTags")) if provider else None
        merged: dict[str, Value] = {}
        if isinstance(defaults, Mapping) and isinstance(defaults.get("tags"), Mapping):
            merged |= defaults["tags"]
        merged |= resource.tags
        if resource.type.startswith("kubernetes:"):
            merged |= _labels(resource)
        for ours, theirs in self.context.tag_names.items():
            if theirs in merged and ours not in merged:
                merged[ours] = merged[theirs]
        return merged

    @cached_property
    def _lost(self) -> Mapping[str, Resource]:
        """What the change takes away: a provider that goes with its resources still tells their tags."""
        return {loss.resource.urn: loss.resource for loss in self.graph.losses}

    def data_class(self, resource: Resource) -> int | None:
        """1 to 5 from the tag; None where absent or unreadable (a rule of its own reports that)."""
        value = self.tags(resource).get(DATA_CLASS_TAG)
        text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
        return int(text) if text in ("1", "2", "3", "4", "5") else None

    def effective_class(self, resource: Resource) -> int:
        """The class to judge by: the stated one, else the one assumed of a store that states none."""
        return self.data_class(resource) or ASSUMED_DATA_CLASS

    def record_kind(self, resource: Resource) -> Value:
        """The record-kind tag as it is."""
        return self.tags(resource).get(RECORD_KIND_TAG)

    def backup_mode(self, resource: Resource) -> Value:
        """The backup tag as it is."""
        return self.tags(resource).get(BACKUP_TAG)

    # -- stores

    @cached_property
    def stores(self) -> tuple[Resource, ...]:
        """Every managed resource that keeps data, parts left out, in canonical order."""
        return tuple(
            r for r in self.graph.resources if not r.external and (row := store_types().get(r.type)) and not row.part_of
        )

    def record_stores(self, minimum_class: int = 1) -> Iterator[Resource]:
        """The stores that keep records for years, of at least this class."""
        for resource in self.stores:
            if store_types()[resource.type].holds == "records" and self.effective_class(resource) >= minimum_class:
                yield resource

    def satellites(self, resource: Resource, *types: str, path: str = "bucket") -> tuple[Resource, ...]:
        """The resources of these types that configure `resource`, by reference or by its known name."""
        found = {r.urn: r for r in self.graph.referring(resource, *types, path=path)}
        for name in self.names(resource):
            for other in self._by_text.get(name, ()):
                if other.type in types and other.get(path) == name:
                    found.setdefault(other.urn, other)
        return tuple(found.values())

    # -- names and references

    @staticmethod
    def names(resource: Resource) -> tuple[str, ...]:
        """The physical names a resource states, known ones only."""
        keys = [k for k in NAME_INPUTS if k != "arn" or resource.type not in _NAMES_ANOTHER]
        values = (resource.inputs.get(key) for key in keys)
        return tuple(v for v in values if isinstance(v, str) and is_known(v))

    @staticmethod
    def given_names(resource: Resource) -> tuple[str, ...]:
        """The names that nobody stated and the provider gave, where a state tells them: a volume's id, a key's ARN, a
        bucket's name after its prefix."""
        if resource.type in _NAMES_ANOTHER:
            return ()
        values = (resource.outputs.get(key) for key in ("id", *NAME_INPUTS) if key not in resource.inputs)
        return tuple(v for v in values if isinstance(v, str) and v and is_known(v))

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Resource, ...]]:
        return self._indexed(self.names)

    @cached_property
    def _by_given_name(self) -> Mapping[str, tuple[Resource, ...]]:
        return self._indexed(self.given_names)

    def _indexed(self, names: Callable[[Resource], tuple[str, ...]]) -> Mapping[str, tuple[Resource, ...]]:
        groups: dict[str, list[Resource]] = {}
        for resource in self.graph.resources:
            if resource.custom:
                for name in dict.fromkeys(names(resource)):
                    groups.setdefault(name, []).append(resource)
        return {key: tuple(value) for key, value in groups.items()}

    @cached_property
    def _by_text(self) -> Mapping[str, tuple[Resource, ...]]:
        """Top-level text inputs -> resources that state them."""
        groups: dict[str, list[Resource]] = {}
        for resource in self.graph.resources:
            for value in {v for v in resource.inputs.values() if isinstance(v, str)}:
                groups.setdefault(value, []).append(resource)
        return {key: tuple(value) for key, value in groups.items()}

    def resolve(self, value: Value, *types: str, region: str | None = None) -> Resource | None:
        """The resource that a value means: through a reference, a physical name, or an ARN that ends in one. None
        where it means none in this graph. Names are told apart by type and, where given, by region."""
        reference = reference_of(value)
        if reference is not None:
            found = self.graph.by_urn.get(reference.urn)
            return found if found and (not types or found.type in types) else None
        if not isinstance(value, str):
            return None
        references = references_in(value)
        if references:
            found = self.graph.by_urn.get(references[0].urn)
            return found if found and (not types or found.type in types) else None
        for names in (self._by_name, self._by_given_name):
            candidates = names.get(value) or ()
            place = region
            if not candidates and value.startswith("arn:"):
                tail = value.split(":", 5)[-1]
                place = region or value.split(":")[3] or None
                parts = (tail, tail.rpartition(":")[2], tail.partition("/")[2], tail.partition("/")[0])
                candidates = next((names[part] for part in parts if part in names), ())
            matching = [
                r
                for r in candidates
                if (not types or r.type in types) and (place is None or r.region in (place, "global", None))
            ]
            if matching:
                return matching[0] if len(matching) == 1 else None
        return None

    def resolve_all(self, values: Value, *types: str) -> Iterator[Resource]:
        """`resolve` for each element of a list."""
        for value in as_list(values):
            found = self.resolve(value, *types)
            if found:
                yield found

    def target(self, resource: Resource, path: str, *types: str) -> Resource | None:
        """The resource that the input at `path` means, by value or by edge."""
        found = self.resolve(resource.get(path), *types)
        if found is None and not is_plain(resource.get(path)):
            found = self.graph.target(resource, path, *types)
        return found if found and (not types or found.type in types) else None


def _labels(resource: Resource) -> dict[str, Value]:
    """Our tags as labels or annotations, in which a colon may not stand: `hospital-cloud/data-class`."""
    found: dict[str, Value] = {}
    for path in ("metadata.annotations", "metadata.labels"):
        rows = resource.get(path)
        if isinstance(rows, Mapping):
            found |= {str(key).replace("hospital-cloud/", "hospital-cloud:"): value for key, value in rows.items()}
    return found


def is_plain(value: Value) -> bool:
    """Whether a value is absent or states itself without any other resource: then no edge may stand in for it."""
    return value is None or isinstance(value, (bool, int, float))


def known_text(values: Iterable[Value]) -> list[str]:
    """The known strings among values."""
    return [v for v in values if isinstance(v, str) and is_known(v)]


def document_of(value: Value) -> Any:
    """A policy document as data: parsed JSON text, or the mapping itself; None where absent, not JSON or unknown."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, str) and value.lstrip()[:1] in "{[":
        return decoded(value)
    return None

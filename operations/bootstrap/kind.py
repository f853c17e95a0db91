"""What every kind of resource here knows: how to look for it, how to make it, what differs and how to correct it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from jurisdictions import OWNER_TAG, Partition, partition_of_region
from operations.live import Live

Wanted = Mapping[str, Any]
"""A resource's inputs, as Pulumi names them, with every reference resolved."""


class NotBootstrapped(Exception):
    """What stands in the graph or in the account is not for bootstrap to make or change; the text says so."""


@dataclass(frozen=True)
class At:
    """One account, and the region that a step acts in (the home region for what has none)."""

    live: Live
    account_id: str
    region: str

    def client(self, service: str) -> Any:
        """The client of a service there."""
        return self.live.client(service, self.region, self.account_id)

    @property
    def partition(self) -> Partition:
        """The partition of the region. Raises NotBootstrapped for a name that is no region's."""
        found = partition_of_region(self.region)
        if found is None:
            raise NotBootstrapped(f"{self.region!r} is not the name of an AWS region")
        return found


@dataclass(frozen=True)
class Difference:
    """One thing that is not as wanted. `correct` makes it so by calls that may be repeated."""

    what: str
    correct: Callable[[], object]


@dataclass(frozen=True)
class Found:
    """What a look has shown."""

    outputs: Mapping[str, str]
    differences: tuple[Difference, ...] = ()
    owner: str | None = ""
    """The hospital it was made for, by its tag; None without one; empty for a part of something that has an owner."""


class Kind(ABC):
    """One resource type."""

    inputs: ClassVar[frozenset[str]]
    """The inputs that it sets; one that is not listed is refused, never passed over in silence."""

    @abstractmethod
    def label(self, wanted: Wanted) -> str:
        """What a user calls it."""

    @abstractmethod
    def look(self, at: At, wanted: Wanted, created: str | None = None) -> Found | None:
        """What is there; None where nothing is. `created` is what `create` has just answered."""

    @abstractmethod
    def create(self, at: At, wanted: Wanted) -> str | None:
        """Makes it with one call, as far as one call goes; what is missing then is a difference. May answer the id by
        which to look for it."""


def absent(error: ClientError, *codes: str) -> bool:
    """Whether a refusal only says that nothing is there."""
    return error.response.get("Error", {}).get("Code") in codes


def tags_of(wanted: Wanted) -> dict[str, str]:
    """The tags wanted."""
    return dict(wanted.get("tags") or {})


def as_pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as an API takes them."""
    return [{key: name, value: text} for name, text in sorted(tags.items())]


def from_pairs(pairs: Any, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Tags as an API gives them."""
    return {str(pair[key]): str(pair[value]) for pair in pairs or ()}


def owner_of(tags: Mapping[str, str]) -> str | None:
    """Whose a resource is; None where no tag says so."""
    return tags.get(OWNER_TAG) or None


def missing_tags(found: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
    """The tags wanted that are not there, or say something else. Further tags are left alone."""
    return {key: text for key, text in tags_of(wanted).items() if found.get(key) != text}

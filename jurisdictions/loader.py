"""Reads the YAML files of this folder into frozen types. The files are ours, so a mistake in one is a programming
error (`ValueError` at load), not bad input."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any

import yaml

from jurisdictions.vocabulary import RecordKind


class Availability(str, Enum):
    """What is known of a capability in a region. Unverified is treated as absent, and says so."""

    OFFERED = "offered"
    ABSENT = "absent"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Partition:
    """One AWS partition: the one place that knows how ARNs and service principals are written in it."""

    id: str
    dns_suffix: str
    endpoint_service_prefix: str
    """The head of interface endpoint service names, by default `com.amazonaws`."""
    endpoint_service_exceptions: tuple[tuple[str, str], ...]
    """(service, prefix) where the head differs from `endpoint_service_prefix`."""
    principal_exceptions: tuple[tuple[str, str], ...]
    """(service, full principal) where the principal is not `<service>.amazonaws.com`."""
    global_region: str
    """Where the partition's global services (IAM, Route 53) are signed."""

    def arn(self, service: str, region: str, account_id: str, resource: str) -> str:
        """An ARN. `region` and `account_id` are empty where the service leaves them out (S3, IAM)."""
        return f"arn:{self.id}:{service}:{region}:{account_id}:{resource}"

    def principal(self, service: str) -> str:
        """The service principal, `ec2` -> `ec2.amazonaws.com.cn` in China."""
        return dict(self.principal_exceptions).get(service, f"{service}.amazonaws.com")

    def endpoint_service(self, region: str, service: str) -> str:
        """The PrivateLink service name of an AWS service."""
        prefix = dict(self.endpoint_service_exceptions).get(service, self.endpoint_service_prefix)
        return f"{prefix}.{region}.{service}"

    def managed_policy(self, path_and_name: str) -> str:
        """The ARN of a policy that AWS manages."""
        return f"arn:{self.id}:iam::aws:policy/{path_and_name}"


@dataclass(frozen=True, slots=True)
class Verification:
    """A hospital's own proof that an unverified capability works: who, when, on what evidence."""

    region: str
    capability: str
    by: str
    date: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Capability:
    """A service or feature in one region. `instead` says what replaces it where it is not offered; `mark` and
    `source` say how well the row is known (marks as in docs/reference/evidence-marks.md)."""

    id: str
    availability: Availability
    mark: str
    source: str
    instead: str


@dataclass(frozen=True, slots=True)
class Region:
    """One AWS region: zones by name, so that nothing needs to be looked up at preview."""

    name: str
    title: str
    city: str
    zones: tuple[str, ...]
    capabilities: dict[str, Capability]

    def capability(self, capability_id: str) -> Capability:
        """The row of a capability. One that no row names is unverified: never taken for granted."""
        return self.capabilities.get(
            capability_id, Capability(capability_id, Availability.UNVERIFIED, "?", "no row in the jurisdiction data", "")
        )

    def offers(self, capability_id: str, verified: tuple[Verification, ...] = ()) -> bool:
        """Whether a program may rely on it: offered, or unverified and verified by the hospital."""
        availability = self.capability(capability_id).availability
        if availability is Availability.UNVERIFIED:
            return any(v.region == self.name and v.capability == capability_id for v in verified)
        return availability is Availability.OFFERED


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a record of one kind is kept at least, in days, counted `counted_from`."""

    record_kind: RecordKind
    minimum_days: int
    counted_from: str
    clause: str
    mark: str


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A place whose law decides where data may be: its regions, partition, retention, law."""

    id: str
    title: str
    title_zh: str
    data_version: str
    partition: Partition
    regions: dict[str, Region]
    retention: dict[RecordKind, Retention]
    laws: tuple[str, ...]
    notification_clock_hours: int
    rtt_ms: dict[tuple[str, str], float]
    """Planning round trip in ms between a city or region and a region; both orders."""
    types_by_capability: dict[str, tuple[str, ...]]
    """Capability id -> Pulumi type prefixes that need it."""

    def region(self, name: str) -> Region:
        """The region, or KeyError."""
        return self.regions[name]

    def capability_of_type(self, type_token: str) -> str | None:
        """The capability that a resource type needs; the longest prefix wins; None when no row names the type."""
        best: tuple[int, str] | None = None
        for capability, prefixes in self.types_by_capability.items():
            for prefix in prefixes:
                if type_token.startswith(prefix) and (best is None or len(prefix) > best[0]):
                    best = (len(prefix), capability)
        return best[1] if best else None


def _read(name: str) -> Any:
    with resources.files("jurisdictions").joinpath(name).open("rb") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  safe, and fast


@cache
def _partitions() -> dict[str, Partition]:
    rows = _read("partitions.yaml")["partitions"]
    return {
        key: Partition(
            id=key,
            dns_suffix=row["dns_suffix"],
            endpoint_service_prefix=row["endpoint_service_prefix"],
            endpoint_service_exceptions=tuple(sorted((row.get("endpoint_service_exceptions") or {}).items())),
            principal_exceptions=tuple(sorted((row.get("principal_exceptions") or {}).items())),
            global_region=row["global_region"],
        )
        for key, row in rows.items()
    }


@cache
def _partition_by_region() -> dict[str, str]:
    """Every region AWS documents -> partition id, so that a region outside the jurisdiction is still told from a
    typing error."""
    return {region: key for key, row in _read("partitions.yaml")["partitions"].items() for region in row["regions"]}


def partition_of_region(region: str) -> Partition | None:
    """The partition of any AWS region, also outside every jurisdiction here; None for an unknown name."""
    key = _partition_by_region().get(region)
    return _partitions()[key] if key else None


@cache
def names() -> tuple[str, ...]:
    """The ids of all jurisdictions, in order."""
    return tuple(
        sorted(
            entry.name.removesuffix(".yaml")
            for entry in resources.files("jurisdictions").iterdir()
            if entry.name.endswith(".yaml") and entry.name not in ("partitions.yaml", "services.yaml")
        )
    )


@cache
def load(name: str) -> Jurisdiction:
    """The jurisdiction of that id. Raises KeyError for an unknown one; `names()` tells what there is."""
    if name not in names():
        raise KeyError(name)
    row = _read(f"{name}.yaml")
    defaults: dict[str, Any] = row.get("capabilities") or {}
    regions = {}
    for region_name, region in row["regions"].items():
        merged = {**defaults, **(region.get("capabilities") or {})}
        regions[region_name] = Region(
            name=region_name,
            title=region["title"],
            city=region["city"],
            zones=tuple(region["zones"]),
            capabilities={key: _capability(key, value) for key, value in merged.items()},
        )
    rtt: dict[tuple[str, str], float] = {}
    for place, targets in (row.get("rtt_ms") or {}).items():
        for target, value in targets.items():
            rtt[(place, target)] = rtt[(target, place)] = float(value)
    return Jurisdiction(
        id=name,
        title=row["title"],
        title_zh=row["title_zh"],
        data_version=str(row["data_version"]),
        partition=_partitions()[row["partition"]],
        regions=regions,
        retention={
            RecordKind(kind): Retention(
                RecordKind(kind), int(value["minimum_days"]), value["counted_from"], value["clause"], value["mark"]
            )
            for kind, value in row["retention"].items()
        },
        laws=tuple(row["laws"]),
        notification_clock_hours=int(row["notification_clock_hours"]),
        rtt_ms=rtt,
        types_by_capability={key: tuple(value) for key, value in _read("services.yaml")["types"].items()},
    )


def _capability(key: str, row: Any) -> Capability:
    if isinstance(row, str):
        row = {"is": row}
    return Capability(
        id=key,
        availability=Availability(row["is"]),
        mark=str(row.get("mark", "K")),
        source=str(row.get("source", "")),
        instead=str(row.get("instead", "")),
    )


def find_region(region: str) -> tuple[Jurisdiction, Region] | None:
    """The first jurisdiction that has the region, with the region; None when none has it."""
    for name in names():
        jurisdiction = load(name)
        if region in jurisdiction.regions:
            return jurisdiction, jurisdiction.regions[region]
    return None

"""What a hospital's demand comes to: every size with its unit, its arithmetic, and whether it was fixed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from infra.settings.kinds import Tier

T = TypeVar("T", int, float, str, bool)


@dataclass(frozen=True, slots=True)
class Sized(Generic[T]):
    """One size. `computed` is what the demand asks for; `value` differs from it only when it is pinned."""

    name: str
    value: T
    unit: str
    arithmetic: str
    computed: T
    pinned: bool = False

    def __str__(self) -> str:
        pinned = f" (pinned; computed {written(self.computed)})" if self.pinned else ""
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.name} = {written(self.value)}{unit}{pinned}: {self.arithmetic}"


def sized(name: str, computed: T, unit: str, arithmetic: str, pin: T | None = None) -> Sized[T]:
    """A size, which a pin overrules."""
    return Sized(name, computed if pin is None else pin, unit, arithmetic, computed, pin is not None)


def written(value: object) -> str:
    """A number as people read it: no noise behind the point."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


class StandbyMode(StrEnum):
    """What waits in the second region. None: copies of the data only. Pilot light: data and database. Warm: all of
    it, at a smaller size."""

    NONE = "none"
    PILOT_LIGHT = "pilot-light"
    WARM = "warm"


class DatabaseKind(StrEnum):
    """How the record database is built."""

    AURORA_GLOBAL = "aurora-global"
    """Aurora instances; a second cluster in the standby region when there is one."""
    AURORA_SERVERLESS = "aurora-serverless"
    """The same, with capacity that follows the load, where the region offers it."""
    MULTI_AZ_INSTANCE = "multi-az-instance"
    """One RDS instance with a synchronous copy in another zone."""


@dataclass(frozen=True, slots=True)
class Load:
    """The demand as the systems feel it."""

    outpatients_per_day: Sized[int]
    inpatients: Sized[int]
    staff: Sized[int]
    concurrent_users: Sized[int]
    transactions_per_day: Sized[int]
    peak_transactions_per_s: Sized[float]
    peak_sql_per_s: Sized[float]
    headroom: Sized[float]
    imaging_studies_per_day: Sized[int]
    image_ingest_mbps: Sized[float]


@dataclass(frozen=True, slots=True)
class DatabasePlan:
    """The record database. Instances count the writer; `standby_instances` is 0 without a standby database."""

    kind: DatabaseKind
    instance_class: Sized[str]
    """`db.serverless` for Aurora Serverless."""
    instances: Sized[int]
    standby_instances: Sized[int]
    minimum_acu: Sized[float] | None
    """Aurora capacity units, Aurora Serverless only."""
    maximum_acu: Sized[float] | None
    storage_gib: Sized[int] | None
    """Of a database instance; None for Aurora, whose storage grows by itself."""
    maximum_storage_gib: Sized[int] | None
    backup_retention_days: Sized[int]


@dataclass(frozen=True, slots=True)
class NodeCounts:
    """Nodes of the application platform in one region."""

    minimum: Sized[int]
    desired: Sized[int]
    maximum: Sized[int]


@dataclass(frozen=True, slots=True)
class PlatformPlan:
    """The cluster that hospital applications run on. `standby` is None unless the standby is warm."""

    node_instance_type: Sized[str]
    architecture: str
    """`x86_64` or `arm64`."""
    primary: NodeCounts
    standby: NodeCounts | None


@dataclass(frozen=True, slots=True)
class StoragePlan:
    """How much is written, and where it goes with age. GB and TB are decimal."""

    records_gb_per_year: Sized[float]
    documents_gb_per_year: Sized[float]
    images_tb_per_year: Sized[float]
    records_gb_total: Sized[float]
    documents_gb_total: Sized[float]
    images_tb_total: Sized[float]
    warm_after_days: Sized[int]
    """Images older than this go to a class for rare access."""
    cold_after_days: Sized[int]
    """Images older than this go to the archive class."""
    log_gb_per_day: Sized[float]


@dataclass(frozen=True, slots=True)
class SitePlan:
    """One edge site."""

    bandwidth_mbps: Sized[int]
    round_trip_ms: Sized[float]
    """To the primary region, access included."""
    standby_round_trip_ms: Sized[float] | None
    availability_percent: Sized[float]
    """Of the clinical path as this site sees it: its line is in it."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the design can hold. Availability is a design bound from SLA figures, never a guarantee."""

    availability_percent: Sized[float]
    storage_availability_percent: Sized[float]
    latency_ms: Sized[float]
    """Worst site to the primary region; 0 without sites."""
    standby_latency_ms: Sized[float] | None
    """Worst site to the standby region."""
    recovery_time_minutes: Sized[float]
    database_recovery_point_minutes: Sized[float]
    recovery_point_minutes: Sized[float]
    """The worst of all stores."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise of the stack file beside what the design can hold."""

    name: str
    promised: float
    computed: float
    unit: str
    holds: bool
    arithmetic: str

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "DOES NOT HOLD"
        unit = f" {self.unit}" if self.unit else ""
        numbers = f"promised {written(self.promised)}{unit}, computed {written(self.computed)}{unit}"
        return f"{self.name}: {numbers}: {verdict}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the blueprint takes from the demand."""

    tier: Sized[str]
    standby_mode: StandbyMode
    application_platform: bool
    """Whether applications run in the cloud: then there is a cluster and a clinical entry."""
    session_table: bool
    """Whether sessions must survive the loss of a region."""
    load: Load
    database: DatabasePlan
    platform: PlatformPlan | None
    storage: StoragePlan
    sites: dict[str, SitePlan]
    outlook: Outlook
    promises: tuple[Promise, ...]

    @property
    def tier_kind(self) -> Tier:
        """The tier as an enum."""
        return Tier(self.tier.value)

    def sizes(self) -> Iterator[tuple[str, Sized[int] | Sized[float] | Sized[str] | Sized[bool]]]:
        """Every size with its path, in the order of this file."""
        yield from _sizes("", self)

    def pinned(self) -> tuple[tuple[str, Sized[int] | Sized[float] | Sized[str] | Sized[bool]], ...]:
        """What was fixed by hand."""
        return tuple((path, size) for path, size in self.sizes() if size.pinned)

    def broken_promises(self) -> tuple[Promise, ...]:
        """What the hospital promises and this design cannot hold."""
        return tuple(promise for promise in self.promises if not promise.holds)

    def arithmetic(self) -> tuple[str, ...]:
        """One line a size, as the report shows them."""
        return (*(str(size) for _, size in self.sizes()), *(str(promise) for promise in self.promises))


def _sizes(path: str, part: object) -> Iterator[tuple[str, Sized[int] | Sized[float] | Sized[str] | Sized[bool]]]:
    if isinstance(part, Sized):
        yield path, part
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _sizes(f"{path}.{key}", value)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _sizes(f"{path}.{field.name}".lstrip("."), getattr(part, field.name))

"""Reads the YAML files of this folder into frozen types. The files are ours, so a mistake in one is a programming
error (`ValueError` at load), not bad input."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jurisdictions.vocabulary import RecordKind

_FOLDER = Path(__file__).parent
"""Not importlib.resources: importing that takes as long as reading a jurisdiction."""

_GATEWAY_SERVICES = ("dynamodb", "s3")
"""Services with a gateway endpoint. Its name begins with `com.amazonaws` in every partition."""

_SHARED_FILES = ("commercial.yaml", "partitions.yaml", "services.yaml")
"""Files of this folder that are no jurisdiction."""

_SOURCES = {
    "D": "botocore endpoints.json",
    "M": "botocore service model",
    "C": "AWS China user guide, page of the service",
    "K": "own knowledge, no source at hand",
    "?": "unsure",
}
"""What a row's source is when it names none. The marks S and V always name theirs."""


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
    """(service, full principal) where the principal is not `<service>.amazonaws.com`; `{region}` stands for the
    region."""
    global_region: str
    """Where the partition's global services (IAM, Route 53) are signed."""

    def arn(self, service: str, region: str, account_id: str, resource: str) -> str:
        """An ARN. `region` and `account_id` are empty where the service leaves them out (S3, IAM)."""
        return f"arn:{self.id}:{service}:{region}:{account_id}:{resource}"

    def principal(self, service: str, region: str = "") -> str:
        """The service principal, `ec2` -> `ec2.amazonaws.com.cn` in China. Some are regional
        (`logs.cn-north-1.amazonaws.com.cn`); without a region their regionless form is given."""
        form = dict(self.principal_exceptions).get(service, f"{service}.amazonaws.com")
        return form.replace("{region}", region) if region else form.replace("{region}.", "")

    def endpoint_service(self, region: str, service: str, endpoint_type: str = "") -> str:
        """The PrivateLink service name of an AWS service. `endpoint_type` is `Gateway` or `Interface`; without it S3
        and DynamoDB mean the gateway endpoint, all others the interface endpoint. In China the names of S3 differ."""
        if (endpoint_type or ("Gateway" if service in _GATEWAY_SERVICES else "Interface")) == "Gateway":
            return f"com.amazonaws.{region}.{service}"
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
            capability_id,
            Capability(capability_id, Availability.UNVERIFIED, "?", "no row in the jurisdiction data", ""),
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
    with (_FOLDER / name).open("rb") as file:
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
def regions_of_partition(partition_id: str) -> frozenset[str]:
    """Every region AWS documents in a partition, also those outside every jurisdiction here."""
    return frozenset(region for region, key in _partition_by_region().items() if key == partition_id)


@cache
def names() -> tuple[str, ...]:
    """The ids of all jurisdictions, in order."""
    return tuple(sorted(entry.stem for entry in _FOLDER.glob("*.yaml") if entry.name not in _SHARED_FILES))


@cache
def load(name: str) -> Jurisdiction:
    """The jurisdiction of that id. Raises KeyError for an unknown one; `names()` tells what there is."""
    if name not in names():
        raise KeyError(name)
    row = _read(f"{name}.yaml")
    services = _services()
    # Most regions share most rows: a row is parsed once, and overridden where a region differs.
    defaults = {**_inherited(row.get("inherits")), **_capabilities(row.get("capabilities"))}
    regions = {}
    for region_name, region in row["regions"].items():
        not_listed = dict.fromkeys(region.get("not_listed") or (), "unverified D")
        merged = {**defaults, **_capabilities(not_listed), **_capabilities(region.get("capabilities"))}
        regions[region_name] = Region(
            name=region_name,
            title=region["title"],
            city=region["city"],
            zones=tuple(region["zones"]),
            capabilities=merged,
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
        types_by_capability=services.types,
    )


@dataclass(frozen=True, slots=True)
class _Services:
    """`services.yaml`: what is the same in every jurisdiction."""

    types: dict[str, tuple[str, ...]]
    instead: dict[str, str]


@cache
def _services() -> _Services:
    rows = _read("services.yaml")
    return _Services({key: tuple(value) for key, value in rows["types"].items()}, rows["instead"])


@cache
def _inherited(name: str | None) -> dict[str, Capability]:
    return _capabilities(_read(f"{name}.yaml")["capabilities"]) if name else {}


def _capabilities(rows: dict[str, Any] | None) -> dict[str, Capability]:
    return {key: _capability(key, row) for key, row in (rows or {}).items()}


def _capability(key: str, row: Any) -> Capability:
    """A row is `offered D` (availability, mark), or a mapping where it has more to say: a `note` is added to the source
    that the mark stands for, a `source` replaces it. What replaces a capability stands in `services.yaml`, unless a
    jurisdiction has a better answer."""
    if isinstance(row, str):
        availability, _, mark = row.partition(" ")
        row = {"is": availability, "mark": mark}
    availability, mark = Availability(row["is"]), str(row["mark"])
    source, note = row.get("source") or _SOURCES[mark], row.get("note")
    fallback = "" if availability is Availability.OFFERED else _services().instead.get(key, "")
    instead = str(row.get("instead", fallback))
    if availability is not Availability.OFFERED and not instead:
        raise ValueError(f"{key} is {availability.value}, and neither its row nor services.yaml says what replaces it")
    return Capability(
        id=key,
        availability=availability,
        mark=mark,
        source=f"{source}: {note}" if note else str(source),
        instead=instead,
    )


def find_region(region: str) -> tuple[Jurisdiction, Region] | None:
    """The first jurisdiction that has the region, with the region; None when none has it."""
    for name in names():
        jurisdiction = load(name)
        if region in jurisdiction.regions:
            return jurisdiction, jurisdiction.regions[region]
    return None

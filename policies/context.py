"""What judging depends on beside the graph: jurisdiction, lifecycle, what the hospital has verified, the day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import jurisdictions
from jurisdictions import Jurisdiction, Verification

CONFIG_KEY = "hospital-cloud:hospital"


class BadContext(ValueError):
    """The configuration names something that does not exist; the text says what, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """Who lifts the protection, why, until when."""

    owner: str
    reason: str
    expires_on: date


@dataclass(frozen=True)
class Context:
    """The frame of a judgement. Where a stack says nothing the stricter reading counts: live, patients' data."""

    jurisdiction: Jurisdiction
    lifecycle: str = "live"
    """`trial`, `live` or `retiring`."""
    holds_patient_data: bool = True
    mlps_level: int | None = 3
    """Level of GB/T 22239-2019 the stack is filed at; None outside China."""
    retirement: Retirement | None = None
    verified: tuple[Verification, ...] = ()
    today: date = field(default_factory=date.today)
    offline: bool = True
    """Whether no engine will judge again with known values: then what cannot be decided stops the gate."""
    standby_region: str | None = None
    """The partner region that the stack states; None: the rules read it from the graph."""
    state_backend: str | None = None
    """Where Pulumi keeps the state of the deployment (`backend.url` of Pulumi.yaml); None where nothing says so."""
    prepared_accounts: frozenset[str] = frozenset()
    """The accounts that the stack says this program prepares as a whole (`baseline: managed`): of these, and of no
    other, the rules ask for what every account must have. A program that makes one bucket need not make the trail."""
    prepared_regions: tuple[str, ...] = ()
    """The regions in which the stack uses them."""
    whole_accounts: bool = False
    """Whether the auditor says so of all accounts of the program, in every region that it uses."""
    tag_names: Mapping[str, str] = field(default_factory=dict)
    """Our tag -> the foreign program's own tag with the same meaning."""

    @property
    def is_live(self) -> bool:
        return self.lifecycle == "live"

    @property
    def is_dispensable(self) -> bool:
        """A stack on trial, or of synthetic data alone: nothing in it must outlast a region or an account."""
        return self.lifecycle == "trial" or not self.holds_patient_data

    @property
    def wants_real_time_copy(self) -> bool:
        """MLPS level 3, 8.1.4.9 b: off-site backup in real time. A level below does not ask for it; outside China it
        is the default for a hospital that states nothing else."""
        return self.mlps_level is None or self.mlps_level >= 3


def of_jurisdiction(name: str, **fields: Any) -> Context:
    """The context for a program that states nothing itself. Raises BadContext for an unknown jurisdiction."""
    try:
        jurisdiction = jurisdictions.load(name)
    except KeyError:
        raise BadContext(f"there is no jurisdiction {name!r}; allowed: {', '.join(jurisdictions.names())}") from None
    fields.setdefault("mlps_level", 3 if jurisdiction.partition.id == "aws-cn" else None)
    return Context(jurisdiction=jurisdiction, **fields)


def from_config(config: Mapping[str, str], default_jurisdiction: str = "cn-mainland", **fields: Any) -> Context:
    """The context that a stack's configuration states (as the engine hands it to programs and packs: text, structured
    values as JSON). A stack that states none gets the default jurisdiction and the strict reading."""
    hospital = _hospital(config)
    if not hospital:
        return of_jurisdiction(default_jurisdiction, **fields)
    protection = hospital.get("protection")
    stated: dict[str, Any] = {
        "lifecycle": str(hospital.get("lifecycle", "live")),
        "holds_patient_data": hospital.get("data", "patient") != "synthetic",
        "retirement": _retirement(hospital.get("retirement")),
        "verified": _verified(hospital.get("verified_capabilities")),
        "prepared_accounts": _prepared_accounts(hospital.get("accounts")),
        "prepared_regions": _regions(hospital.get("data_centres")),
    }
    level = protection.get("mlps_level") if isinstance(protection, Mapping) else None
    if isinstance(level, (int, str)) and str(level).isdigit():
        stated["mlps_level"] = int(level)
    return of_jurisdiction(str(hospital.get("jurisdiction", default_jurisdiction)), **{**stated, **fields})


def _hospital(config: Mapping[str, str]) -> Mapping[str, Any]:
    value: Any = config.get(CONFIG_KEY)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


def _retirement(value: Any) -> Retirement | None:
    if not isinstance(value, Mapping):
        return None
    try:
        expires = date.fromisoformat(str(value.get("expires_on")))
    except ValueError:
        return None
    return Retirement(str(value.get("owner", "")), str(value.get("reason", "")), expires)


def _prepared_accounts(value: Any) -> frozenset[str]:
    """The accounts whose baseline the stack makes, as it does where it says nothing."""
    rows = value.values() if isinstance(value, Mapping) else ()
    stated = [row for row in rows if isinstance(row, Mapping)]
    return frozenset(str(row["id"]) for row in stated if "id" in row and row.get("baseline", "managed") == "managed")


def _regions(value: Any) -> tuple[str, ...]:
    rows = value.values() if isinstance(value, Mapping) else ()
    stated = {str(row["region"]) for row in rows if isinstance(row, Mapping) and "region" in row}
    return tuple(sorted(stated))


def _verified(value: Any) -> tuple[Verification, ...]:
    rows = value if isinstance(value, list) else []
    return tuple(
        Verification(*(str(row.get(key, "")) for key in ("region", "capability", "by", "date", "evidence")))
        for row in rows
        if isinstance(row, Mapping)
    )

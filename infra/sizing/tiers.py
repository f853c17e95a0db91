"""Load -> the shape of the cloud: tier, standby, record database."""

from __future__ import annotations

import math

from infra.settings.errors import Problem
from infra.settings.kinds import Tier
from infra.settings.model import Hospital
from infra.sizing.coefficients import DatabaseClass, catalogue, value
from infra.sizing.plan import DatabaseKind, DatabasePlan, Load, Sized, StandbyMode, StoragePlan, sized, written

_ORDER = tuple(Tier)
_AURORA_FAMILIES = ("r", "x")
"""Families that an Aurora global database accepts; burstable ones it does not."""
_GB_PER_GIB = 1024**3 / 1000**3


class SizingErrors(Exception):
    """A demand that nothing on offer can carry. `problems` say where in the stack file and why."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.message for problem in problems))


def tier_of(hospital: Hospital, transactions_per_s: float) -> Sized[str]:
    """The smallest tier that carries the load; never the smallest where the law asks for off-site copies in real time
    and hot redundancy (GB/T 22239-2019 8.1.4.9 b and c; critical infrastructure)."""
    clinic, county = value("clinic_most_tps"), value("county_most_tps")
    tier = (
        Tier.CLINIC if transactions_per_s <= clinic else Tier.COUNTY if transactions_per_s <= county else Tier.TERTIARY
    )
    how = f"{written(transactions_per_s)} transactions/s at the peak; clinic up to {clinic:g}, county up to {county:g}"
    protection = hospital.protection
    if tier is Tier.CLINIC and ((protection.mlps_level or 0) >= 3 or protection.critical_infrastructure):
        tier = Tier.COUNTY
        how += "; raised, because its protection level asks for off-site copies in real time"
    pin = hospital.pins.tier.value if hospital.pins.tier else None
    return sized("tier", tier.value, "", how, pin)


def standby_mode_of(hospital: Hospital, tier: Tier) -> StandbyMode:
    """What waits in the second region."""
    if hospital.standby is None or not _in_all_regions(hospital, "aurora.global"):
        return StandbyMode.NONE
    return {
        Tier.CLINIC: StandbyMode.NONE,
        Tier.COUNTY: StandbyMode.PILOT_LIGHT,
        Tier.TERTIARY: StandbyMode.WARM,
    }[tier]


def database(hospital: Hospital, tier: Tier, load: Load, storage: StoragePlan, mode: StandbyMode) -> DatabasePlan:
    """The record database of a tier."""
    kind = _kind(hospital, tier)
    needed = load.peak_sql_per_s.value * load.headroom.value / value("sql_per_s_per_vcpu")
    how = (
        f"{written(load.peak_sql_per_s.value)} statements/s x {load.headroom.value:g} / "
        f"{value('sql_per_s_per_vcpu'):g} a vCPU = {written(needed)} vCPU"
    )
    serverless = kind is DatabaseKind.AURORA_SERVERLESS
    aurora = kind is not DatabaseKind.MULTI_AZ_INSTANCE
    instance_class = "db.serverless" if serverless else _class(kind, needed, hospital)
    _check_volume(storage, aurora)
    return DatabasePlan(
        kind=kind,
        instance_class=sized("database class", instance_class, "", how, _pinned_class(hospital, kind)),
        instances=_instances(hospital, aurora),
        standby_instances=_standby_instances(mode),
        minimum_acu=_acu(needed, how, lowest=True) if serverless else None,
        maximum_acu=_acu(needed, how, lowest=False) if serverless else None,
        storage_gib=None if aurora else _storage_gib(hospital, storage),
        maximum_storage_gib=None if aurora else _maximum_storage_gib(hospital, storage),
        backup_retention_days=sized(
            "point-in-time recovery", round(value("backup_retention_days")), "days", "the longest that RDS keeps"
        ),
    )


def database_vcpu(plan: DatabasePlan) -> float:
    """What one database instance carries for ever, in vCPU."""
    if plan.maximum_acu is not None:
        return plan.maximum_acu.computed / value("acu_per_vcpu")
    rows = (*catalogue().aurora_classes, *catalogue().instance_classes)
    return next(row.vcpu for row in rows if row.name == plan.instance_class.computed)


def _kind(hospital: Hospital, tier: Tier) -> DatabaseKind:
    pin = hospital.pins.database_instance_class
    if tier is Tier.CLINIC:
        return DatabaseKind.MULTI_AZ_INSTANCE
    if tier is Tier.COUNTY and pin is None and _in_all_regions(hospital, "aurora.serverless-v2"):
        return DatabaseKind.AURORA_SERVERLESS
    return DatabaseKind.AURORA_GLOBAL


def _in_all_regions(hospital: Hospital, capability: str) -> bool:
    law = hospital.law
    return all(
        law.regions[centre.region].offers(capability, hospital.verifications)
        for centre in hospital.data_centres.values()
    )


def _class(kind: DatabaseKind, needed_vcpu: float, hospital: Hospital) -> str:
    """The smallest class that carries the load. A pinned class may carry less: that is the hospital's decision."""
    offered = catalogue()
    rows = offered.instance_classes if kind is DatabaseKind.MULTI_AZ_INSTANCE else offered.aurora_classes
    for row in rows:
        if row.vcpu >= needed_vcpu:
            return row.name
    raise SizingErrors(_too_much(needed_vcpu, rows[-1]))


def _too_much(needed_vcpu: float, largest: DatabaseClass) -> Problem:
    return Problem(
        ("demand",),
        None,
        f"needs a database of {written(math.ceil(needed_vcpu))} vCPU; the largest class, {largest.name}, has "
        f"{largest.vcpu:g}: divide the hospital into several stacks",
    )


def _pinned_class(hospital: Hospital, kind: DatabaseKind) -> str | None:
    pin = hospital.pins.database_instance_class
    if pin and kind is DatabaseKind.AURORA_GLOBAL and not pin.removeprefix("db.").startswith(_AURORA_FAMILIES):
        raise SizingErrors(
            Problem(
                ("pins", "database_instance_class"),
                pin,
                f"'{pin}' cannot run an Aurora global database; allowed: classes of the families r and x, "
                f"such as {catalogue().aurora_classes[0].name}",
            )
        )
    return pin


def _instances(hospital: Hospital, aurora: bool) -> Sized[int]:
    how = "a writer, and a reader in another zone" if aurora else "one; its copy in another zone is not counted"
    pin = hospital.pins.database_instances
    if pin is not None and not aurora and pin != 1:
        raise SizingErrors(
            Problem(
                ("pins", "database_instances"), pin, f"{pin} is not possible: the clinic tier has one Multi-AZ instance"
            )
        )
    return sized("database instances", 2 if aurora else 1, "in the primary region", how, pin)


def _standby_instances(mode: StandbyMode) -> Sized[int]:
    count, how = {
        StandbyMode.NONE: (0, "no standby database"),
        StandbyMode.PILOT_LIGHT: (1, "pilot light: one instance follows"),
        StandbyMode.WARM: (2, "warm standby: it is redundant from the first minute"),
    }[mode]
    return sized("standby database instances", count, "in the standby region", how)


def _acu(needed_vcpu: float, how: str, *, lowest: bool) -> Sized[float]:
    """Aurora capacity units in steps of a half."""
    most = max(2.0, math.ceil(needed_vcpu * value("acu_per_vcpu") * 2) / 2)
    if most > value("largest_acu"):
        raise SizingErrors(
            Problem(("demand",), None, f"needs {most:g} Aurora capacity units; at most {value('largest_acu'):g} exist")
        )
    if lowest:
        least = max(0.5, math.ceil(most / value("acu_span") * 2) / 2)
        return sized("lowest capacity", least, "ACU", f"{most:g} / {value('acu_span'):g}")
    return sized("highest capacity", most, "ACU", f"{how} x {value('acu_per_vcpu'):g} ACU a vCPU")


def _storage_gib(hospital: Hospital, storage: StoragePlan) -> Sized[int]:
    """The first year's records with room, in steps of 10 GiB: it grows by itself."""
    room = 1 + value("storage_headroom")
    gib = _steps_of_ten(storage.records_gb_per_year.value / _GB_PER_GIB * room)
    return sized(
        "database storage",
        max(round(value("smallest_instance_gib")), gib),
        "GiB",
        f"{written(storage.records_gb_per_year.value)} GB of the first year x {room:g}; grows by itself",
        hospital.pins.database_storage_gib,
    )


def _maximum_storage_gib(hospital: Hospital, storage: StoragePlan) -> Sized[int]:
    """Twice what the horizon needs, so that growth never stops the hospital; at least what is pinned."""
    first = _storage_gib(hospital, storage)
    needed = _steps_of_ten(2 * storage.records_gb_total.value / _GB_PER_GIB)
    most = min(round(value("largest_instance_gib")), max(needed, 2 * first.value, 100))
    return sized("largest database storage", most, "GiB", f"2 x {written(storage.records_gb_total.value)} GB")


def _check_volume(storage: StoragePlan, aurora: bool) -> None:
    most = value("largest_aurora_gib" if aurora else "largest_instance_gib")
    needed = storage.records_gb_total.value / _GB_PER_GIB
    if needed > most:
        raise SizingErrors(
            Problem(
                ("demand", "horizon_years"),
                None,
                f"records grow to {written(math.ceil(needed))} GiB within the horizon; the database holds at most "
                f"{most:,.0f}: plan for fewer years, or archive",
            )
        )


def _steps_of_ten(gib: float) -> int:
    return math.ceil(round(gib / 10, 6)) * 10

"""What the design can hold: availability, latency, recovery; and the hospital's promises beside it."""

from __future__ import annotations

import math

from infra.settings.demand import Promises
from infra.settings.kinds import Tier
from infra.settings.model import Hospital
from infra.sizing.coefficients import value
from infra.sizing.plan import DatabaseKind, Outlook, Promise, SitePlan, Sized, StandbyMode, StoragePlan, sized, written


def series(*percents: float) -> float:
    """Availability of a path in percent: everything on it must work."""
    return 100 * math.prod(percent / 100 for percent in percents)


def two_regions(
    region_percent: float, failover_minutes: float, repair_minutes: float, beta: float, common_percent: float = 100
) -> float:
    """Availability in percent of active and standby region.

    U = U_common + U_r x (beta + (1 - beta) x min(1, U_r + T_failover / MTTR)): a part `beta` of failures takes both
    regions; in the others the standby may be down too, and the failover takes its time. A failover that takes longer
    than the repair gains nothing.
    """
    common, region = 1 - common_percent / 100, 1 - region_percent / 100
    standby = min(1.0, region + failover_minutes / repair_minutes)
    return 100 * (1 - min(1.0, common + region * (beta + (1 - beta) * standby)))


def path_percents(kind: DatabaseKind, platform: bool) -> dict[str, float]:
    """The clinical path inside one region. The cluster's control plane is not on it: running applications go on
    without it; nor is S3, whose figure is `storage_availability_percent`."""
    database = value("sla_rds" if kind is DatabaseKind.MULTI_AZ_INSTANCE else "sla_aurora")
    front = {"load balancer": value("sla_load_balancer"), "compute": value("sla_compute")} if platform else {}
    return {"DNS": value("sla_route53"), **front, "database": database, "keys": value("sla_kms")}


def recovery_minutes(hospital: Hospital, mode: StandbyMode, storage: StoragePlan) -> Sized[float]:
    """Time until the hospital works again after a region is lost."""
    if hospital.standby is None:
        repair = value("region_repair_minutes")
        return sized("recovery time", repair, "minutes", "no second region: the hospital waits for the first")
    if mode is StandbyMode.NONE:
        restore = storage.records_gb_total.value / value("restore_gb_per_hour") * 60
        steps = {
            "decision": value("restore_decision_minutes"),
            "new database and applications": value("restore_setup_minutes"),
            "restore": restore,
        }
    else:
        detection = value("health_check_s") * value("health_check_failures") / 60
        warm = mode is StandbyMode.WARM
        steps = {
            "detection": detection,
            "DNS": value("dns_ttl_s") / 60,
            "decision": value("warm_decision_minutes" if warm else "pilot_decision_minutes"),
            "promotion": value("promotion_minutes"),
            "nodes" if warm else "cluster and applications": value(
                "warm_scale_minutes" if warm else "pilot_build_minutes"
            ),
        }
    how = " + ".join(f"{name} {written(round(minutes, 2))}" for name, minutes in steps.items())
    return sized("recovery time", round(sum(steps.values()), 2), "minutes", how)


def recovery_points(hospital: Hospital, mode: StandbyMode) -> tuple[Sized[float], Sized[float]]:
    """Minutes of data that go with a region: of the database, and of the worst store."""
    if hospital.standby is None:
        point = value("point_in_time_minutes")
        how = "point-in-time recovery inside the region; without a second region, its loss takes everything"
        return sized("recovery point, database", point, "minutes", how), sized("recovery point", point, "minutes", how)
    objects = value("replication_time_minutes")
    if mode is StandbyMode.NONE:
        interval, copy = value("backup_interval_minutes"), value("backup_copy_minutes")
        database, how = interval + copy, f"a daily recovery point: {interval:g} + making and copying it {copy:g}"
    else:
        database, how = value("replica_lag_minutes"), "the standby database follows within about a second"
    return (
        sized("recovery point, database", database, "minutes", how),
        sized(
            "recovery point",
            max(database, objects),
            "minutes",
            f"the worst of database {written(database)} and objects {objects:g} (replication time control)",
        ),
    )


def outlook(hospital: Hospital, tier: Tier, mode: StandbyMode, kind: DatabaseKind, storage: StoragePlan) -> Outlook:
    """What the design can hold, but for the latency of sites, which the planner adds."""
    recovery = recovery_minutes(hospital, mode, storage)
    database_point, point = recovery_points(hospital, mode)
    zero = sized("latency", 0.0, "ms", "no sites")
    return Outlook(
        availability_percent=_availability(hospital, tier, mode, kind, recovery.value),
        storage_availability_percent=_storage_availability(hospital, recovery.value),
        latency_ms=zero,
        standby_latency_ms=None,
        recovery_time_minutes=recovery,
        database_recovery_point_minutes=database_point,
        recovery_point_minutes=point,
    )


def worst(sites: dict[str, SitePlan]) -> tuple[Sized[float], Sized[float] | None]:
    """The longest round trips of all sites: to the primary, and to the standby region."""
    if not sites:
        return sized("latency", 0.0, "ms", "no sites"), None
    key, far = max(((k, s.round_trip_ms) for k, s in sites.items()), key=lambda item: item[1].value)
    latency = sized("latency", far.value, "ms", f"{key}: {far.arithmetic}")
    after = [(k, s.standby_round_trip_ms) for k, s in sites.items() if s.standby_round_trip_ms is not None]
    if not after:
        return latency, None
    key, far = max(after, key=lambda item: item[1].value)
    return latency, sized("latency after failover", far.value, "ms", f"{key}: {far.arithmetic}")


def promises(stated: Promises, outlook: Outlook) -> tuple[Promise, ...]:
    """Each promise beside what the design can hold."""
    rows = [
        _promise("availability", stated.availability_percent, outlook.availability_percent, more_is_better=True),
        _promise("latency", stated.latency_ms, outlook.latency_ms),
        _promise("recovery time", stated.recovery_time_minutes, outlook.recovery_time_minutes),
        _promise("recovery point", stated.recovery_point_minutes, outlook.recovery_point_minutes),
    ]
    if stated.storage_availability_percent is not None:
        held = outlook.storage_availability_percent
        rows.insert(1, _promise("storage availability", stated.storage_availability_percent, held, more_is_better=True))
    return tuple(rows)


def _promise(name: str, promised: float, held: Sized[float], *, more_is_better: bool = False) -> Promise:
    holds = held.value >= promised if more_is_better else held.value <= promised
    return Promise(name, promised, held.value, held.unit, holds, held.arithmetic)


def _availability(
    hospital: Hospital, tier: Tier, mode: StandbyMode, kind: DatabaseKind, recovery: float
) -> Sized[float]:
    parts = path_percents(kind, platform=tier is not Tier.CLINIC)
    region = series(*parts.values())
    how = "one region: " + " x ".join(f"{name} {percent:g}" for name, percent in parts.items()) + f" = {region:.5f} %"
    if hospital.standby is None:
        return sized("availability", region, "percent", f"{how}; a design bound from SLA figures")
    common = value("sla_dynamodb_global") if mode is StandbyMode.WARM else 100.0
    percent = _with_standby(region, recovery, common)
    shared = f", session table {common:g} for both" if mode is StandbyMode.WARM else ""
    return sized(
        "availability",
        percent,
        "percent",
        f"{how}; standby after {recovery:g} minutes{shared}: {percent:.5f} %; a design bound from SLA figures",
    )


def _storage_availability(hospital: Hospital, recovery: float) -> Sized[float]:
    design = value("design_s3")
    if hospital.standby is None:
        return sized("storage availability", design, "percent", f"AWS's design figure {design:g}, one region")
    percent = _with_standby(design, recovery, 100.0)
    return sized(
        "storage availability",
        percent,
        "percent",
        f"AWS's design figure {design:g} in each region, the copy read after {recovery:g} minutes: {percent:.5f} %",
    )


def _with_standby(region_percent: float, failover_minutes: float, common_percent: float) -> float:
    repair, beta = value("region_repair_minutes"), value("common_cause_share")
    return two_regions(region_percent, failover_minutes, repair, beta, common_percent)

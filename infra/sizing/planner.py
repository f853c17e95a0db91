"""A hospital -> its plan."""

from __future__ import annotations

from dataclasses import replace

from infra.settings.errors import Problem
from infra.settings.kinds import Tier
from infra.settings.loader import Loaded
from infra.settings.model import Hospital
from infra.sizing.cluster import platform
from infra.sizing.demand import load, logs, peak_transactions_per_s, storage
from infra.sizing.plan import Plan, PlatformPlan, StandbyMode
from infra.sizing.promises import outlook, promises, worst
from infra.sizing.sites import site_plans
from infra.sizing.tiers import SizingErrors, database, standby_mode_of, tier_of


def plan_hospital(hospital: Hospital) -> Plan:
    """Every size that the hospital's demand asks for. Raises `SizingErrors` when nothing on offer carries it."""
    demand = hospital.demand
    tier_size = tier_of(hospital, peak_transactions_per_s(demand.outpatients_per_day, demand.inpatients))
    tier = Tier(tier_size.value)
    _check_entry(hospital, tier)
    mode = standby_mode_of(hospital, tier)
    felt = load(demand, tier)
    cluster = platform(hospital, tier, felt, mode)
    stored = storage(demand, logs(felt.transactions_per_day.value, _nodes(cluster)))
    records = database(hospital, tier, felt, stored, mode)
    held = outlook(hospital, tier, mode, records.kind, stored)
    sites = site_plans(hospital, felt, held.availability_percent.value)
    latency, standby_latency = worst(sites)
    held = replace(held, latency_ms=latency, standby_latency_ms=standby_latency)
    return Plan(
        tier=tier_size,
        standby_mode=mode,
        application_platform=cluster is not None,
        session_table=mode is StandbyMode.WARM,
        load=felt,
        database=records,
        platform=cluster,
        storage=stored,
        sites=sites,
        outlook=held,
        promises=promises(hospital.promises, held),
    )


def plan_of(loaded: Loaded) -> Plan:
    """The plan of a stack file. Raises `StackFileErrors` with line and path when nothing on offer carries it."""
    try:
        return plan_hospital(loaded.hospital)
    except SizingErrors as error:
        raise loaded.errors(error.problems) from None


def _nodes(cluster: PlatformPlan | None) -> int:
    if cluster is None:
        return 0
    return cluster.primary.desired.value + (cluster.standby.desired.value if cluster.standby else 0)


def _check_entry(hospital: Hospital, tier: Tier) -> None:
    if tier is not Tier.CLINIC and hospital.clinical_entry is None:
        raise SizingErrors(
            Problem(
                ("clinical_entry",),
                None,
                f"is missing; in the tier {tier.value} applications run in the cloud and need exposure, domain and "
                "hosted_zone",
            )
        )

"""Demand -> the load that systems feel: transactions, SQL, gigabytes."""

from __future__ import annotations

import math

from infra.settings.demand import Demand
from infra.settings.kinds import Modality, Tier
from infra.sizing.coefficients import value
from infra.sizing.plan import Load, Sized, StoragePlan, sized, written

_BY_RATE = (Modality.CT, Modality.MR, Modality.DR, Modality.US)
"""Modalities that are derived from patients where the hospital states none."""


def peak_transactions_per_s(outpatients_per_day: int, inpatients: int) -> float:
    """Business transactions a second in the worst burst of the peak hour."""
    outpatient = outpatients_per_day * value("transactions_per_outpatient") * value("outpatient_peak_hour_share")
    inpatient = inpatients * value("transactions_per_inpatient_day") * value("inpatient_peak_hour_share")
    return value("burst_factor") * (outpatient + inpatient) / 3600


def studies_per_day(demand: Demand) -> dict[Modality, int]:
    """Imaging studies a day: as stated, else by usual rates, rounded up."""
    if demand.imaging_studies_per_day is not None:
        return dict(demand.imaging_studies_per_day)
    return {
        modality: math.ceil(
            round(
                demand.outpatients_per_day * value(f"{modality.value}_per_outpatient")
                + demand.inpatients * value(f"{modality.value}_per_inpatient"),
                6,
            )
        )
        for modality in _BY_RATE
    }


def raw_images_mb_per_day(studies: dict[Modality, int]) -> float:
    """MB of images a day, uncompressed."""
    return sum(count * value(f"{modality.value}_mb") for modality, count in studies.items())


def over_years(first_year: float, growth_percent: float, years: int) -> float:
    """What is written in so many years, when each year brings so much more than the one before."""
    return sum(first_year * (1 + growth_percent / 100) ** year for year in range(years))


def load(demand: Demand, tier: Tier) -> Load:
    """The demand as the systems feel it, with its arithmetic."""
    outpatients, inpatients = demand.outpatients_per_day, demand.inpatients
    tps = peak_transactions_per_s(outpatients, inpatients)
    studies = studies_per_day(demand)
    raw = raw_images_mb_per_day(studies)
    peak_share, burst = value("outpatient_peak_hour_share"), value("burst_factor")
    per_out, per_in = value("transactions_per_outpatient"), value("transactions_per_inpatient_day")
    staff = _staff(demand)
    users = math.ceil(round(staff.value * value("concurrent_share_of_staff"), 6))
    return Load(
        outpatients_per_day=_stated("outpatients", outpatients, "a day"),
        inpatients=_stated("inpatients", inpatients, "in bed"),
        staff=staff,
        concurrent_users=sized(
            "concurrent users", users, "people", f"{staff.value:,} x {value('concurrent_share_of_staff')}"
        ),
        transactions_per_day=sized(
            "transactions",
            round(outpatients * per_out + inpatients * per_in),
            "a day",
            f"{outpatients:,} x {per_out:g} + {inpatients:,} x {per_in:g}",
        ),
        peak_transactions_per_s=sized(
            "peak transactions",
            tps,
            "a second",
            f"{burst:g} x ({outpatients:,} x {per_out:g} x {peak_share:g} + {inpatients:,} x {per_in:g} x "
            f"{value('inpatient_peak_hour_share'):g}) / 3,600",
        ),
        peak_sql_per_s=sized(
            "peak SQL",
            tps * value("sql_per_transaction"),
            "statements a second",
            f"{written(tps)} x {value('sql_per_transaction'):g}",
        ),
        headroom=sized("headroom", value(f"{tier.value}_headroom"), "times the peak", f"for tier {tier.value}"),
        imaging_studies_per_day=sized(
            "imaging studies",
            sum(studies.values()),
            "a day",
            " + ".join(f"{modality.value} {count:,}" for modality, count in studies.items()),
        ),
        image_ingest_mbps=sized(
            "image ingest",
            raw * peak_share / 3600 * burst * 8,
            "Mbit/s, uncompressed",
            f"{written(raw / 1000)} GB/day x {peak_share:g} / 3,600 s x {burst:g} x 8",
        ),
    )


def storage(demand: Demand, log_gb_per_day: Sized[float]) -> StoragePlan:
    """What is written in a year, and in all years of the horizon."""
    days = value("days_per_year")
    raw = raw_images_mb_per_day(studies_per_day(demand))
    factor = value("lossless_factor")
    records, records_how = _per_year(demand, "record")
    documents, documents_how = _per_year(demand, "document")
    images = raw / factor * days / 1e6
    how = f"horizon {demand.horizon_years} x 1 year, {demand.growth_percent_per_year:g} % more each year"

    def total(first_year: float) -> float:
        return over_years(first_year, demand.growth_percent_per_year, demand.horizon_years)

    return StoragePlan(
        records_gb_per_year=sized("records", records, "GB a year", records_how),
        documents_gb_per_year=sized("documents", documents, "GB a year", documents_how),
        images_tb_per_year=sized(
            "images", images, "TB a year", f"{written(raw / 1000)} GB/day / {factor:g} (lossless) x {days:g} / 1,000"
        ),
        records_gb_total=sized("records in all", total(records), "GB", how),
        documents_gb_total=sized("documents in all", total(documents), "GB", how),
        images_tb_total=sized("images in all", total(images), "TB", how),
        warm_after_days=_fixed("images to rare access after", "warm_after_days"),
        cold_after_days=_fixed("images to archive after", "cold_after_days"),
        log_gb_per_day=log_gb_per_day,
    )


def logs(transactions_per_day: int, nodes: int) -> Sized[float]:
    """Log volume a day."""
    kb, per_node = value("log_kb_per_transaction"), value("log_gb_per_node_day")
    return sized(
        "logs",
        transactions_per_day * kb / 1e6 + nodes * per_node,
        "GB a day",
        f"{transactions_per_day:,} x {kb:g} kB + {nodes} nodes x {per_node:g} GB",
    )


def _per_year(demand: Demand, what: str) -> tuple[float, str]:
    """GB a year of `record` or `document`."""
    days = value("days_per_year")
    out, inn = value(f"{what}_mb_per_outpatient"), value(f"{what}_mb_per_inpatient_day")
    gb = (demand.outpatients_per_day * out + demand.inpatients * inn) * days / 1000
    return gb, f"({demand.outpatients_per_day:,} x {out:g} MB + {demand.inpatients:,} x {inn:g} MB) x {days:g} / 1,000"


def _staff(demand: Demand) -> Sized[int]:
    per_out, per_in = value("staff_per_outpatient"), value("staff_per_inpatient")
    computed = max(1, math.ceil(round(demand.outpatients_per_day * per_out + demand.inpatients * per_in, 6)))
    how = f"{demand.outpatients_per_day:,} x {per_out:g} + {demand.inpatients:,} x {per_in:g}"
    if demand.staff is None:
        return sized("staff", computed, "people", how)
    return Sized("staff", demand.staff, "people", "stated", computed, pinned=False)


def _stated(name: str, number: int, unit: str) -> Sized[int]:
    return Sized(name, number, unit, "stated", number)


def _fixed(name: str, coefficient: str) -> Sized[int]:
    days = round(value(coefficient))
    return Sized(name, days, "days", "by default", days)

"""The worked examples that the coefficients were taken from, and the formulas of availability."""

from __future__ import annotations

import pytest

from infra.settings.demand import Demand
from infra.settings.kinds import Modality
from infra.sizing import DatabaseKind, StandbyMode, demand, plan_hospital, promises
from infra.sizing.coefficients import architecture_of, vcpu_of
from tests.sizing.hospitals import NO_LEVEL, ONE_REGION, SERVERLESS, hospital

WORKED = Demand(outpatients_per_day=5000, inpatients=2000)


def test_the_worked_example() -> None:
    """5,000 outpatients a day and 2,000 inpatients."""
    plan = plan_hospital(hospital())
    load, stored = plan.load, plan.storage
    assert load.peak_transactions_per_s.value == pytest.approx(30)
    assert load.peak_sql_per_s.value == pytest.approx(600)
    assert load.headroom.value == 3
    assert load.transactions_per_day.value == 280_000
    assert stored.records_gb_per_year.value / 365 == pytest.approx(2.75)
    assert stored.documents_gb_per_year.value / 365 == pytest.approx(11)
    assert stored.images_tb_per_year.value == pytest.approx(45, abs=0.5)
    assert load.image_ingest_mbps.value == pytest.approx(300, abs=2)
    assert stored.images_tb_total.value == pytest.approx(156, abs=2)
    assert plan.database.instance_class.value == "db.r6g.8xlarge"


def test_the_studies_of_the_worked_example() -> None:
    studies = demand.studies_per_day(WORKED)
    assert studies == {Modality.CT: 460, Modality.MR: 160, Modality.DR: 620, Modality.US: 950}
    assert demand.raw_images_mb_per_day(studies) == pytest.approx(138_000 + 32_000 + 21_700 + 57_000)


def test_a_thousand_outpatients_alone() -> None:
    assert demand.peak_transactions_per_s(1000, 0) == pytest.approx(3)


@pytest.mark.parametrize(("years", "tb"), [(3, 156), (5, 303), (10, 914), (15, 2141)])
def test_growth_over_years(years: int, tb: float) -> None:
    assert demand.over_years(45, 15, years) == pytest.approx(tb, rel=0.002)


def test_a_path_in_series() -> None:
    assert promises.series(100, 99.99, 99.99, 99.99, 99.999) == pytest.approx(99.969, abs=0.0005)
    assert promises.series(100, 99.99, 99.99, 99.99, 99.999, 99.9) == pytest.approx(99.869, abs=0.0005)
    path = promises.path_percents(DatabaseKind.AURORA_GLOBAL, platform=True)
    assert promises.series(*path.values()) == pytest.approx(99.969, abs=0.0005)


def test_two_regions() -> None:
    assert promises.two_regions(99.969, 15, 240, 0.1) == pytest.approx(99.995, abs=0.0003)


@pytest.mark.parametrize(
    ("region", "failover", "repair", "beta", "common", "wanted"),
    [
        (99.9, 10_000, 240, 0.1, 100, 99.9),  # a failover longer than the repair gains nothing
        (99.9, 0, 240, 1, 100, 99.9),  # everything fails in both
        (100, 15, 240, 0.1, 99.99, 99.99),  # what both share remains
        (0, 15, 240, 0.1, 100, 0),
    ],
)
def test_two_regions_at_the_ends(
    region: float, failover: float, repair: float, beta: float, common: float, wanted: float
) -> None:
    assert promises.two_regions(region, failover, repair, beta, common) == pytest.approx(wanted)


def test_the_tiers_and_what_waits_in_the_second_region() -> None:
    clinic = plan_hospital(hospital(200, 10, protection=NO_LEVEL, clinical_entry=None))
    county = plan_hospital(hospital(1800, 500))
    tertiary = plan_hospital(hospital())
    assert [plan.tier.value for plan in (clinic, county, tertiary)] == ["clinic", "county", "tertiary"]
    assert [plan.standby_mode for plan in (clinic, county, tertiary)] == [
        StandbyMode.NONE,
        StandbyMode.PILOT_LIGHT,
        StandbyMode.WARM,
    ]
    assert (clinic.platform, clinic.database.kind) == (None, DatabaseKind.MULTI_AZ_INSTANCE)
    assert (county.database.standby_instances.value, tertiary.database.standby_instances.value) == (1, 2)
    assert (clinic.session_table, county.session_table, tertiary.session_table) == (False, False, True)
    points = [plan.outlook.recovery_time_minutes.value for plan in (tertiary, county, clinic)]
    assert points == sorted(points)


def test_the_law_raises_the_smallest_tier() -> None:
    entry = {"exposure": "internal", "domain": "records.test.example", "hosted_zone": "managed"}
    assert plan_hospital(hospital(200, 10, clinical_entry=entry)).tier.value == "county"
    named = plan_hospital(hospital(200, 10, protection={"mlps_level": 2, "critical_infrastructure": True}))
    assert named.tier.value == "county"
    assert "raised" in named.tier.arithmetic


def test_a_single_region_waits_for_its_repair() -> None:
    plan = plan_hospital(hospital(data_centres=ONE_REGION, edge_sites={}))
    assert plan.standby_mode is StandbyMode.NONE
    assert plan.database.standby_instances.value == 0
    assert plan.outlook.recovery_time_minutes.value == 240
    assert plan.outlook.availability_percent.value == pytest.approx(99.969, abs=0.0005)
    assert (plan.outlook.latency_ms.value, plan.outlook.standby_latency_ms, plan.sites) == (0, None, {})


def test_serverless_only_where_every_region_offers_it() -> None:
    assert plan_hospital(hospital(1800, 500)).database.kind is DatabaseKind.AURORA_GLOBAL
    tried = plan_hospital(hospital(1800, 500, verified_capabilities=SERVERLESS)).database
    assert (tried.kind, tried.instance_class.value) == (DatabaseKind.AURORA_SERVERLESS, "db.serverless")
    assert tried.minimum_acu is not None
    assert tried.maximum_acu is not None
    assert tried.minimum_acu.value <= tried.maximum_acu.value / 8 + 0.5
    half = plan_hospital(hospital(1800, 500, verified_capabilities=SERVERLESS[:1]))
    assert half.database.kind is DatabaseKind.AURORA_GLOBAL


def test_shares_of_the_demand() -> None:
    plan = plan_hospital(hospital())
    first, second = plan.sites["main-campus"], plan.sites["clinic-one"]
    assert first.bandwidth_mbps.value > second.bandwidth_mbps.value
    assert first.round_trip_ms.value == pytest.approx(2.2 + 2)
    assert second.round_trip_ms.value == pytest.approx(2.2 + 7)
    assert plan.outlook.latency_ms.value == second.round_trip_ms.value


def test_a_broken_promise_is_said() -> None:
    stated = {"availability_percent": 99.9999, "latency_ms": 1, "recovery_time_minutes": 1, "recovery_point_minutes": 1}
    plan = plan_hospital(hospital(promises=stated))
    assert [promise.name for promise in plan.broken_promises()] == [
        "availability",
        "latency",
        "recovery time",
        "recovery point",
    ]
    assert "DOES NOT HOLD" in str(plan.broken_promises()[0])


@pytest.mark.parametrize(
    ("name", "vcpu", "architecture"),
    [
        ("m6i.2xlarge", 8, "x86_64"),
        ("m6g.xlarge", 4, "arm64"),
        ("c7gn.16xlarge", 64, "arm64"),
        ("g4dn.xlarge", 4, "x86_64"),
        ("t3.medium", 2, "x86_64"),
        ("a1.large", 2, "arm64"),
        ("db.r6g.12xlarge", 48, "arm64"),
        ("u-6tb1.112xlarge", 448, "x86_64"),
    ],
)
def test_what_a_type_is(name: str, vcpu: int, architecture: str) -> None:
    assert (vcpu_of(name), architecture_of(name)) == (vcpu, architecture)

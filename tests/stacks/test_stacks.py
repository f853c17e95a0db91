"""Our five stacks: plausible hospitals whose promises their designs can hold."""

from __future__ import annotations

from functools import cache

import pytest

from infra.settings import load
from infra.settings.kinds import DataKind, Lifecycle, SiteKind
from infra.settings.model import Hospital
from infra.sizing import DatabaseKind, Plan, StandbyMode, plan_of
from infra.sizing.coefficients import vcpu_of
from infra.sizing.tiers import database_vcpu
from tests.conftest import ROOT, STACKS


@cache
def read(stack: str) -> tuple[Hospital, Plan]:
    """A stack and its plan."""
    loaded = load(ROOT / "stacks" / f"Pulumi.{stack}.yaml")
    return loaded.hospital, plan_of(loaded)


@pytest.mark.parametrize("stack", STACKS)
def test_its_promises_hold(stack: str) -> None:
    _, plan = read(stack)
    assert plan.broken_promises() == ()
    for promise in plan.promises:
        more_is_better = "availability" in promise.name
        assert promise.computed >= promise.promised if more_is_better else promise.computed <= promise.promised


@pytest.mark.parametrize("stack", STACKS)
def test_its_sizes_come_from_its_demand(stack: str) -> None:
    _, plan = read(stack)
    assert plan.pinned() == ()
    assert all(size.arithmetic for _, size in plan.sizes())


@pytest.mark.parametrize("stack", STACKS)
def test_it_may_retire(stack: str) -> None:
    """The exit is prepared: setting lifecycle to retiring is one line."""
    hospital, _ = read(stack)
    assert hospital.retirement is not None


def test_names_and_accounts_are_apart() -> None:
    hospitals = [read(stack)[0] for stack in STACKS]
    accounts = [account.id for one in hospitals for account in one.accounts.by_role().values()]
    assert len({one.short_name for one in hospitals}) == len(STACKS)
    assert len(set(accounts)) == len(accounts)


def test_the_tertiary_group() -> None:
    hospital, plan = read("cn-tertiary")
    assert (hospital.demand.outpatients_per_day, hospital.demand.inpatients) == (8000, 2500)
    assert hospital.primary.region == "cn-north-1"
    assert hospital.standby is not None
    assert hospital.standby.region == "cn-northwest-1"
    assert [site.kind for site in hospital.edge_sites.values()] == [SiteKind.CAMPUS] * 3
    assert (hospital.lifecycle, hospital.data) == (Lifecycle.LIVE, DataKind.PATIENT)
    assert (plan.tier.value, plan.standby_mode) == ("tertiary", StandbyMode.WARM)


def test_the_county_alliance() -> None:
    hospital, plan = read("cn-county-alliance")
    kinds = [site.kind for site in hospital.edge_sites.values()]
    assert (kinds.count(SiteKind.CAMPUS), kinds.count(SiteKind.CLINIC)) == (1, 12)
    assert (plan.tier.value, plan.standby_mode) == ("county", StandbyMode.PILOT_LIGHT)


def test_the_county_alliance_is_not_over_provisioned() -> None:
    _, county = read("cn-county-alliance")
    _, tertiary = read("cn-tertiary")
    assert county.platform is not None
    assert tertiary.platform is not None
    assert database_vcpu(county.database) < database_vcpu(tertiary.database)
    assert vcpu_of(county.platform.node_instance_type.value) < vcpu_of(tertiary.platform.node_instance_type.value)
    assert county.platform.primary.desired.value < tertiary.platform.primary.desired.value
    assert county.platform.standby is None
    assert county.database.standby_instances.value < tertiary.database.standby_instances.value
    needed = county.load.peak_sql_per_s.value * county.load.headroom.value / 60
    assert needed <= database_vcpu(county.database) < 2 * needed
    assert all(site.bandwidth_mbps.value <= 10 for key, site in county.sites.items() if key.endswith("-clinic"))


def test_the_clinic() -> None:
    hospital, plan = read("cn-clinic")
    assert plan.tier.value == "clinic"
    assert plan.platform is None
    assert (plan.database.kind, plan.database.instances.value) == (DatabaseKind.MULTI_AZ_INSTANCE, 1)
    assert plan.standby_mode is StandbyMode.NONE
    assert hospital.standby is not None  # the place of the daily copies
    assert hospital.clinical_entry is None
    larger = [read(stack)[0].promises for stack in ("cn-county-alliance", "cn-tertiary", "eu-university")]
    mine = hospital.promises
    assert all(mine.availability_percent < other.availability_percent for other in larger)
    assert all(mine.recovery_time_minutes > other.recovery_time_minutes for other in larger)
    assert all(mine.recovery_point_minutes > other.recovery_point_minutes for other in larger)


def test_the_university_hospital() -> None:
    hospital, plan = read("eu-university")
    assert hospital.jurisdiction == "eu"
    assert hospital.standby is not None
    assert (hospital.primary.region, hospital.standby.region) == ("eu-central-1", "eu-west-1")
    assert plan.tier.value == "tertiary"


def test_the_trial() -> None:
    hospital, plan = read("dev")
    assert (hospital.lifecycle, hospital.data) == (Lifecycle.TRIAL, DataKind.SYNTHETIC)
    assert list(hospital.data_centres) == [hospital.primary_key]
    assert hospital.standby is None
    assert plan.tier.value == "clinic"
    assert all(database_vcpu(plan.database) <= database_vcpu(read(stack)[1].database) for stack in STACKS)

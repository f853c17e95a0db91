"""More demand never gives less; what nothing on offer carries is answered by a sentence; a pin is shown beside what was
computed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.settings import StackFileErrors, load_text
from infra.sizing import Plan, SizingErrors, plan_hospital, plan_of
from infra.sizing.coefficients import vcpu_of
from infra.sizing.tiers import database_vcpu
from tests.settings.good import NAME, TEXT, TODAY, with_line
from tests.sizing.hospitals import NO_LEVEL, SERVERLESS, hospital

TIERS = ("clinic", "county", "tertiary")


def _measures(plan: Plan) -> dict[str, float]:
    cluster = plan.platform
    return {
        "tier": TIERS.index(plan.tier.value),
        "database": database_vcpu(plan.database),
        "database instances": plan.database.instances.value,
        "standby instances": plan.database.standby_instances.value,
        "nodes' vCPU": cluster.primary.desired.value * vcpu_of(cluster.node_instance_type.value) if cluster else 0,
        "largest cluster": cluster.primary.maximum.value * vcpu_of(cluster.node_instance_type.value) if cluster else 0,
        "records": plan.storage.records_gb_total.value,
        "documents": plan.storage.documents_gb_total.value,
        "images": plan.storage.images_tb_total.value,
        "users": plan.load.concurrent_users.value,
        **{f"line of {key}": site.bandwidth_mbps.value for key, site in plan.sites.items()},
    }


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    outpatients=st.integers(1, 15_000),
    inpatients=st.integers(0, 5_000),
    more=st.tuples(st.integers(0, 3_000), st.integers(0, 1_000)),
    serverless=st.booleans(),
)
def test_more_demand_never_gives_less(
    outpatients: int, inpatients: int, more: tuple[int, int], serverless: bool
) -> None:
    blocks = {"protection": NO_LEVEL, "verified_capabilities": SERVERLESS if serverless else []}
    before = _measures(plan_hospital(hospital(outpatients, inpatients, **blocks)))
    after = _measures(plan_hospital(hospital(outpatients + more[0], inpatients + more[1], **blocks)))
    assert {name: (before[name], after[name]) for name in before if after[name] < before[name]} == {}


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(outpatients=st.integers(0, 100_000), inpatients=st.integers(1, 50_000), years=st.integers(1, 15))
def test_any_demand_has_a_plan_or_a_sentence(outpatients: int, inpatients: int, years: int) -> None:
    try:
        plan = plan_hospital(hospital(outpatients, inpatients, demand={"horizon_years": years}))
    except SizingErrors as wrong:
        assert all(problem.message and problem.path for problem in wrong.problems)
        return
    needed = plan.load.peak_sql_per_s.value * plan.load.headroom.value / 60
    assert database_vcpu(plan.database) >= needed
    assert all(str(size).isprintable() for _, size in plan.sizes())


@pytest.mark.parametrize(
    ("changes", "line", "path", "message"),
    [
        (
            [("outpatients_per_day: 5000", "outpatients_per_day: 100000"), ("inpatients: 2000", "inpatients: 50000")],
            50,
            "demand",
            "needs a database of 675 vCPU; the largest class, db.r6i.32xlarge, has 128: divide the hospital into "
            "several stacks",
        ),
        (
            [("us: 950", "us: 50000"), ("ct: 460", "ct: 50000")],
            39,
            "edge_sites.main-campus",
            "needs a line of ",
        ),
        (
            [("nodes: 9", "database_instance_class: db.t4g.medium")],
            76,
            "pins.database_instance_class",
            "'db.t4g.medium' cannot run an Aurora global database; allowed: classes of the families r and x, such as "
            "db.r6g.large",
        ),
        (
            [("nodes: 9", "tier: clinic\ndatabase_instances: 2")],
            77,
            "pins.database_instances",
            "2 is not possible: the clinic tier has one Multi-AZ instance",
        ),
    ],
    ids=["demand", "line", "class", "instances"],
)
def test_what_nothing_carries(changes: list[tuple[str, str]], line: int, path: str, message: str) -> None:
    text = TEXT
    for old, new in changes:
        text = with_line(old, new, text)
    if "needs a line" in message:
        text = with_line("growth_percent_per_year: 15", "growth_percent_per_year: 0", text)
        text = with_line("us: 50000", "us: 50000\nsm: 50000\nxa: 50000\npt: 50000", text)
    with pytest.raises(StackFileErrors) as caught:
        plan_of(load_text(text.encode(), NAME, today=TODAY))
    (error,) = caught.value.errors
    assert (error.file, error.line, error.path) == (NAME, line, path)
    assert error.message.startswith(message)


def test_an_entry_where_applications_run_in_the_cloud() -> None:
    with pytest.raises(SizingErrors, match="is missing; in the tier tertiary applications run in the cloud"):
        plan_hospital(hospital(clinical_entry=None))


def test_pinned_beside_computed() -> None:
    pins = {
        "tier": "tertiary",
        "database_instance_class": "db.r6g.2xlarge",
        "database_instances": 3,
        "node_instance_type": "m6g.2xlarge",
        "nodes": 9,
    }
    sites = {"main": {"city": "Tianjin", "kind": "campus", "connection": "sd-wan", "cidr": "10.64.0.0/20"}}
    sites["main"]["bandwidth_mbps"] = 123
    plan = plan_hospital(hospital(pins=pins, edge_sites=sites))
    pinned = {path: (size.value, size.computed) for path, size in plan.pinned()}
    computed = plan_hospital(hospital())
    assert computed.platform is not None
    assert computed.pinned() == ()
    assert pinned.pop("sites.main.bandwidth_mbps")[0] == 123
    assert pinned == {
        "tier": ("tertiary", "tertiary"),
        "database.instance_class": ("db.r6g.2xlarge", computed.database.instance_class.value),
        "database.instances": (3, 2),
        "platform.node_instance_type": ("m6g.2xlarge", "m6i.2xlarge"),
        "platform.primary.desired": (9, computed.platform.primary.desired.value),
    }
    assert "(pinned; computed db.r6g.8xlarge)" in str(plan.database.instance_class)
    assert plan.platform is not None
    assert plan.platform.architecture == "arm64"


def test_a_larger_node_type_needs_fewer_nodes() -> None:
    small = plan_hospital(hospital(pins={"node_instance_type": "m6i.large"})).platform
    large = plan_hospital(hospital(pins={"node_instance_type": "m6i.8xlarge"})).platform
    assert small is not None
    assert large is not None
    assert small.primary.desired.value > large.primary.desired.value
    assert large.primary.minimum.value <= large.primary.desired.value <= large.primary.maximum.value

"""Each coefficient has unit, mark and source, and each is used."""

from __future__ import annotations

import pytest

from infra.sizing import coefficients, plan_hospital
from infra.sizing.coefficients import Coefficient
from tests.conftest import ROOT
from tests.sizing.hospitals import NO_LEVEL, ONE_REGION, SERVERLESS, hospital

NAMES = tuple(coefficients.coefficients())


@pytest.mark.parametrize("name", NAMES)
def test_each_says_where_it_is_from(name: str) -> None:
    row = coefficients.coefficients()[name]
    assert row.value > 0
    assert row.unit.strip()
    assert row.source.strip()
    assert row.mark in ("V", "S", "K", "?")


def test_the_marks_are_explained() -> None:
    text = (ROOT / "docs" / "reference" / "evidence-marks.md").read_text()
    assert all(f"{mark}" in text for mark in {row.mark for row in coefficients.coefficients().values()})


def test_each_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, used = coefficients.coefficients(), set()

    class Recorded(dict[str, Coefficient]):
        def __getitem__(self, name: str) -> Coefficient:
            used.add(name)
            return super().__getitem__(name)

    monkeypatch.setattr(coefficients, "coefficients", lambda: Recorded(rows))
    everything = dict.fromkeys(("ct", "mr", "dr", "us", "mg", "xa", "pt", "es", "sm", "ecg"), 10)
    offline = {"hut": {"city": "Tianjin", "kind": "clinic", "connection": "none", "cidr": "10.64.0.0/24"}}
    hub = {"hub": {"city": "Tianjin", "kind": "campus", "connection": "sd-wan", "cidr": "10.65.0.0/24"}}
    for made in (
        hospital(),
        hospital(1800, 500, imaging=everything, edge_sites=offline | hub),
        hospital(1800, 500, verified_capabilities=SERVERLESS),
        hospital(data_centres=ONE_REGION),
        hospital(200, 10, protection=NO_LEVEL, clinical_entry=None),
    ):
        plan_hospital(made)
    assert set(rows) - used == set()


def test_the_catalogue_is_in_order() -> None:
    offered = coefficients.catalogue()
    for classes in (offered.aurora_classes, offered.instance_classes):
        carried = [row.vcpu for row in classes]
        assert carried == sorted(set(carried))
    for row in offered.aurora_classes:
        assert row.vcpu == coefficients.vcpu_of(row.name)
    assert list(offered.line_mbps) == sorted(set(offered.line_mbps))

"""The YAML files say what the contracts ask of them, in every jurisdiction."""

from pathlib import Path

import pytest
import yaml

from jurisdictions import (
    Availability,
    Jurisdiction,
    RecordKind,
    Verification,
    find_region,
    load,
    names,
    partition_of_region,
)
from jurisdictions.loader import _capability

FOLDER = Path(__file__).parents[2] / "jurisdictions"
SERVICES = yaml.safe_load((FOLDER / "services.yaml").read_text())
MARKS = {"D", "M", "C", "V", "S", "K", "?"}


@pytest.fixture(params=names())
def jurisdiction(request: pytest.FixtureRequest) -> Jurisdiction:
    return load(request.param)


def test_names_are_the_jurisdictions_and_no_shared_file():
    assert names() == ("cn-mainland", "eu", "sg", "us")


def test_an_unknown_jurisdiction_is_a_key_error():
    with pytest.raises(KeyError):
        load("mars")


def test_every_record_kind_has_a_retention(jurisdiction):
    assert set(jurisdiction.retention) == set(RecordKind)
    for kind, retention in jurisdiction.retention.items():
        assert retention.record_kind is kind
        assert retention.minimum_days >= 1
        assert retention.counted_from
        assert retention.clause
        assert retention.mark in MARKS


def test_an_image_is_kept_as_long_as_the_longest_record_it_can_belong_to(jurisdiction):
    retention = jurisdiction.retention
    records = (retention[RecordKind.OUTPATIENT], retention[RecordKind.INPATIENT])
    assert retention[RecordKind.IMAGING].minimum_days == max(record.minimum_days for record in records)


def test_every_region_belongs_to_the_partition(jurisdiction):
    for name in jurisdiction.regions:
        assert partition_of_region(name) is jurisdiction.partition


def test_zones_are_named_after_their_region(jurisdiction):
    for name, region in jurisdiction.regions.items():
        assert len(region.zones) == len(set(region.zones)) >= 2
        for zone in region.zones:
            assert zone.removeprefix(name) in "abcdef"
            assert zone != name


def test_every_capability_has_a_row_in_every_region(jurisdiction):
    for region in jurisdiction.regions.values():
        assert set(region.capabilities) == set(SERVICES["types"])


def test_every_row_says_how_well_it_is_known(jurisdiction):
    for region in jurisdiction.regions.values():
        for capability in region.capabilities.values():
            assert capability.mark in MARKS, capability
            assert capability.source, capability


def test_what_is_not_offered_names_its_substitute(jurisdiction):
    for region in jurisdiction.regions.values():
        for capability in region.capabilities.values():
            assert bool(capability.instead) == (capability.availability is not Availability.OFFERED), capability


def test_a_row_without_a_substitute_does_not_load():
    with pytest.raises(ValueError, match="sqs is absent, and neither its row nor"):
        _capability("sqs", "absent D")
    assert _capability("sqs", {"is": "absent", "mark": "K", "instead": "Amazon MQ"}).instead == "Amazon MQ"


def test_substitutes_name_known_capabilities():
    assert set(SERVICES["instead"]) <= set(SERVICES["types"])


def test_what_the_law_says(jurisdiction):
    assert jurisdiction.title
    assert jurisdiction.title_zh
    assert jurisdiction.data_version
    assert jurisdiction.laws
    assert 1 <= jurisdiction.notification_clock_hours <= 1440


def test_round_trips_cover_every_city_and_pair_of_regions(jurisdiction):
    regions = list(jurisdiction.regions.values())
    for region in regions:
        assert jurisdiction.rtt_ms[(region.city, region.name)] <= 2.0
        for other in regions:
            if other is not region:
                assert jurisdiction.rtt_ms[(region.name, other.name)] == jurisdiction.rtt_ms[(other.name, region.name)]
    places = {place for pair in jurisdiction.rtt_ms for place in pair if place not in jurisdiction.regions}
    for place in places:
        for region in regions:
            assert 2.0 <= jurisdiction.rtt_ms[(place, region.name)] < 200


def test_mainland_china_is_what_the_facts_say():
    china = load("cn-mainland")
    assert list(china.regions) == ["cn-north-1", "cn-northwest-1"]
    assert china.notification_clock_hours == 4
    assert china.retention[RecordKind.OUTPATIENT].minimum_days == 5479
    assert china.retention[RecordKind.INPATIENT].minimum_days == 10958
    assert china.retention[RecordKind.AUDIT_LOG].minimum_days == 180
    assert china.rtt_ms[("cn-north-1", "cn-northwest-1")] == 27.5
    assert china.rtt_ms[("Tianjin", "cn-northwest-1")] == 21.3
    beijing, ningxia = china.regions.values()
    assert beijing.zones == ("cn-north-1a", "cn-north-1b")
    assert beijing.capability("cognito.user-pools").availability is Availability.ABSENT
    assert "Keycloak" in beijing.capability("cognito.user-pools").instead
    assert beijing.capability("elb.pq-tls").availability is Availability.UNVERIFIED
    assert not beijing.offers("docdb")
    assert ningxia.offers("docdb")


def test_an_unverified_capability_is_offered_once_the_hospital_has_proven_it():
    beijing = load("cn-mainland").region("cn-north-1")
    proof = Verification("cn-north-1", "elb.pq-tls", "platform team", "2026-11-01", "describe-ssl-policies")
    assert not beijing.offers("elb.pq-tls")
    assert beijing.offers("elb.pq-tls", (proof,))
    assert not beijing.offers("elb.quic", (proof,))
    absent = Verification("cn-north-1", "macie", "platform team", "2026-11-01", "none")
    assert not beijing.offers("macie", (absent,))


def test_a_capability_without_a_row_is_unverified():
    unknown = load("eu").region("eu-central-1").capability("teleportation")
    assert unknown.availability is Availability.UNVERIFIED
    assert unknown.mark == "?"


def test_a_region_is_found_with_its_jurisdiction():
    found = find_region("cn-northwest-1")
    assert found is not None
    assert (found[0].id, found[1].city) == ("cn-mainland", "Zhongwei")
    assert find_region("ap-east-1") is None


def test_a_note_is_added_to_the_source_and_a_source_replaces_it():
    beijing = load("cn-mainland").region("cn-north-1")
    assert beijing.capability("waf").source.startswith("AWS China user guide, page of the service: regional scope only")
    assert beijing.capability("aurora.global").source.startswith("Aurora guide")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_files_stay_small_enough_to_read_at_every_start(path):
    text = path.read_text()
    assert text.count("\n") < 600
    assert len(text.encode()) < 32_000


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_no_key_stands_twice(path):
    class Strict(yaml.SafeLoader):
        pass

    def mapping(loader: Strict, node: yaml.MappingNode) -> dict:
        keys = [loader.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"twice in line {node.start_mark.line}: {keys}"
        return dict(zip(keys, (loader.construct_object(value, deep=True) for _, value in node.value), strict=True))

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    yaml.load(path.read_text(), Loader=Strict)  # noqa: S506  a SafeLoader


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_a_secondary_source_is_always_named(path):
    for group in (yaml.safe_load(path.read_text()), *(yaml.safe_load(path.read_text()).get("regions") or {}).values()):
        for key, row in (group.get("capabilities") or {}).items():
            mark = row["mark"] if isinstance(row, dict) else row.split(" ")[1]
            if mark in "SV":
                assert isinstance(row, dict) and row.get("source"), key

"""Region lists and rows marked D come from botocore's own data. When botocore moves on, these tests say where."""

import json
from pathlib import Path

import botocore
import pytest
import yaml

from jurisdictions import Availability, Jurisdiction, load, names, partition_of_region

DATA = Path(botocore.__file__).parent / "data"
ENDPOINTS = {entry["partition"]: entry for entry in json.loads((DATA / "endpoints.json").read_text())["partitions"]}
PARTITIONS = {entry["id"]: entry for entry in json.loads((DATA / "partitions.json").read_text())["partitions"]}
FOLDER = Path(__file__).parents[2] / "jurisdictions"
ROWS = yaml.safe_load((FOLDER / "partitions.yaml").read_text())["partitions"]
KEYS = yaml.safe_load((Path(__file__).parent / "endpoint_keys.yaml").read_text())


def listed(partition: str, region: str, key: str) -> bool:
    """Whether botocore lists an endpoint of the service in the region, or one for the whole partition."""
    endpoints = ENDPOINTS[partition]["services"].get(key, {}).get("endpoints", {})
    return region in endpoints or any(name.endswith("-global") for name in endpoints)


def test_all_partitions_are_there():
    assert set(ROWS) == set(PARTITIONS)


@pytest.mark.parametrize("partition", sorted(PARTITIONS))
def test_partition_is_botocores(partition):
    theirs, ours = PARTITIONS[partition], ROWS[partition]
    regions = {name for name in theirs["regions"] if not name.endswith("-global")}
    assert set(ours["regions"]) == regions | set(ENDPOINTS[partition]["regions"])
    assert ours["dns_suffix"] == theirs["outputs"]["dnsSuffix"]
    assert ours["global_region"] == theirs["outputs"]["implicitGlobalRegion"]
    for region in regions:
        found = partition_of_region(region)
        assert found is not None
        assert found.id == partition


def test_endpoint_keys_are_botocores():
    known = set().union(*(partition["services"] for partition in ENDPOINTS.values()))
    assert set(KEYS.values()) <= known
    assert set(KEYS) <= set(load("cn-mainland").types_by_capability)


@pytest.fixture(params=names())
def jurisdiction(request: pytest.FixtureRequest) -> Jurisdiction:
    return load(request.param)


def test_rows_marked_d_agree_with_the_endpoint_list(jurisdiction):
    wrong = []
    for region in jurisdiction.regions.values():
        for capability in region.capabilities.values():
            if capability.mark != "D":
                continue
            there = listed(jurisdiction.partition.id, region.name, KEYS[capability.id])
            # Unverified says nothing of the list: an endpoint may be listed, and the sale unproven.
            if capability.availability is not Availability.UNVERIFIED:
                offered = capability.availability is Availability.OFFERED
                if offered is not there:
                    wrong.append(
                        f"{region.name} {capability.id}: we say {capability.availability.value}, listed: {there}"
                    )
    assert wrong == []


@pytest.mark.parametrize("name", ["eu", "sg", "us"])
def test_not_listed_is_the_gap_in_the_endpoint_list(name):
    commercial = yaml.safe_load((FOLDER / "commercial.yaml").read_text())["capabilities"]
    offered = [key for key, row in commercial.items() if row == "offered D"]
    for region, row in yaml.safe_load((FOLDER / f"{name}.yaml").read_text())["regions"].items():
        assert set(row["not_listed"]) == {key for key in offered if not listed("aws", region, KEYS[key])}

"""SessionTable: two regions, each encrypted with the hospital's key, recoverable to a point in time, held while live."""

from typing import Any

import pulumi
import pytest

from components.session_table import SessionTable
from policies.graph import Graph, is_known
from tests.components.accounts import REGIONS, graph_of, named, placement

TABLE = "aws:dynamodb/table:Table"


def sessions(
    jurisdiction: str = "cn-mainland", lifecycle: str = "live", replica: bool = True, strict: bool = False, **more: Any
) -> Graph:
    regions = REGIONS[jurisdiction]

    def make(opts: pulumi.ResourceOptions) -> None:
        args: dict[str, Any] = {"placement": placement(jurisdiction, lifecycle), "region": regions[0]}
        if replica:
            args["replica_region"] = regions[1]
        SessionTable("sessions", {**args, **more}, opts=opts)  # type: ignore[typeddict-item]

    return graph_of(make, jurisdiction, strict)


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
def test_the_table_and_its_replica_have_keys_of_their_regions(jurisdiction: str) -> None:
    graph = sessions(jurisdiction)
    (table,) = graph.of_type(TABLE)
    own, other = (graph.target(table, path) for path in ("serverSideEncryption.kmsKeyArn", "replicas[0].kmsKeyArn"))
    assert own is not None and other is not None
    assert [own.region, other.region] == REGIONS[jurisdiction]
    assert table.get("replicas[0].regionName") == REGIONS[jurisdiction][1]


def test_both_regions_can_go_back_in_time_and_are_in_the_daily_plan() -> None:
    (table,) = sessions().of_type(TABLE)
    assert table.get("pointInTimeRecovery.enabled") is True
    assert table.get("replicas[0].pointInTimeRecovery") is True
    assert table.tags["hospital-cloud:backup"] == "daily" and table.get("replicas[0].propagateTags") is True


def test_entries_expire_and_changes_travel() -> None:
    (table,) = sessions().of_type(TABLE)
    assert table.get("ttl.enabled") is True
    assert table.get("streamEnabled") is True and table.get("streamViewType") == "NEW_AND_OLD_IMAGES"


@pytest.mark.parametrize(("lifecycle", "held"), [("live", True), ("retiring", False), ("trial", False)])
def test_only_a_live_table_is_held_fast(lifecycle: str, held: bool) -> None:
    (table,) = sessions(lifecycle=lifecycle).of_type(TABLE)
    assert table.get("deletionProtectionEnabled") is held
    assert table.get("replicas[0].deletionProtectionEnabled") is held
    assert table.protect is held


def test_one_region_needs_no_replica() -> None:
    graph = sessions(replica=False)
    (table,) = graph.of_type(TABLE)
    assert table.get("replicas") is None
    assert not [r for r in graph.resources if r.name.endswith("lag-alarm")]


def test_a_replica_that_falls_behind_raises_an_alarm() -> None:
    lag = named(sessions(), "lag-alarm")
    assert lag.get("dimensions")["ReceivingRegion"] == "cn-northwest-1"
    assert lag.get("alarmActions") == ["arn:aws-cn:sns:cn-north-1:111122223333:tjemc-111122223333-cn-north-1-alarms"]


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
def test_the_name_is_known_at_preview(jurisdiction: str) -> None:
    (table,) = sessions(jurisdiction, strict=True).of_type(TABLE)
    assert is_known(table.get("name")) and table.get("name").endswith("-sessions")


def test_a_replica_in_its_own_region_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="its own region"):
        sessions(replica_region="cn-north-1")

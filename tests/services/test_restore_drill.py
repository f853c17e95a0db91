"""The restore drill, end to end: the state machine's own definition is walked, its tasks call the function's steps, and
AWS Backup is a double that restores slowly."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

import services.restore_drill.handler as handler
from services.restore_drill.handler import Drill, DrillFailed, StillBusy

NOW = datetime.datetime(2026, 11, 1, 2, 0, tzinfo=datetime.UTC)
DEFINITION = json.loads(Path(handler.__file__).with_name("state_machine.json").read_text(encoding="utf-8"))
SETTINGS = {
    "VAULT": "tjemc-backup",
    "TYPES": "Aurora,DynamoDB,RDS,S3",
    "NAME_PREFIX": "tjemc-drill",
    "RESTORE_ROLE_ARN": "arn:aws-cn:iam::111122223333:role/tjemc-restore",
    "KEY_ARN": "arn:aws-cn:kms:cn-north-1:111122223333:key/k",
    "SUBNET_GROUP": "restores",
    "SECURITY_GROUP_ID": "sg-closed",
}


class ClientError(Exception):
    def __init__(self, code: str = ""):
        super().__init__(code)
        self.response = {"Error": {"Code": code}}


class Faults:
    """What a boto3 client's `exceptions` looks like: any name is an exception type, the same each time."""

    ClientError = ClientError

    def __getattr__(self, name: str) -> type[Exception]:
        made = type(name, (ClientError,), {})
        setattr(self, name, made)
        return made


class Cloud:
    """AWS Backup with recovery points, and the services that clean up. A restore takes two looks."""

    def __init__(self, points: list[dict[str, Any]], ends: str = "COMPLETED", busy: int = 0):
        self.points, self.ends, self.busy = points, ends, busy
        self.started: list[dict[str, Any]] = []
        self.deleted: list[str] = []
        self.buckets = ["tjemc-images", "tjemc-drill-old"]
        self.looks: dict[str, int] = {}
        self.exceptions = Faults()

    def __call__(self, service: str) -> "Cloud":
        return self

    def get_paginator(self, operation: str) -> "Cloud":
        assert operation == "list_recovery_points_by_backup_vault"
        return self

    def paginate(self, **query: Any) -> list[dict[str, Any]]:
        rows = [
            p
            for p in self.points
            if p["ResourceType"] == query["ByResourceType"] and p["CreationDate"] >= query["ByCreatedAfter"]
        ]
        return [{"RecoveryPoints": rows[:1]}, {"RecoveryPoints": rows[1:]}]

    def get_recovery_point_restore_metadata(self, **_: Any) -> dict[str, Any]:
        return {
            "RestoreMetadata": {
                "Engine": "aurora-postgresql",
                "DBSnapshotIdentifier": "old",
                "AvailabilityZones": "[]",
                "KmsKeyId": "the other region's",
                "aws:backup:request-id": "x",
                "InformationalOnly:Size": "1",
                "VpcSecurityGroupIds": '["sg-open"]',
            }
        }

    def start_restore_job(self, **call: Any) -> dict[str, str]:
        if self.ends == "REFUSED":
            raise RuntimeError("no such subnet group")
        self.started.append(call)
        return {"RestoreJobId": f"job-{len(self.started)}"}

    def describe_restore_job(self, RestoreJobId: str) -> dict[str, Any]:
        self.looks[RestoreJobId] = self.looks.get(RestoreJobId, 0) + 1
        if self.looks[RestoreJobId] < 2:
            return {"Status": "RUNNING", "CreationDate": NOW}
        ended = {"Status": self.ends, "CreationDate": NOW, "CompletionDate": NOW + datetime.timedelta(minutes=42)}
        return ended if self.ends == "COMPLETED" else {**ended, "StatusMessage": "key is disabled"}

    def _delete(self, name: str, fault: type[Exception]) -> None:
        if self.busy:
            self.busy -= 1
            raise fault
        self.deleted.append(name)

    def delete_table(self, TableName: str) -> None:
        self._delete(TableName, self.exceptions.ResourceInUseException)

    def delete_db_cluster(self, DBClusterIdentifier: str, **_: Any) -> None:
        self._delete(DBClusterIdentifier, self.exceptions.InvalidDBClusterStateFault)

    def delete_db_instance(self, DBInstanceIdentifier: str, **_: Any) -> None:
        self._delete(DBInstanceIdentifier, self.exceptions.InvalidDBInstanceStateFault)

    def put_bucket_lifecycle_configuration(self, Bucket: str, **_: Any) -> None:
        self.deleted.append(Bucket)

    def list_buckets(self) -> dict[str, Any]:
        return {"Buckets": [{"Name": name} for name in self.buckets]}

    def delete_bucket(self, Bucket: str) -> None:
        self.buckets.remove(Bucket)


def point(kind: str, store: str, hours: float = 6, status: str = "COMPLETED") -> dict[str, Any]:
    return {
        "ResourceType": kind,
        "ResourceArn": f"arn:{store}",
        "RecoveryPointArn": f"arn:point:{store}:{hours}",
        "CreationDate": NOW - datetime.timedelta(hours=hours),
        "Status": status,
    }


ALL = [point("Aurora", "records"), point("DynamoDB", "sessions"), point("RDS", "clinic"), point("S3", "images")]


def run(cloud: Cloud, now: datetime.datetime = NOW) -> Any:
    """Walks the definition from its start, as Step Functions does."""
    return _walk(DEFINITION, {}, Drill(cloud, SETTINGS, now))


def _walk(machine: dict[str, Any], data: Any, drill: Drill) -> Any:
    name = machine["StartAt"]
    for _ in range(1000):
        state = machine["States"][name]
        name, data = _enter(state, data, drill)
        if name is None:
            return data
    raise AssertionError("the state machine does not end")


def _enter(state: dict[str, Any], data: Any, drill: Drill) -> tuple[str | None, Any]:
    kind = state["Type"]
    if kind == "Choice":
        (choice,) = state["Choices"]
        return (choice["Next"] if _at(data, choice["Variable"]) is choice["BooleanEquals"] else state["Default"]), data
    if kind == "Task":
        called = state["Parameters"]["Payload"]
        payload = {k.removesuffix(".$"): _at(data, v) if k.endswith(".$") else v for k, v in called.items()}
        try:
            result: Any = {"Payload": _tried(state, lambda: drill.step(json.loads(json.dumps(payload))))}
        except Exception as error:
            if "Catch" not in state:
                raise
            data = {**data, "error": {"Error": type(error).__name__, "Cause": str(error)}}
            return state["Catch"][0]["Next"], data
        if "ResultSelector" in state:
            data = {k.removesuffix(".$"): _at(result, v) for k, v in state["ResultSelector"].items()}
        else:
            data = result
    elif kind == "Map":
        each = [_walk(state["ItemProcessor"], {"drill": item}, drill) for item in _at(data, state["ItemsPath"])]
        data = {**data, state["ResultPath"].removeprefix("$."): each}
    elif kind == "Pass" and "ResultPath" in state:
        value = state["Result"] if "Result" in state else _at(data, state["InputPath"])
        data = {**data, "drill": {**data["drill"], state["ResultPath"].removeprefix("$.drill."): value}}
    data = _at(data, state.get("OutputPath", "$"))
    return (None if state.get("End") else state["Next"]), data


def _tried(state: dict[str, Any], call: Any) -> Any:
    """The call, again as often as the state's own Retry says."""
    left = {error: rule["MaxAttempts"] for rule in state.get("Retry", []) for error in rule["ErrorEquals"]}
    while True:
        try:
            return call()
        except Exception as error:
            name = type(error).__name__
            if not left.get(name):
                raise
            left[name] -= 1


def _at(data: Any, path: str) -> Any:
    for key in path.removeprefix("$").strip(".").split("."):
        data = data[key] if key else data
    return data


def test_everything_is_restored_once_and_taken_away() -> None:
    cloud = Cloud(ALL)
    verdict = run(cloud)
    assert [row["status"] for row in verdict["restored"]] == ["COMPLETED"] * 4
    assert [row["minutes"] for row in verdict["restored"]] == [42.0] * 4
    assert verdict["left_behind"] == []
    assert len(cloud.started) == 4 and len(set(cloud.deleted)) == 4
    assert all(name.startswith("tjemc-drill-") for name in cloud.deleted)


def test_the_latest_whole_recovery_point_is_the_one_restored() -> None:
    older, newer, partial = point("DynamoDB", "s", 30), point("DynamoDB", "s", 6), point("DynamoDB", "s", 2, "PARTIAL")
    cloud = Cloud([older, newer, partial])
    run(cloud)
    assert [call["RecoveryPointArn"] for call in cloud.started] == [newer["RecoveryPointArn"]]


def test_each_store_has_its_turn() -> None:
    points = [point("DynamoDB", name) for name in ("a", "b", "c")]
    turns = [NOW.replace(month=month) for month in (3, 4, 5)]
    for each in points:
        each["CreationDate"] = NOW
    stores = []
    for now in turns:
        cloud = Cloud([{**p, "CreationDate": now} for p in points])
        stores.append(run(cloud, now)["restored"][0]["store"])
    assert sorted(stores) == ["arn:a", "arn:b", "arn:c"]


def test_a_vault_without_a_fresh_recovery_point_fails_the_drill() -> None:
    with pytest.raises(DrillFailed, match="younger than 48 hours"):
        run(Cloud([point("DynamoDB", "sessions", hours=72)]))


@pytest.mark.parametrize(("ends", "words"), [("FAILED", "key is disabled"), ("REFUSED", "no such subnet group")])
def test_what_does_not_restore_fails_the_drill_and_says_why(ends: str, words: str) -> None:
    with pytest.raises(DrillFailed, match=words) as failure:
        run(Cloud(ALL, ends=ends))
    told = json.loads(str(failure.value))
    assert {row["status"] for row in told["restored"]} == {"FAILED"} and told["vault"] == "tjemc-backup"


def test_what_is_busy_is_taken_away_later() -> None:
    cloud = Cloud([point("Aurora", "records")], busy=3)
    assert run(cloud)["left_behind"] == [] and len(cloud.deleted) == 1


def test_what_cannot_be_taken_away_fails_the_drill() -> None:
    with pytest.raises(DrillFailed, match="left_behind"):
        run(Cloud([point("RDS", "clinic")], busy=1000))


def test_a_restored_database_stands_apart_and_keeps_the_snapshots_key() -> None:
    cloud = Cloud([point("Aurora", "records")])
    run(cloud)
    (call,) = cloud.started
    assert call["Metadata"]["DBSubnetGroupName"] == "restores"
    assert json.loads(call["Metadata"]["VpcSecurityGroupIds"]) == ["sg-closed"]
    assert call["Metadata"]["Engine"] == "aurora-postgresql"
    assert not {"KmsKeyId", "DBSnapshotIdentifier", "aws:backup:request-id"} & call["Metadata"].keys()
    assert call["CopySourceTagsToRestoredResource"] is False, "or the daily plan would take it"


def test_a_restored_bucket_is_encrypted_and_the_last_drills_is_gone() -> None:
    cloud = Cloud([point("S3", "images")])
    run(cloud)
    (call,) = cloud.started
    assert call["Metadata"]["EncryptionType"] == "SSE-KMS" and call["Metadata"]["KMSKey"] == SETTINGS["KEY_ARN"]
    assert cloud.buckets == ["tjemc-images"]


def test_a_step_called_twice_starts_the_same_restore() -> None:
    drill = Drill(cloud := Cloud(ALL), SETTINGS, NOW)
    (chosen, *_) = drill.choose()["drills"]
    assert drill.start(chosen)["name"] == drill.start(chosen)["name"]
    assert len({call["IdempotencyToken"] for call in cloud.started}) == 1


def test_busy_is_told_apart_from_gone() -> None:
    cloud = Cloud([], busy=1)
    drill = Drill(cloud, SETTINGS, NOW)
    restored = {"type": "DynamoDB", "name": "tjemc-drill-1", "status": "COMPLETED"}
    with pytest.raises(StillBusy):
        drill.clean(restored)
    assert drill.clean(restored)["cleaned"] is True


def test_every_state_is_reached_and_every_task_is_tried_again() -> None:
    def check(machine: dict[str, Any]) -> None:
        states = machine["States"]
        named = {machine["StartAt"]}
        for state in states.values():
            named |= {state[key] for key in ("Next", "Default") if key in state}
            named |= {row["Next"] for key in ("Catch", "Choices") for row in state.get(key, [])}
            if state["Type"] == "Task":
                assert any("Lambda.TooManyRequestsException" in rule["ErrorEquals"] for rule in state["Retry"])
            if state["Type"] == "Map":
                check(state["ItemProcessor"])
        assert named == set(states)

    check(DEFINITION)

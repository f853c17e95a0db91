"""DynamoDB: key, protection, point-in-time recovery, and the same of every replica, asked in the replica's own region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import as_stated, must, right_key, same, silent, within
from operations.verify.asking import NotThere, Subject
from operations.verify.registry import check
from policies.registry import failed, undecided
from policies.results import Outcome

_TABLE: Final = "aws:dynamodb/table:Table"
_GONE: Final = ("ResourceNotFoundException", "TableNotFoundException")


@check(
    _TABLE,
    title="The table is encrypted with the key that the state names",
    fix="Set the table's key again (UpdateTable, SSESpecification).",
)
def table_encrypted(table: Subject) -> Iterator[Outcome]:
    """Compares the key. A table without one of its own is under AWS's key."""
    if table.wanted("serverSideEncryption.enabled") not in (True, "true"):
        yield silent(table, "key for it")
        return
    wanted = table.wanted("serverSideEncryption.kmsKeyArn")
    yield _key(table, "DescribeTable SSEDescription", _described(table), wanted)


@check(
    _TABLE,
    title="The table is protected against deletion and keeps continuous backups, as the state says",
    fix="Deploy again; continuous backups begin anew from the moment they are switched on.",
)
def table_protected(table: Subject) -> Iterator[Outcome]:
    """Compares deletion protection and point-in-time recovery."""
    protected = _described(table).get("DeletionProtectionEnabled", False)
    yield from as_stated(table, "DescribeTable DeletionProtectionEnabled", protected, "deletionProtectionEnabled")
    wanted = table.wanted("pointInTimeRecovery.enabled")
    if wanted is not None:
        yield same(table, "DescribeContinuousBackups PointInTimeRecovery", _recoverable(table), wanted)


@check(
    _TABLE,
    title="Every replica of the state is there, under its own key, and protected",
    fix="Create the replica again (UpdateTable, ReplicaUpdates); until then its region holds no copy.",
)
def table_replicated(table: Subject) -> Iterator[Outcome]:
    """Looks for each replica in the table's own list, then asks in the replica's region for key, protection, and
    point-in-time recovery."""
    replicas = list(table.blocks("replicas"))
    if not replicas:
        yield silent(table, "replica of it")
        return
    listed = {r.get("RegionName"): r for r in _described(table).get("Replicas", []) if isinstance(r, Mapping)}
    for replica in replicas:
        region = replica.get("regionName")
        if not isinstance(region, str):
            yield undecided(table.resource, "replicas", region, "the region of a replica")
            continue
        asked = f"DescribeTable Replicas {region}"
        row = listed.get(region, {})
        status = row.get("ReplicaStatus", "no replica there" if not row else "ACTIVE")
        yield must(table, asked, status == "ACTIVE", status, "a replica that is ACTIVE")
        try:
            yield from _replica(table, region, replica)
        except NotThere:
            yield failed(table.resource, f"DescribeTable in {region}", "no such table there", "the replica")


@check(
    "aws:dynamodb/tableReplica:TableReplica",
    title="The replica is there, under its own key, and protected",
    fix="Create the replica again (UpdateTable, ReplicaUpdates); until then its region holds no copy.",
)
def table_replica_in_force(replica: Subject) -> Iterator[Outcome]:
    """Asks in the replica's region for key, protection, and point-in-time recovery."""
    name = replica.name("globalTableArn").rpartition("/")[2]
    found = _described(replica, name=name)
    yield must(replica, "DescribeTable", True, found.get("TableArn"), "")
    if replica.wanted("kmsKeyArn"):
        yield _key(replica, "DescribeTable SSEDescription", found, replica.wanted("kmsKeyArn"))
    protected = found.get("DeletionProtectionEnabled", False)
    yield from as_stated(replica, "DescribeTable DeletionProtectionEnabled", protected, "deletionProtectionEnabled")
    if replica.wanted("pointInTimeRecovery") is not None:
        asked = "DescribeContinuousBackups PointInTimeRecovery"
        yield same(replica, asked, _recoverable(replica, name=name), replica.wanted("pointInTimeRecovery"))


def _replica(table: Subject, region: str, wanted: Mapping[str, Any]) -> Iterator[Outcome]:
    found = _described(table, region)
    if wanted.get("kmsKeyArn"):
        yield _key(table, f"DescribeTable in {region} SSEDescription", found, wanted["kmsKeyArn"], region)
    if wanted.get("deletionProtectionEnabled") is not None:
        protected = found.get("DeletionProtectionEnabled", False)
        asked = f"DescribeTable in {region} DeletionProtectionEnabled"
        yield same(table, asked, protected, wanted["deletionProtectionEnabled"])
    if wanted.get("pointInTimeRecovery") is not None:
        asked = f"DescribeContinuousBackups in {region} PointInTimeRecovery"
        yield same(table, asked, _recoverable(table, region), wanted["pointInTimeRecovery"])


def _described(table: Subject, region: str | None = None, name: str = "") -> Mapping[str, Any]:
    name = name or table.name("name", "id")
    found = table.ask("dynamodb", "describe_table", at=region, gone=_GONE, TableName=name).get("Table")
    return found if isinstance(found, Mapping) else {}


def _key(table: Subject, asked: str, found: Mapping[str, Any], wanted: Any, region: str | None = None) -> Outcome:
    encryption = found.get("SSEDescription") or {}
    status = encryption.get("Status")
    if status not in ("ENABLED", "UPDATING"):
        return failed(table.resource, asked, status or "AWS's own key", f"the key {wanted}")
    return right_key(table, asked, encryption.get("KMSMasterKeyArn"), wanted, region=region)


def _recoverable(table: Subject, region: str | None = None, name: str = "") -> bool:
    name = name or table.name("name", "id")
    answer = table.ask("dynamodb", "describe_continuous_backups", at=region, gone=_GONE, TableName=name)
    keys = ("ContinuousBackupsDescription", "PointInTimeRecoveryDescription", "PointInTimeRecoveryStatus")
    return bool(within(answer, *keys) == "ENABLED")

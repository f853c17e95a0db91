"""KMS: keys are in use and rotate; aliases point to the key that they should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import as_stated, right_key, same, silent, within
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.results import Outcome

_KEYS: Final = ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey")
_GONE: Final = ("NotFoundException",)


@check(
    *_KEYS,
    title="The key is there and enabled",
    fix="Enable the key; while deletion waits, cancel it (CancelKeyDeletion). What it encrypted cannot be read meanwhile.",
)
def key_enabled(key: Subject) -> Iterator[Outcome]:
    """Compares state and reach of the key."""
    found = _described(key)
    wanted = "Disabled" if key.wanted("isEnabled") in (False, "false") else "Enabled"
    if key.wanted("enabled") in (False, "false"):
        wanted = "Disabled"
    yield same(key, "DescribeKey KeyState", found.get("KeyState"), wanted)
    yield from as_stated(key, "DescribeKey MultiRegion", found.get("MultiRegion", False), "multiRegion")
    primary = within(found, "MultiRegionConfiguration", "PrimaryKey", "Arn")
    yield from as_stated(key, "DescribeKey PrimaryKey", primary, "primaryKeyArn")


@check(
    "aws:kms/key:Key",
    title="The key rotates as the state says",
    fix="Switch rotation on again (EnableKeyRotation).",
)
def key_rotates(key: Subject) -> Iterator[Outcome]:
    """Compares rotation and its period. A key of another kind than symmetric cannot rotate by itself."""
    if key.wanted("enableKeyRotation") not in (True, "true"):
        yield silent(key, "rotation of it")
        return
    answer = key.ask("kms", "get_key_rotation_status", gone=_GONE, KeyId=key.name("arn", "keyId", "id"))
    yield same(key, "GetKeyRotationStatus KeyRotationEnabled", answer.get("KeyRotationEnabled", False), True)
    if key.wanted("rotationPeriodInDays"):
        period = answer.get("RotationPeriodInDays")
        yield from as_stated(key, "GetKeyRotationStatus RotationPeriodInDays", period, "rotationPeriodInDays")


@check(
    "aws:kms/alias:Alias",
    title="The alias points to the key that the state names",
    fix="Point the alias back (UpdateAlias); find out who moved it and what was encrypted meanwhile.",
)
def alias_points_to_its_key(alias: Subject) -> Iterator[Outcome]:
    """Asks KMS for the key behind the alias."""
    answer = alias.ask("kms", "describe_key", gone=_GONE, KeyId=alias.name("name"))
    found = within(answer, "KeyMetadata", "Arn")
    yield right_key(alias, "DescribeKey Arn", found, alias.wanted("targetKeyArn") or alias.wanted("targetKeyId"))


def _described(key: Subject) -> Mapping[str, Any]:
    found = key.ask("kms", "describe_key", gone=_GONE, KeyId=key.name("arn", "keyId", "id")).get("KeyMetadata")
    return found if isinstance(found, Mapping) else {}

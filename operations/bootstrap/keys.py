"""Keys and their names: KMS.

A key has no name of its own, so it is found by its alias, and before it has one by its tag: the tag is set in the call
that makes it, so that an interruption between key and alias does not leave a second key behind.
"""

from __future__ import annotations

from typing import Any, ClassVar

from botocore.exceptions import ClientError

from operations.bootstrap.documents import same
from operations.bootstrap.kind import (
    At,
    Difference,
    Found,
    Kind,
    NotBootstrapped,
    Wanted,
    absent,
    as_pairs,
    from_pairs,
    missing_tags,
    owner_of,
    tags_of,
)

ALIAS = "alias"
"""The input under which a key is told the alias that the graph gives it."""
_NONE = "NotFoundException"
_DENIED = "AccessDeniedException"
_MOST_KEYS = 10_000
_ENDING = ("PendingDeletion", "PendingReplicaDeletion")


class Key(Kind):
    """A symmetric key of one region. The waiting time of a deletion is said when somebody asks for the deletion, which
    bootstrap never does."""

    inputs: ClassVar = frozenset(
        {"description", "enableKeyRotation", "multiRegion", "deletionWindowInDays", "policy", "tags", "region"}
    )

    def label(self, wanted: Wanted) -> str:
        return f"key {wanted.get(ALIAS) or wanted['description']}"

    def look(self, at: At, wanted: Wanted, created: str | None = None) -> Found | None:
        kms = at.client("kms")
        key = _described(kms, created or wanted[ALIAS]) or _tagged(kms, wanted)
        if key is None:
            return None
        if key["KeyState"] != "Enabled":
            raise NotBootstrapped(
                f"{self.label(wanted)} is {key['KeyState']}, and what it encrypted cannot be read: "
                "cancel the deletion or enable the key, then run this again"
            )
        if bool(key.get("MultiRegion")) is not bool(wanted.get("multiRegion")):
            raise NotBootstrapped(f"{self.label(wanted)}: whether a key has copies in other regions cannot be changed")
        arn, key_id = key["Arn"], key["KeyId"]
        tags = _tags(kms, key_id)
        return Found(
            {"arn": arn, "id": key_id, "keyId": key_id},
            tuple(_differences(kms, key, tags, wanted)),
            owner_of(tags),
        )

    def create(self, at: At, wanted: Wanted) -> str | None:
        made = at.client("kms").create_key(
            Description=wanted["description"],
            Policy=wanted["policy"],
            MultiRegion=bool(wanted.get("multiRegion")),
            Tags=as_pairs(_marked(wanted), "TagKey", "TagValue"),
        )
        return str(made["KeyMetadata"]["KeyId"])


def _differences(kms: Any, key: Any, tags: dict[str, str], wanted: Wanted) -> list[Difference]:
    key_id, found = key["KeyId"], []
    if not same(kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"], wanted["policy"]):
        found.append(
            Difference(
                "its policy",
                lambda: kms.put_key_policy(KeyId=key_id, PolicyName="default", Policy=wanted["policy"]),
            )
        )
    if wanted.get("enableKeyRotation") and not kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"]:
        found.append(Difference("its yearly rotation", lambda: kms.enable_key_rotation(KeyId=key_id)))
    if key.get("Description", "") != wanted["description"]:
        found.append(
            Difference(
                "its description",
                lambda: kms.update_key_description(KeyId=key_id, Description=wanted["description"]),
            )
        )
    if missing := missing_tags(tags, {"tags": _marked(wanted)}):
        pairs = as_pairs(missing, "TagKey", "TagValue")
        found.append(Difference("its tags", lambda: kms.tag_resource(KeyId=key_id, Tags=pairs)))
    return found


_ROLE_TAG = "hospital-cloud:bootstrap"
"""Which of bootstrap's keys it is: the alias it is to have."""


def _marked(wanted: Wanted) -> dict[str, str]:
    return {**tags_of(wanted), _ROLE_TAG: str(wanted[ALIAS])}


def _described(kms: Any, key_id: str) -> Any:
    try:
        return kms.describe_key(KeyId=key_id)["KeyMetadata"]
    except ClientError as error:
        if absent(error, _NONE):
            return None
        raise


def _tagged(kms: Any, wanted: Wanted) -> Any:
    """The key that an interrupted run has left without its alias; the oldest, should there be several. A key that
    does not let its tags be read is not ours, as long as some key does: then the right to ask is there."""
    left, denied, read, marked = [], None, 0, _marked(wanted)
    for page in kms.get_paginator("list_keys").paginate(PaginationConfig={"MaxItems": _MOST_KEYS}):
        for entry in page["Keys"]:
            try:
                tags = _tags(kms, entry["KeyId"])
                read += 1
            except ClientError as error:
                if not absent(error, _DENIED):
                    raise
                denied = error
                continue
            if marked.items() <= tags.items():
                left.append(_described(kms, entry["KeyId"]))
    if denied is not None and not read:
        raise denied
    kept = [key for key in left if key is not None and key["KeyState"] not in _ENDING]
    return min(kept, key=lambda key: key["CreationDate"], default=None)


def _tags(kms: Any, key_id: str) -> dict[str, str]:
    pages = kms.get_paginator("list_resource_tags").paginate(KeyId=key_id)
    return from_pairs([tag for page in pages for tag in page["Tags"]], "TagKey", "TagValue")


class Alias(Kind):
    """The name of a key."""

    inputs: ClassVar = frozenset({"name", "targetKeyId", "region"})

    def label(self, wanted: Wanted) -> str:
        return str(wanted["name"])

    def look(self, at: At, wanted: Wanted, created: str | None = None) -> Found | None:
        key = _described(at.client("kms"), wanted["name"])
        if key is None:
            return None
        if key["KeyId"] != wanted["targetKeyId"]:
            raise NotBootstrapped(f"{wanted['name']} is the name of another key ({key['KeyId']}); it is left alone")
        return Found({"arn": f"{key['Arn'].rpartition(':')[0]}:{wanted['name']}", "id": wanted["name"]})

    def create(self, at: At, wanted: Wanted) -> str | None:
        at.client("kms").create_alias(AliasName=wanted["name"], TargetKeyId=wanted["targetKeyId"])
        return None

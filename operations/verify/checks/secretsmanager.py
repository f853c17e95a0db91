"""Secrets Manager: a secret and its replicas are under the keys that they should be. Values are never asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import must, right_key, silent
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.registry import failed
from policies.results import Outcome

_SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105  a type token
_GONE: Final = ("ResourceNotFoundException",)


@check(
    _SECRET,
    title="The secret is there, under the key that the state names",
    fix="Set the key again (UpdateSecret); restore a secret that waits for deletion (RestoreSecret).",
)
def secret_encrypted(secret: Subject) -> Iterator[Outcome]:
    """Compares the key, and that no deletion waits."""
    found = _described(secret)
    deleted = found.get("DeletedDate")
    yield must(secret, "DescribeSecret DeletedDate", not deleted, deleted or "none", "no deletion that waits")
    yield right_key(secret, "DescribeSecret KmsKeyId", found.get("KmsKeyId"), secret.wanted("kmsKeyId"))


@check(
    _SECRET,
    title="Every replica of the secret is there, under the key that the state names",
    fix="Create the replica again (ReplicateSecretToRegions).",
)
def secret_replicated(secret: Subject) -> Iterator[Outcome]:
    """Compares region, state and key of each replica."""
    replicas = list(secret.blocks("replicas"))
    if not replicas:
        yield silent(secret, "replica of it")
        return
    rows = _described(secret).get("ReplicationStatus") or []
    found = {row.get("Region"): row for row in rows if isinstance(row, Mapping)}
    for wanted in replicas:
        region = wanted.get("region")
        asked = f"DescribeSecret ReplicationStatus {region}"
        row = found.get(region)
        if row is None:
            yield failed(secret.resource, asked, "no replica there", "a replica, InSync")
            continue
        yield must(secret, f"{asked} Status", row.get("Status") == "InSync", row.get("Status"), "InSync")
        if wanted.get("kmsKeyId"):
            key = row.get("KmsKeyId")
            yield right_key(secret, f"{asked} KmsKeyId", key, wanted["kmsKeyId"], region=str(region))


def _described(secret: Subject) -> Mapping[str, Any]:
    return secret.ask("secretsmanager", "describe_secret", gone=_GONE, SecretId=secret.name("arn", "id"))

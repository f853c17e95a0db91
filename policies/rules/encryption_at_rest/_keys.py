"""Whether a value names a key that the hospital owns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, references_in
from policies.iam_documents import account_of_arn
from policies.registry import failed, passed, undecided
from policies.results import Outcome
from policies.rules._paths import is_hidden, one_of

KEYS = (
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
)
ALIAS = "aws:kms/alias:Alias"
WANTED = "a customer key of this program (aws.kms.Key or ReplicaKey), by reference or ARN"

_KEY_ID = re.compile(r"(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def customer_key(
    resource: Resource, holder: Resource, path: str, facts: Facts, *, region: str | None = None
) -> Iterator[Outcome]:
    """The one outcome for the key that `holder`'s input at `path` names: a key of this program, enabled, in `region`
    (where given: KMS keys do not leave theirs), or the literal ARN, id or alias of a customer key. The services' own
    aliases (`alias/aws/...`) and keys of accounts that are not this program's fail."""
    value = holder.get(path)
    # What is written out is judged by its text first: an edge of the whole property may mean another part of it.
    written = isinstance(value, str) and not references_in(value)
    wrong = written and (not _is_customer_key(str(value)) or _is_foreign(str(value), facts))
    key = None if wrong else facts.target(holder, path, *KEYS, ALIAS)
    if key is not None and key.type == ALIAS and not is_hidden(key.get("name")):
        name = key.get("name")
        key = facts.target(key, "targetKeyId", *KEYS) or key
        if isinstance(name, str) and name.startswith("alias/aws/"):
            yield failed(resource, path, name, WANTED)
            return
    if key is not None and key.external and str(key.get("keyId")).startswith("alias/aws/"):
        yield failed(resource, path, key.get("keyId"), WANTED)
    elif key is not None and one_of(key.get("isEnabled"), False):
        yield failed(resource, path, f"key {key.name}, which is disabled", WANTED)
    elif key is not None and region and key.region and key.region != region:
        yield failed(resource, path, f"key {key.name} in {key.region}", f"a customer key in {region}")
    elif key is not None:
        yield passed(resource, path, f"key {key.name}")
    elif is_hidden(value) or (isinstance(value, str) and references_in(value)):
        yield undecided(resource, path, value, WANTED)
    elif written and not wrong:
        yield passed(resource, path, value)
    else:
        yield failed(resource, path, value, WANTED)


def _is_customer_key(value: str) -> bool:
    name = value.split(":", 5)[-1] if value.startswith("arn:") and ":kms:" in value else value
    if name.startswith("alias/"):
        return not name.startswith("alias/aws/") and len(name) > len("alias/")
    return _KEY_ID.fullmatch(name.removeprefix("key/")) is not None


def _is_foreign(value: str, facts: Facts) -> bool:
    account = account_of_arn(value)
    return account is not None and bool(facts.own_accounts) and not facts.is_own_account(account)

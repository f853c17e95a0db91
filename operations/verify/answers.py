"""What a check answers with: outcomes that name what was asked, what was found, what was wanted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from operations.verify.asking import NoAnswer, NotThere, Subject
from policies.graph import SECRET, Unknown, Value, walk
from policies.iam_access import denies_without_tls, resources_of
from policies.iam_documents import Document, State, read
from policies.registry import failed, not_applicable, passed, undecided
from policies.results import Outcome

PLAIN_HTTP_DENIED = "a Deny for everyone, on all of it, when aws:SecureTransport is false"
_KEY_GONE = ("NotFoundException",)


def same(subject: Subject, asked: str, found: Any, wanted: Value) -> Outcome:
    """One outcome: whether the account's value is the one that the state holds. `asked` is the part of the answer."""
    if hides(wanted):
        return undecided(subject.resource, asked, "the state hides what it should be", "the same as in the state")
    if plain(found) == plain(wanted):
        return passed(subject.resource, asked, found)
    return failed(subject.resource, asked, found, _said(wanted))


def as_stated(subject: Subject, asked: str, found: Any, path: str) -> Iterator[Outcome]:
    """The same for the state's value at a path; nothing where the state is silent."""
    wanted = subject.wanted(path)
    if wanted is not None:
        yield same(subject, asked, found, wanted)


def must(subject: Subject, asked: str, holds: bool, found: Any, wanted: str) -> Outcome:
    """One outcome for what can only be right or wrong."""
    return passed(subject.resource, asked, found) if holds else failed(subject.resource, asked, found, wanted)


def among(subject: Subject, asked: str, found: Iterable[Any], wanted: Value) -> Outcome:
    """One outcome: whether what the state holds is one of those that the account has."""
    rows = list(found)
    if hides(wanted):
        return undecided(subject.resource, asked, "the state hides what it should be", "one of what is there")
    said = ", ".join(str(row) for row in rows) or "none"
    return must(subject, asked, wanted in rows, said, f"{wanted}")


def silent(subject: Subject, what: str) -> Outcome:
    """The state asks for nothing that could be compared; the rules judge whether it should."""
    return not_applicable(subject.resource, f"the state names no {what}; `audit` judges whether it should")


def within(value: Any, *keys: str) -> Any:
    """The value at a chain of keys of an answer; None where one is missing."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def only(rows: Any) -> Mapping[str, Any]:
    """The one row of a list. Raises NotThere where the list is empty."""
    if isinstance(rows, list) and rows and isinstance(rows[0], Mapping):
        return rows[0]
    raise NotThere("an empty list")


def named(rows: Any, key: str, name: str) -> Mapping[str, Any]:
    """The row of that name, in capitals or not. Raises NotThere."""
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, Mapping) and str(row.get(key)).lower() == name.lower():
            return row
    raise NotThere(f"no {key} of that name")


def hides(value: Value) -> bool:
    """Whether a value, or a part of it, is not to be seen."""
    return any(leaf is SECRET or isinstance(leaf, Unknown) for _, leaf in walk(value))


def plain(value: Any) -> Any:
    """A value as it compares: booleans that are written as text, numbers that are written as text, lists in any order."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return sorted((plain(item) for item in value), key=repr)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if value is None else str(value)


def same_json(one: Any, other: Any) -> bool:
    """Whether two JSON texts say the same."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except (TypeError, ValueError, RecursionError):
        return bool(one == other)


def _said(value: Value) -> str:
    if value is True or value is False:
        return str(value).lower()
    return str(value) if not isinstance(value, (list, tuple)) else ", ".join(str(item) for item in value)


# --- keys ------------------------------------------------------------------------------------------------------------


def right_key(subject: Subject, asked: str, found: Any, wanted: Value, *, region: str | None = None) -> Outcome:
    """One outcome: whether `found` is the key that the state names, and in use. Keys come as ARN, id or alias; `region` is
    where a bare id or alias is looked up, the resource's own where left out."""
    if wanted is None:
        return silent(subject, "key for it")
    if hides(wanted):
        return undecided(subject.resource, asked, "the state hides which key it should be", "the key that it names")
    if not found:
        return failed(subject.resource, asked, "no key of its own", f"the key {wanted}")
    try:
        expected = _described(subject, str(wanted), region)
    except NotThere:
        return failed(subject.resource, asked, found, f"the key {wanted}, which does not exist")
    try:
        actual = _described(subject, str(found), region)
    except NotThere:
        return failed(subject.resource, asked, f"{found}, which does not exist", f"the key {expected['Arn']}")
    if actual.get("Arn") != expected.get("Arn"):
        return failed(subject.resource, asked, actual.get("Arn"), f"the key {expected.get('Arn')}")
    if actual.get("KeyState") != "Enabled":
        state = actual.get("KeyState")
        return failed(subject.resource, asked, f"{actual.get('Arn')}, which is {state}", "a key that is Enabled")
    return passed(subject.resource, asked, actual.get("Arn"))


def _described(subject: Subject, key: str, region: str | None) -> Mapping[str, Any]:
    """KMS's description of a key. An ARN is asked where it lies. Raises NotThere, NoAnswer."""
    at, of = subject.elsewhere(key)
    answer = subject.ask("kms", "describe_key", at=at or region, of=of, gone=_KEY_GONE, KeyId=key)
    found = answer.get("KeyMetadata")
    if not isinstance(found, Mapping) or not found.get("Arn"):
        raise NoAnswer("KMS describes a key without its ARN")
    return found


# --- policies --------------------------------------------------------------------------------------------------------


def plain_http_denied(subject: Subject, asked: str, policy: Any, action: str, *, parts: bool = False) -> Outcome:
    """One outcome: whether a resource's own policy, as the account has it, turns away requests without TLS. `parts`: it has
    parts with names of their own (a bucket's objects), which must be denied too."""
    document = read(policy)
    if document.state is State.READ and denies(document, action, parts=parts):
        return passed(subject.resource, asked, "requests without TLS are denied")
    found = {State.READ: "a policy that does not", State.BROKEN: document.problem}.get(document.state, "no policy")
    return failed(subject.resource, asked, found, PLAIN_HTTP_DENIED)


def denies(document: Document, action: str, *, parts: bool = False) -> bool:
    """Whether a policy denies an action without TLS, to everyone, on the resource and (`parts`) all in it."""
    statements = denies_without_tls(document, action)
    patterns = resources_of(statements)
    whole = any(p == "*" or (p.endswith("*") and "/" not in p) for p in patterns)
    both = any("/" not in p for p in patterns) and any(p.endswith("/*") for p in patterns)
    return bool(statements) and (not parts or whole or both)

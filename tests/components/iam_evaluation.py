"""How IAM decides, as far as these documents use it: actions, resources and the condition operators below. Written from
the IAM user guide, "Policy evaluation logic", so that a test can ask what a policy lets happen instead of how it is
spelled."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

Context = Mapping[str, Any]


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _any(patterns: Any, value: str, fold: bool = False) -> bool:
    if fold:
        return any(fnmatchcase(value.lower(), p.lower()) for p in _list(patterns))
    return any(fnmatchcase(value, p) for p in _list(patterns))


def _condition(operator: str, key: str, wanted: Any, context: Context) -> bool:
    found = context.get(key)
    if operator == "Null":
        return (found is None) is (wanted == "true")
    if operator == "ForAllValues:StringNotEquals":
        return all(value not in _list(wanted) for value in _list(found if found is not None else []))
    if operator == "ForAnyValue:StringEquals":
        return any(value in _list(wanted) for value in _list(found if found is not None else []))
    if operator in ("StringNotEquals", "ArnNotEquals"):
        return found is None or not _any(wanted, found)
    if found is None:
        return False
    if operator in ("StringEquals", "ArnEquals", "Bool"):
        return _any(wanted, str(found).lower() if operator == "Bool" else str(found))
    if operator == "NumericLessThan":
        return float(found) < float(wanted)
    raise NotImplementedError(operator)


def _applies(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    if "Action" in statement and not _any(statement["Action"], action, fold=True):
        return False
    if "NotAction" in statement and _any(statement["NotAction"], action, fold=True):
        return False
    if "Resource" in statement and not _any(statement["Resource"], resource):
        return False
    if "NotResource" in statement and _any(statement["NotResource"], resource):
        return False
    return all(
        _condition(operator, key, wanted, context)
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )


def decision(documents: Sequence[Mapping[str, Any]], action: str, resource: str, context: Context) -> str:
    """`allow`, `deny` (explicitly) or `nothing` by the documents of one identity together."""
    effects = {s["Effect"] for d in documents for s in d["Statement"] if _applies(s, action, resource, context)}
    return "deny" if "Deny" in effects else "allow" if "Allow" in effects else "nothing"


def may(
    documents: Sequence[Mapping[str, Any]],
    boundary: Mapping[str, Any],
    action: str,
    resource: str = "*",
    **context: Any,
) -> bool:
    """Whether an identity with these policies and this boundary may do it. Context keys in Python's spelling:
    `aws__RequestedRegion` for `aws:RequestedRegion`."""
    keys = {key.replace("__", ":"): value for key, value in context.items()}
    keys.setdefault("aws:ViaAWSService", "false")
    return all(decision(side, action, resource, keys) == "allow" for side in (documents, [boundary]))

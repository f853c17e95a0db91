"""Who a policy document lets in: everyone, the callers it names, and whether it turns away those without TLS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_network

from policies.graph import Unknown, Value, references_in
from policies.iam_documents import Condition, Document, Statement, matches

_CALLER_KEYS = frozenset(
    [
        *("aws:sourceaccount", "aws:sourceowner", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"),
        *("aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce", "aws:sourceip", "aws:vpceaccount", "aws:vpceorgid"),
        *("aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:userid"),
        *("kms:calleraccount", "lambda:sourcefunctionarn", "s3:dataaccesspointaccount", "s3:dataaccesspointarn"),
    ]
)
"""Condition keys that tie the caller to someone known (S3 user guide, "The meaning of public"; IAM global keys)."""

_POSITIVE = frozenset(["stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike", "ipaddress"])
_NEGATIVE = frozenset(
    ["stringnotequals", "stringnotlike", "stringnotequalsignorecase", "arnnotequals", "arnnotlike", "notipaddress"]
)
_WIDEST_IPV4, _WIDEST_IPV6 = 8, 24
"""Prefix lengths below which a range of addresses names nobody."""
_ORGANISATION_PATH = re.compile(r"o-[a-z0-9]{10,32}/")
_PRIVATE_IPV6 = IPv6Network("fc00::/7")


def narrows(condition: Condition) -> bool:
    """Whether a condition lets in only callers it names: the test is positive, must hold when the key is absent, and
    no value is open. A mount target of EFS stands in a network of the account, so it names a caller too."""
    if condition.if_exists or condition.quantifier == "forallvalues":
        return False
    if condition.key == "elasticfilesystem:accessedviamounttarget":
        return condition.operator == "bool" and condition.values == ("true",)
    return (
        condition.key in _CALLER_KEYS
        and condition.operator in _POSITIVE
        and bool(condition.values)
        and all(_names_someone(condition.key, value) for value in condition.values)
    )


def _names_someone(key: str, value: Value) -> bool:
    if isinstance(value, Unknown) or (isinstance(value, str) and references_in(value)):
        return True
    if not isinstance(value, str) or not value.strip("*?"):
        return False
    if key == "aws:sourceip":
        return not is_open_network(value)
    if value.startswith("arn:"):
        parts = (value.split(":", 5) + [""] * 6)[:6]
        if parts[4]:
            return "*" not in parts[4] and "?" not in parts[4]
        return bool(parts[5].strip("*?/"))
    if key.endswith("orgpaths"):
        return _ORGANISATION_PATH.match(value) is not None
    return key == "aws:userid" or "*" not in value


def is_open_network(value: Value) -> bool:
    """Whether a range of addresses is (nearly) all of the internet."""
    try:
        network = ip_network(str(value), strict=False)
    except ValueError:
        return True
    if isinstance(network, IPv6Network):
        return network.prefixlen < _WIDEST_IPV6 and not network.subnet_of(_PRIVATE_IPV6)
    return network.prefixlen < _WIDEST_IPV4


def open_to_everyone(document: Document) -> Iterator[Statement]:
    """The statements that let in whoever asks: the principal leaves nobody out, no condition names the caller, and no
    denial of the same document takes the strangers out again."""
    for statement in document.allowing:
        if not statement.concerns_everyone or any(narrows(c) for c in statement.conditions):
            continue
        if not any(_takes_out_strangers(denial, statement) for denial in document.denying):
            yield statement


def _takes_out_strangers(denial: Statement, statement: Statement) -> bool:
    """A denial of everyone but named callers, over all that the statement allows."""
    if not denial.concerns_everyone or denial.doubt is not None:
        return False
    if denial.other_principals:
        named = not any(p.is_everyone for p in denial.other_principals) and not denial.conditions
    else:
        named = bool(denial.conditions) and all(
            c.key in _CALLER_KEYS
            and c.operator in _NEGATIVE
            and not c.if_exists
            and bool(c.values)
            and all(_names_someone(c.key, v) for v in c.values)
            for c in denial.conditions
        )
    if not named or statement.other_actions or denial.other_actions:
        return False
    return all(any(matches(d, a) for d in denial.actions) for a in statement.actions) and all(
        any(matches(d, r) for d in denial.resources) for r in statement.resources
    )


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone a statement names: `kind` is the principal's kind, or the condition key in lower case."""

    path: str
    kind: str
    value: Value


def named_callers(statement: Statement) -> Iterator[Caller]:
    """Whoever an allowing statement names, services left out: its principals (a star only when nothing narrows it),
    and the values of the conditions that narrow a star."""
    narrowing = [c for c in statement.conditions if narrows(c)]
    for principal in statement.principals:
        if principal.is_everyone and narrowing:
            for condition in narrowing:
                for value in condition.values:
                    yield Caller(f"{statement.path}.Condition", condition.key, value)
        elif principal.kind != "Service":
            yield Caller(f"{statement.path}.Principal", principal.kind, principal.value)


# --- denial of plain HTTP --------------------------------------------------------------------------------------------


def denies_without_tls(document: Document, action: str) -> list[Statement]:
    """The statements that deny `action` (or all of a service: `s3:*`) to everyone whose request is not over TLS, under
    no further condition."""
    return [s for s in document.denying if _denies_plain(s) and s.covers_action(action) and s.doubt is None]


def _denies_plain(statement: Statement) -> bool:
    if statement.other_principals or not any(p.is_everyone and p.kind in ("*", "AWS") for p in statement.principals):
        return False
    if len(statement.conditions) != 1:
        return False
    condition = statement.conditions[0]
    return (
        condition.key == "aws:securetransport"
        and condition.operator == "bool"
        and condition.quantifier != "forallvalues"
        and tuple(str(v).lower() for v in condition.values) == ("false",)
    )


def resources_of(statements: Iterable[Statement]) -> list[str]:
    """All resource patterns of statements; a `NotResource` counts as none."""
    return [r for s in statements if not s.other_resources for r in s.resources]

"""The operators: what can be made worse at a place. They know the provider's schema and the common words of AWS; they
know no rule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from policies.graph import Reference, Resource, marker, reference_of, references_in
from policies.terraform.provider_table import Field
from tests.mutants.values import DROP, JSON, Steps, parsed, plain, rewritten

STRANGER: Final = "999999999999"
OUTSIDE: Final = "us-east-1"
_ACCOUNT = re.compile(r"(?<!\d)(?!9{12})\d{12}(?!\d)")
_NETWORK = re.compile(r"\d{1,3}(\.\d{1,3}){3}/\d{1,2}")
_REGION = re.compile(r"\b(?:cn|us|eu|ap|ca|sa|me|af|il|mx)-(?:north|south|east|west|central)(?:east|west)?-\d")

_UNLOCK: Final = {
    "COMPLIANCE": ["GOVERNANCE"],
    "Enabled": ["Disabled", "Suspended"],
    "ENABLED": ["DISABLED"],
    "enabled": ["disabled"],
    "enable": ["disable"],
    "required": ["optional"],
    "REQUIRED": ["OPTIONAL"],
    "DISABLED": ["ENABLED"],
    "disabled": ["enabled"],
    "Disabled": ["Enabled"],
    "BLOCK": ["ALLOW", "COUNT"],
    "ALERT": ["PASS"],
    "ALLOWLIST": ["DENYLIST"],
    "IMMUTABLE": ["MUTABLE"],
    "on": ["off"],
    "ON": ["OFF"],
    "All": ["None"],
    "ALL": ["NONE"],
    "BucketOwnerEnforced": ["ObjectWriter"],
    "defensive": ["monitor"],
    "strictest": ["monitor"],
    "private": ["public-read"],
    "PRIVATE": ["PUBLIC"],
    "INTERNAL": ["INTERNET_FACING"],
    "AWS_IAM": ["NONE"],
    "DENY": ["ALLOW"],
    "Deny": ["Allow"],
}
"""Words that keep something shut, and those that do not; some are the other way round, as the field may be."""

_UNENCRYPT: Final = (
    (r"^aws:kms(:dsse)?$", "AES256"),
    (r"^KMS$", "AES256"),
    (r"^CUSTOMER_KMS$", "AWS_OWNED_KMS_KEY"),
    (r"^CUSTOMER_MANAGED_KMS_KEY$", "AWS_OWNED_KMS_KEY"),
    (r"^ELBSecurityPolicy-.*", "ELBSecurityPolicy-2016-08"),
    (r"^TLSv1\.[23].*", "TLSv1"),
    (r"^TLS_1_[23]$", "TLS_1_0"),
    (r"^Policy-Min-TLS-1-2.*", "Policy-Min-TLS-1-0-2019-07"),
    (r"^HTTPS$", "HTTP"),
    (r"^https$", "http"),
    (r"^https://", "http://"),
    (r"^TLS$", "TCP"),
    (r"^TLS$", "PLAINTEXT"),
    (r"^(https-only|redirect-to-https)$", "allow-all"),
    (r"^HTTP_301$", "HTTP_302"),
    (r"^SYMMETRIC_DEFAULT$", "RSA_2048"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What an operator may know of the stack a place is in."""

    regions: tuple[str, ...]
    """Those of the jurisdiction."""
    partition: str


@dataclass(frozen=True, slots=True)
class At:
    """One place."""

    resource: Resource
    steps: Steps
    value: Any
    field: Field | None
    parent: Any
    setting: Setting


def changes(at: At) -> Iterator[tuple[str, Any]]:
    """(operator, new value) for each that fits the place."""
    yield from _dropped(at)
    if isinstance(at.value, bool):
        yield "flip", not at.value
    elif isinstance(at.value, (int, float)):
        yield from _shortened(at)
    elif isinstance(at.value, str):
        yield from _of_text(at)
    if JSON in at.steps or at.steps[-1] in ("Action", "Principal", "Resource", "Condition"):
        yield from _of_statement(at)
    if isinstance(at.value, str) and not references_in(at.value) and _is_network(at):
        yield "widen-network", "0.0.0.0/0"


def added(block: Mapping[str, Field], present: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(key, operator, value) for each field of the schema that is not written: booleans both ways, regions."""
    for key, field in sorted(block.items()):
        if key in present or not field.settable:
            continue
        if (field.scalar or field.kind) == "bool":
            yield key, "set-true", True
            yield key, "set-false", False
        elif field.kind == "string" and "region" in key.lower():
            yield key, "swap-region", OUTSIDE


def _dropped(at: At) -> Iterator[tuple[str, Any]]:
    last = at.steps[-1]
    if at.field is not None and at.field.required:
        return
    if isinstance(at.parent, Mapping) and _is_policy_statement(at.parent) and last not in ("Condition", "Sid"):
        return  # AWS refuses a statement without them
    if isinstance(at.parent, Mapping) and set(at.parent) <= {"Version", "Statement", "Id"} and "Statement" in at.parent:
        return
    if isinstance(last, int) and isinstance(at.parent, list) and len(at.parent) == 1:
        return  # the list itself is dropped
    if at.value in ({}, [], ""):
        return
    inside_tags = len(at.steps) > 1 and at.steps[0] in ("tags", "tagsAll", "defaultTags") and not isinstance(last, int)
    if "Condition" in at.steps[:-1] or last == "Condition":
        yield "drop-condition", DROP
    else:
        yield ("remove-tag" if inside_tags else "drop"), DROP


def _shortened(at: At) -> Iterator[tuple[str, Any]]:
    whole = int(at.value)
    if whole:
        yield "zero", 0
    if whole > 1:
        yield "shorten", whole // 2 if whole > 3 else 1


def _of_text(at: At) -> Iterator[tuple[str, Any]]:
    value = at.value
    if parsed(value) is not None:
        return  # what is inside is changed, place by place
    if value in ("true", "false"):
        yield "flip", "false" if value == "true" else "true"
    elif value.isdigit() and len(value) < 7:
        yield from (
            (op, str(new)) for op, new in _shortened(At(at.resource, at.steps, int(value), at.field, None, at.setting))
        )
    for new in _UNLOCK.get(value, ()):
        if not (value == "Deny" and at.steps[-1] == "Effect"):
            yield "unlock", new
    for pattern, new in _UNENCRYPT:
        if re.search(pattern, value) and re.sub(pattern, new, value) != value:
            yield "unencrypt", re.sub(pattern, new, value)
    yield from _moved(at)
    yield from _cut(at)


def _moved(at: At) -> Iterator[tuple[str, Any]]:
    known = set(_REGION.findall(plain(at.value)))
    if known:
        partition = f"arn:{at.setting.partition}:"
        yield (
            "swap-region",
            rewritten(at.value, lambda t: _REGION.sub(OUTSIDE, t).replace(partition, "arn:aws:")),
        )
        others = [r for r in at.setting.regions if r not in known]
        if others:
            yield "swap-region-inside", rewritten(at.value, lambda t: _REGION.sub(others[0], t))
    if _ACCOUNT.search(plain(at.value)):
        yield "swap-account", rewritten(at.value, lambda t: _ACCOUNT.sub(STRANGER, t))


def _cut(at: At) -> Iterator[tuple[str, Any]]:
    for reference in dict.fromkeys(references_in(at.value)):
        yield "cut-edge", at.value.replace(marker(reference.urn, reference.property), literal(reference, at))
    whole = reference_of(at.value)
    if whole is not None and _type_of(whole.urn).startswith(("aws:kms/key:", "aws:kms/replicaKey:", "aws:kms/alias:")):
        yield "replace-key", f"alias/aws/{at.resource.type.partition(':')[2].partition('/')[0]}"
        yield (
            "replace-key-abroad",
            f"arn:aws:kms:{OUTSIDE}:{STRANGER}:key/00000000-0000-0000-0000-000000000000",
        )


def literal(reference: Reference, at: At) -> str:
    """A value of the same kind that names something else of the same account."""
    type_token = _type_of(reference.urn)
    service, _, kind = type_token.partition(":")[2].partition(":")[0].partition("/")
    if reference.property.lower().endswith("arn"):
        region = at.resource.region if at.resource.region not in (None, "global") else ""
        return f"arn:{at.setting.partition}:{service}:{region}:{at.resource.account or '111122223333'}:{kind}/another"
    return f"another-{kind.lower()}"


def _type_of(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") >= 3 else ""


def _is_network(at: At) -> bool:
    return _NETWORK.fullmatch(at.value) is not None and at.value != "0.0.0.0/0"


# --- policies --------------------------------------------------------------------------------------------------------


def _is_policy_statement(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("Effect") in ("Allow", "Deny")


def _of_statement(at: At) -> Iterator[tuple[str, Any]]:
    if not _is_policy_statement(at.parent):
        return
    key, value = at.steps[-1], at.value
    if key == "Effect" and value == "Deny":
        yield "allow", "Allow"
    if at.parent["Effect"] != "Allow":
        return
    if key == "Action" and value != "*":
        yield "widen-action", "*"
        services = sorted({a.partition(":")[0] for a in _texts(value) if ":" in a})
        if services and set(_texts(value)) != {f"{s}:*" for s in services}:
            yield "widen-action-service", [f"{s}:*" for s in services]
    if key == "Resource" and value != "*":
        yield "widen-resource", "*"
    if key == "Principal" and value != "*":
        yield "widen-principal", "*"
        yield "widen-principal", {"AWS": "*"}
        yield "widen-principal-stranger", {"AWS": f"arn:{at.setting.partition}:iam::{STRANGER}:root"}


def _texts(value: Any) -> list[str]:
    rows = value if isinstance(value, list) else [value]
    return [row for row in rows if isinstance(row, str)]


def shown(value: Any) -> str:
    """A new value in a line of a report."""
    return "(taken out)" if value is DROP else json.dumps(value, ensure_ascii=False, default=str)[:120]

"""Policy documents that a Terraform plan reads only while it is applied, because they name what is not there yet.

The plan shows the statements of `aws_iam_policy_document` with what is not known left out, so the document can be put
together: whole, with markers for the outputs inside. What a plan does not show is the text around a reference. An Allow
is therefore read as wide as the reference can be, a bucket and its objects; in a Deny, two elements from one bucket are
read as the bucket and its objects, and one as the bucket alone. Whoever reads documents so says it in a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from policies.graph import Unknown, Value, marker, reference_of, walk
from policies.sources.functions import policy_document

DATA: Final = "terraform-data:"
"""What the URN of a data source begins with: it is in no graph."""
TYPE: Final = "aws_iam_policy_document"
OUTPUTS: Final = ("json", "minified_json")
_BUCKETS: Final = ("aws:s3/bucket:Bucket::", "aws:s3/bucketV2:BucketV2::")
_DEEPEST: Final = 16

Read = Callable[[str], Mapping[str, Value] | None]
"""The arguments of the data source with this URN, read as far as they are known; None where there is none."""


@dataclass
class Documents:
    """The documents of a plan. `documents` holds those that were put together, by URN; empty text: could not be."""

    read: Read
    texts: dict[str, str] = field(default_factory=dict)
    assumed: set[str] = field(default_factory=set)
    """Of those, the ones with a part of which only is known what it names."""

    def text(self, urn: str, depth: int = 0) -> str:
        """The document of a data source as JSON text; empty where it cannot be put together."""
        if urn not in self.texts:
            self.texts[urn] = ""  # a document that is made of itself is none
            values = self.read(urn)
            self.texts[urn] = self._made(values, depth) if values and depth < _DEEPEST else ""
            if values and any(isinstance(leaf, Unknown) for _, leaf in walk(values)):
                self.assumed.add(urn)
        return self.texts[urn]

    def _made(self, values: Mapping[str, Value], depth: int) -> str:
        try:
            statements = values.get("statement") or ()
            parts = {
                "version": values.get("version"),
                "policyId": values.get("policy_id"),
                "statements": [_statement(row) for row in statements],
                "sourcePolicyDocuments": self._others(values.get("source_policy_documents"), depth),
                "overridePolicyDocuments": self._others(values.get("override_policy_documents"), depth),
            }
            return str(policy_document(parts)["json"])
        except (TypeError, KeyError, ValueError, AttributeError):
            return ""

    def _others(self, value: Value, depth: int) -> list[str]:
        return [self._other(item, depth) for item in _items(value)]

    def _other(self, value: Value, depth: int) -> str:
        reference = reference_of(value)
        text = value if isinstance(value, str) else self.text(reference.urn, depth + 1) if reference else ""
        if not text:
            raise ValueError("a document that this one is made of is not known")
        return text


def _statement(row: Mapping[str, Any]) -> dict[str, Any]:
    """One statement for `policy_document`. Raises ValueError where not even what it comes from is known: what an action or a
    principal may be cannot be assumed."""
    denies = row.get("effect") == "Deny"
    return {
        "sid": row["sid"] if isinstance(row.get("sid"), str) else None,
        "effect": row.get("effect"),
        "actions": [_known(item) for item in _items(row.get("actions"))],
        "notActions": [_known(item) for item in _items(row.get("not_actions"))],
        "resources": list(_resources(row.get("resources"), denies)),
        "notResources": list(_texts(row.get("not_resources"))),
        "principals": [_principals(item) for item in row.get("principals") or ()],
        "notPrincipals": [_principals(item) for item in row.get("not_principals") or ()],
        "conditions": [
            {"test": _known(item["test"]), "variable": _known(item["variable"]), "values": list(_texts(item["values"]))}
            for item in row.get("condition") or ()
        ],
    }


def _principals(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": _known(row["type"]), "identifiers": list(_texts(row.get("identifiers")))}


def _known(value: Value) -> str:
    if not isinstance(value, str):
        raise ValueError("a word of the document is not known")
    return value


def _items(value: Value) -> Sequence[Value]:
    if value is None:
        return ()
    if isinstance(value, Unknown):
        return [Unknown((reference,)) for reference in value.references] or [value]
    return value if isinstance(value, list) else [value]


def _texts(value: Value) -> Iterator[str]:
    """Each element as text: known, or the markers of what it comes from."""
    for item in _items(value):
        if not isinstance(item, Unknown):
            yield _known(item)
        elif item.references:
            yield "".join(marker(r.urn, r.property or "id") for r in item.references)
        else:
            raise ValueError("a part of the document comes from what the plan does not show")


def _resources(value: Value, denies: bool) -> Iterator[str]:
    seen: set[str] = set()
    for item in _items(value):
        [text] = _texts([item])
        reference = reference_of(item) if isinstance(item, Unknown) else None  # a text is whole
        bucket = reference is not None and any(kind in reference.urn for kind in _BUCKETS)
        if bucket and text in seen:
            yield f"{text}/*"
        else:
            yield text
            if bucket and not denies:
                yield f"{text}/*"
        seen.add(text)

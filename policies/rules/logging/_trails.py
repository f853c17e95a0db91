"""What a trail records: management events, and access to the data of single stores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.facts import Facts
from policies.graph import Resource, Unknown, Value, as_list, references_in
from policies.iam_documents import account_of_arn
from policies.rules._paths import is_hidden, one_of

TRAIL: Final = "aws:cloudtrail/trail:Trail"
BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
TABLE: Final = "aws:dynamodb/table:Table"
_KIND: Final[Mapping[str, str]] = {**dict.fromkeys(BUCKETS, "AWS::S3::Object"), TABLE: "AWS::DynamoDB::Table"}


def lost_events(trail: Resource) -> Iterator[tuple[str, Value, str]]:
    """(input, what it leaves out, what is wanted) for each way in which management events are not all recorded. Values
    that are not known before deploy are handed out as they are."""
    advanced, classic = trail.get("advancedEventSelectors"), trail.get("eventSelectors")
    if is_hidden(advanced) or advanced:
        yield from _lost_by_fields(advanced)
    elif is_hidden(classic) or classic:
        yield from _lost_by_switches(classic)


_ALL = "all management events, of reads and writes, of every service"


def _lost_by_fields(selectors: Value) -> Iterator[tuple[str, Value, str]]:
    path = "advancedEventSelectors"
    if is_hidden(selectors) or any(is_hidden(s) for s in as_list(selectors)):
        yield path, selectors, _ALL
        return
    managing = [f for s in as_list(selectors) if (f := _fields(s)) and _says(f, "eventCategory", "Management")]
    if not managing:
        yield path, "no management events", _ALL
        return
    rests = [{name: row for name, row in fields.items() if name != "eventCategory"} for fields in managing]
    halves = {str(_one(rest["readOnly"].get("equals"))).lower() for rest in rests if set(rest) == {"readOnly"}}
    if all(rests) and not {"true", "false"} <= halves:
        yield path, f"management events only where {', '.join(sorted(rests[0]))} fits", _ALL


def _lost_by_switches(selectors: Value) -> Iterator[tuple[str, Value, str]]:
    path = "eventSelectors"
    if is_hidden(selectors) or any(is_hidden(s) for s in as_list(selectors)):
        yield path, selectors, _ALL
        return
    rows = [s for s in as_list(selectors) if isinstance(s, Mapping)]
    managing = [s for s in rows if not one_of(s.get("includeManagementEvents"), False)]
    kinds = {s.get("readWriteType") or "All" for s in managing}
    left_out = [name for s in managing for name in as_list(s.get("excludeManagementEventSources"))]
    if not managing:
        yield path, "no management events", _ALL
    elif "All" not in kinds and not {"ReadOnly", "WriteOnly"} <= kinds:
        yield path, ", ".join(sorted(map(str, kinds))), _ALL
    elif left_out:
        yield path, f"without those of {', '.join(map(str, left_out))}", _ALL


def records_access(trail: Resource, store: Resource, facts: Facts, *, reads_are_enough: bool = False) -> bool:
    """Whether a trail records each read and write of what a bucket or table holds."""
    advanced, classic = as_list(trail.get("advancedEventSelectors")), as_list(trail.get("eventSelectors"))
    return any(_advanced_takes_in(s, store, facts, reads_are_enough) for s in advanced) or any(
        _classic_takes_in(s, store, facts, reads_are_enough) for s in classic
    )


def _advanced_takes_in(selector: Value, store: Resource, facts: Facts, reads_are_enough: bool) -> bool:
    fields = _fields(selector)
    if not _says(fields, "eventCategory", "Data") or not _says(fields, "resources.type", _KIND[store.type]):
        return False
    if set(fields) - {"eventCategory", "resources.type", "resources.ARN", "readOnly"}:
        return False
    if "readOnly" in fields and not (reads_are_enough and _says(fields, "readOnly", "true")):
        return False
    return _takes_in(fields.get("resources.ARN"), store, facts)


def _classic_takes_in(selector: Value, store: Resource, facts: Facts, reads_are_enough: bool) -> bool:
    kinds = ("All", "ReadOnly", None) if reads_are_enough else ("All", None)
    if not isinstance(selector, Mapping) or selector.get("readWriteType") not in kinds:
        return False
    rows = [r for r in as_list(selector.get("dataResources")) if isinstance(r, Mapping)]
    values = [v for r in rows if r.get("type") == _KIND[store.type] for v in as_list(r.get("values"))]
    return any(_is_head_of(value, store, facts) for value in values)


def _fields(selector: Any) -> dict[str, Mapping[str, Any]]:
    """Field -> its tests; empty where the selector, or a part of it, cannot be read."""
    rows = as_list(selector.get("fieldSelectors")) if isinstance(selector, Mapping) else []
    stated = [{k: v for k, v in row.items() if v not in (None, "", [])} for row in rows if isinstance(row, Mapping)]
    found: dict[str, Mapping[str, Any]] = {str(row.get("field")): row for row in stated}
    return found if len(found) == len(rows) else {}


def _says(fields: Mapping[str, Mapping[str, Any]], name: str, value: str) -> bool:
    row = fields.get(name)
    return row is not None and as_list(row.get("equals")) == [value] and set(row) == {"field", "equals"}


def _one(value: Value) -> Value:
    rows = as_list(value)
    return rows[0] if len(rows) == 1 else None


def _takes_in(row: Mapping[str, Any] | None, store: Resource, facts: Facts) -> bool:
    """Whether a test of ARNs takes in a store; none takes in all."""
    if row is None:
        return True
    tests = set(row) - {"field"}
    if not tests or tests - {"equals", "startsWiths"}:
        return False
    return any(_is_head_of(v, store, facts) for v in as_list(row.get("startsWiths"))) or any(
        store.type == TABLE and _is_head_of(v, store, facts) for v in as_list(row.get("equals"))
    )


def _is_head_of(value: Value, store: Resource, facts: Facts) -> bool:
    """Whether the ARNs of all that a store holds begin with a value."""
    if isinstance(value, Unknown):
        return any(reference.urn == store.urn for reference in value.references)
    if not isinstance(value, str):
        return False
    references = references_in(value)
    if references:
        return len(references) == 1 and references[0].urn == store.urn and value.rpartition("}")[2] in ("", "/")
    partition = facts.context.jurisdiction.partition.id
    if store.type == TABLE:
        account = store.account or account_of_arn(value) or ""
        arns = [f"arn:{partition}:dynamodb:{store.region}:{account}:table/{name}" for name in facts.names(store)]
    else:
        arns = [f"arn:{partition}:s3:::{name}/" for name in facts.names(store)]
    return bool(value) and any(arn.startswith(value) for arn in arns)

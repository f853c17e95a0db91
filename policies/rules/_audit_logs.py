"""Buckets that keep what was done: evidence, whatever class of data they state."""

from __future__ import annotations

from jurisdictions import RecordKind
from policies.facts import Facts
from policies.graph import Resource

_TRAIL = "aws:cloudtrail/trail:Trail"
_BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")


def takes_a_trail(bucket: Resource, facts: Facts) -> bool:
    """Whether a trail of the program delivers to a bucket."""
    return bucket.urn in facts.derived(_destinations)


def keeps_audit_log(resource: Resource, facts: Facts) -> bool:
    """Whether a bucket keeps a log: its record kind says so, or a trail of the program delivers to it."""
    if resource.type not in _BUCKETS:
        return False
    return facts.record_kind(resource) == RecordKind.AUDIT_LOG.value or takes_a_trail(resource, facts)


def audit_log_days(facts: Facts) -> int:
    """How long the jurisdiction keeps audit logs."""
    row = facts.context.jurisdiction.retention.get(RecordKind.AUDIT_LOG)
    return row.minimum_days if row else 0


def _destinations(facts: Facts) -> frozenset[str]:
    found = (facts.target(trail, "s3BucketName", *_BUCKETS) for trail in facts.graph.of_type(_TRAIL))
    return frozenset(bucket.urn for bucket in found if bucket is not None)

"""Which resources the protection rules speak of."""

from __future__ import annotations

from policies.facts import Facts, store_types
from policies.graph import Resource

RECORD_STORES = tuple(t for t, row in store_types().items() if row.holds == "records")
BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")


def exempt(resource: Resource, facts: Facts, minimum_class: int = 3) -> str:
    """Why a resource needs no protection; empty where it does."""
    if facts.context.lifecycle == "trial":
        return "a trial stack can be torn down"
    if facts.context.lifecycle == "retiring":
        return "the stack is retiring: protection is lifted, and reported by retirement-stated"
    data_class = facts.effective_class(resource)
    return f"class {data_class}: below {minimum_class}" if data_class < minimum_class else ""

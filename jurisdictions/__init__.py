"""Where data may be, and what the cloud offers there: data in YAML, and a tiny loader.

A jurisdiction is data. A hospital in another country is another file here and no new code. Everything else of the
project may read this package; it imports nothing of ours.
"""

from jurisdictions.loader import (
    Availability,
    Capability,
    Jurisdiction,
    Partition,
    Region,
    Retention,
    Verification,
    find_region,
    load,
    names,
    partition_of_region,
    regions_of_partition,
)
from jurisdictions.vocabulary import (
    BACKUP_TAG,
    DATA_CLASS_TAG,
    OWNER_TAG,
    RECORD_KIND_TAG,
    BackupMode,
    RecordKind,
)

__all__ = [
    "BACKUP_TAG",
    "DATA_CLASS_TAG",
    "OWNER_TAG",
    "RECORD_KIND_TAG",
    "Availability",
    "BackupMode",
    "Capability",
    "Jurisdiction",
    "Partition",
    "RecordKind",
    "Region",
    "Retention",
    "Verification",
    "find_region",
    "load",
    "names",
    "partition_of_region",
    "regions_of_partition",
]

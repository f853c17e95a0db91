"""The tags that say what a store holds. Foreign programs map their own tags onto these."""

from enum import Enum

DATA_CLASS_TAG = "hospital-cloud:data-class"
"""1 to 5, the levels of GB/T 39725-2020, 6.2. Stated on every store."""

RECORD_KIND_TAG = "hospital-cloud:record-kind"
"""One of `RecordKind`. Stated on every store of class 3 and up: it decides how long the record is kept."""

OWNER_TAG = "hospital-cloud:hospital"
"""The short name of the hospital that something was made for before its stack: stated on what `bootstrap` makes, and
how it tells its own from what others made."""

BACKUP_TAG = "hospital-cloud:backup"
"""One of `BackupMode`. A store that says `daily` is selected by the daily plan without being named."""


class RecordKind(str, Enum):
    """What kind of record a store holds; `Jurisdiction.retention` has a row for each."""

    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"
    IMAGING = "imaging"
    AUDIT_LOG = "audit-log"
    OPERATIONAL = "operational"
    SYNTHETIC = "synthetic"


class BackupMode(str, Enum):
    """Whether the daily plan selects a store."""

    DAILY = "daily"
    NONE = "none"

"""Where a component stands and for whom: the arguments that every component shares, and the names and tags that
follow from them. Names that a policy must know are made here and nowhere else, so that they are known at preview."""

from enum import Enum
from typing import NotRequired, Optional, TypedDict

import jurisdictions
from jurisdictions import BACKUP_TAG, DATA_CLASS_TAG, OWNER_TAG, RECORD_KIND_TAG, BackupMode, RecordKind


class Lifecycle(str, Enum):
    """The state of the whole stack: what may be torn down, and what is protected."""

    TRIAL = "trial"
    """Synthetic data only; can be torn down."""
    LIVE = "live"
    """Holds patients' data; stores, keys and vaults are protected against deletion and replacement."""
    RETIRING = "retiring"
    """Protection is lifted, for a reason, by an owner, until a day; reported by a rule."""


class Placement(TypedDict):
    """For whom and in which account a component is made. Plain values: they go into names known at preview."""

    hospital: str
    """The hospital's short name, at most 12 characters."""
    account_id: str
    """The account, 12 digits; the provider passed in the options must be this account's."""
    jurisdiction: str
    """A jurisdiction's id, such as `cn-mainland`."""
    lifecycle: Lifecycle
    """The stack's lifecycle."""
    verified: NotRequired[dict[str, list[str]]]
    """Region -> unverified capabilities that the hospital has tried itself, and records with date and evidence."""
    boundary_arn: NotRequired[str]
    """Permission boundary that every role made in the account carries; it must exist first. Left out, roles have none."""


def lifecycle_of(placement: Placement) -> Lifecycle:
    """The lifecycle, also where another language passed it as text."""
    return Lifecycle(placement["lifecycle"])


def jurisdiction_of(placement: Placement) -> jurisdictions.Jurisdiction:
    """The jurisdiction's data."""
    return jurisdictions.load(placement["jurisdiction"])


def partition_of(placement: Placement) -> jurisdictions.Partition:
    """The partition: how ARNs and service principals are written."""
    return jurisdiction_of(placement).partition


def physical_name(placement: Placement, region: str, role: str) -> str:
    """`<hospital>-<account>-<region>-<role>`, for resources whose name a policy must know. At most 63 characters, the
    shortest limit of those we name so (S3 buckets); longer is a ValueError."""
    name = f"{placement['hospital']}-{placement['account_id']}-{region}-{role}"
    if len(name) > 63:
        raise ValueError(f"the name {name!r} has {len(name)} characters; AWS allows 63: shorten {role!r}")
    return name


def role_name(placement: Placement, role: str) -> str:
    """The name of an IAM role: roles are global in an account, so no region is in it. At most 64 characters."""
    name = f"{placement['hospital']}-{role}"
    if len(name) > 64:
        raise ValueError(f"the role name {name!r} has {len(name)} characters; IAM allows 64")
    return name


def role_arn(placement: Placement, role: str) -> str:
    """The ARN of the role that `role_name` names."""
    name = role_name(placement, role)
    return partition_of(placement).arn("iam", "", placement["account_id"], f"role/{name}")


def offers(placement: Placement, region: str, capability: str) -> bool:
    """Whether a component may rely on a capability: the region offers it, or the hospital has verified it there."""
    row = jurisdiction_of(placement).region(region)
    if row.offers(capability):
        return True
    verified = placement.get("verified", {}).get(region, [])
    return row.capability(capability).availability is jurisdictions.Availability.UNVERIFIED and capability in verified


def boundary_of(placement: Placement) -> Optional[str]:
    """The permission boundary of every role, None where the account has none."""
    return placement.get("boundary_arn")


def account_root_arn(placement: Placement) -> str:
    """The principal that stands for the account: access is then given by the account's own IAM policies."""
    return partition_of(placement).arn("iam", "", placement["account_id"], "root")


def alarm_topic_name(placement: Placement, region: str) -> str:
    """The name of the region's alarm topic (component `AlarmTopic`)."""
    return physical_name(placement, region, "alarms")


def alarm_topic_arn(placement: Placement, region: str) -> str:
    """The ARN of the region's alarm topic, known before the topic is made."""
    return partition_of(placement).arn("sns", region, placement["account_id"], alarm_topic_name(placement, region))


def access_log_bucket_name(placement: Placement, region: str) -> str:
    """The name of the region's bucket for access logs (component `LogArchive`)."""
    return physical_name(placement, region, "access-logs")


def is_protected(placement: Placement, data_class: int) -> bool:
    """Whether deletion and replacement must be refused: class 3 and up while live."""
    return data_class >= 3 and lifecycle_of(placement) is Lifecycle.LIVE


def store_tags(
    data_class: int, record_kind: RecordKind, backup: BackupMode, extra: Optional[dict[str, str]] = None
) -> dict[str, str]:
    """The tags every store carries: how sensitive, what record, whether the daily plan takes it."""
    return {
        DATA_CLASS_TAG: str(data_class),
        RECORD_KIND_TAG: RecordKind(record_kind).value,
        BACKUP_TAG: BackupMode(backup).value,
        **(extra or {}),
    }


def owner_tags(placement: Placement) -> dict[str, str]:
    """The tag of what is made before the stack: for whom."""
    return {OWNER_TAG: placement["hospital"]}


_LOG_RETENTION_DAYS = (180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""The terms CloudWatch Logs knows from 180 days up (PutRetentionPolicy, retentionInDays)."""


def log_retention_days(placement: Placement) -> int:
    """How long a log group keeps its entries: what the jurisdiction asks for audit logs, never under 180 days, rounded
    up to a term CloudWatch Logs knows; its longest term (ten years) where the law asks for more."""
    asked = jurisdiction_of(placement).retention[RecordKind.AUDIT_LOG].minimum_days
    return next((days for days in _LOG_RETENTION_DAYS if days >= asked), _LOG_RETENTION_DAYS[-1])

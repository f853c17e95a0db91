"""EncryptedStorage: where documents or images of patients lie.

Promises: encrypted with the hospital's own key; every version kept; what is uploaded cannot be deleted or overwritten
for as long as the jurisdiction asks for that kind of record; no public access; TLS only; each access logged; replicated to the partner
region within 15 minutes (S3 replication time control), with an alarm when it lags; a daily recovery point (by tag).

The lock counts from upload: it is the floor. The law counts from the last visit or discharge (mainland China:
implementing rules of the regulation on medical institutions, art. 53), so extending the lock when a patient returns is
the hospital's process, not this component's.

Makes: a customer key with its replica, a bucket in each region with lock, lifecycle, access log and inventory, the
replication with its role, and an alarm on its delay.
"""

import json
from enum import Enum
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.customer_key import CustomerKey
from components.placement import (
    Lifecycle,
    Placement,
    access_log_bucket_name,
    alarm_topic_arn,
    boundary_of,
    is_protected,
    jurisdiction_of,
    lifecycle_of,
    partition_of,
    physical_name,
    role_name,
    store_tags,
)
from components.private_bucket import PrivateBucket
from jurisdictions import BackupMode, RecordKind


class AccessPattern(str, Enum):
    """How objects are read, which decides the storage classes they move through."""

    DOCUMENTS = "documents"
    """Read at any age: S3 finds the class by use (Intelligent-Tiering)."""
    IMAGES = "images"
    """Read for some months, then rarely, but then at once: infrequent access, then instant-retrieval archive."""


_TRANSITIONS = {
    AccessPattern.DOCUMENTS: [{"days": 30, "storage_class": "INTELLIGENT_TIERING"}],
    AccessPattern.IMAGES: [
        {"days": 90, "storage_class": "STANDARD_IA"},
        {"days": 365, "storage_class": "GLACIER_IR"},
    ],
}
"""Hot for 90 days, then infrequent access, then archive (planning values, docs/reference/sizing.md)."""

_REPLICATION_MINUTES = 15
"""The bound of S3 replication time control (S3 user guide)."""


class EncryptedStorageArgs(TypedDict):
    """Arguments of EncryptedStorage."""

    placement: Placement
    region: str
    """Region of the bucket that is written to."""
    replica_region: NotRequired[str]
    """Partner region; left out, nothing is replicated, and the rules say what that means for the data's class."""
    role: str
    """What it holds, in its name: `documents`, `images`. At most 16 characters."""
    data_class: int
    """1 to 5, GB/T 39725-2020."""
    record_kind: RecordKind
    access_pattern: AccessPattern


class EncryptedStorage(pulumi.ComponentResource):
    """See the module."""

    bucket: pulumi.Output[str]
    """Name of the bucket, handed out when it is closed, encrypted, versioned and locked."""
    arn: pulumi.Output[str]
    key_arn: pulumi.Output[str]
    replica_bucket: pulumi.Output[Optional[str]]
    """Name of the replica, None without replica region."""
    retention_days: pulumi.Output[int]
    """How long the lock keeps each version, in days from upload."""

    def __init__(self, name: str, args: EncryptedStorageArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:EncryptedStorage", name, dict(args), opts)
        self._name, self._args = name, args
        placement, region, replica_region = args["placement"], args["region"], args.get("replica_region")
        days = lock_days(placement, args["record_kind"])

        key = CustomerKey(
            f"{name}-key",
            {
                "placement": placement,
                "region": region,
                "role": args["role"],
                "data_class": args["data_class"],
                "via_services": ["backup", "s3"],
                "service_principals": ["s3"],
                **({"replica_region": replica_region} if replica_region else {}),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        bucket, locked = self._side(f"{name}", region, args["role"], key.arn, days)
        self.replica_bucket = pulumi.Output.from_input(None)
        if replica_region:
            replica, _ = self._side(f"{name}-replica", replica_region, f"{args['role']}-replica", key.replica_arn, days)
            self._replicate(bucket, replica, key)
            self.replica_bucket = replica.bucket

        self.bucket = pulumi.Output.all(bucket.bucket, locked.id).apply(lambda ready: str(ready[0]))
        self.arn = bucket.arn
        self.key_arn = key.arn
        self.retention_days = pulumi.Output.from_input(days)
        self.register_outputs(
            {
                "bucket": self.bucket,
                "arn": self.arn,
                "keyArn": self.key_arn,
                "replicaBucket": self.replica_bucket,
                "retentionDays": self.retention_days,
            }
        )

    def _side(
        self, name: str, region: str, role: str, key_arn: pulumi.Input[str], days: int
    ) -> "tuple[PrivateBucket, aws.s3.BucketObjectLockConfiguration]":
        """One region's bucket with lock, tiers, access log and inventory."""
        args, child = self._args, pulumi.ResourceOptions(parent=self)
        placement = args["placement"]
        bucket = PrivateBucket(
            f"{name}-bucket",
            {
                "region": region,
                "bucket": physical_name(placement, region, role),
                "partition": partition_of(placement).id,
                "tags": store_tags(args["data_class"], args["record_kind"], BackupMode.DAILY),
                "key_arn": key_arn,
                "object_lock": True,
                "force_destroy": lifecycle_of(placement) is Lifecycle.TRIAL,
                "protect": is_protected(placement, args["data_class"]),
            },
            opts=child,
        )
        locked = aws.s3.BucketObjectLockConfiguration(
            f"{name}-lock",
            region=region,
            bucket=bucket.bucket,
            object_lock_enabled="Enabled",
            rule={"default_retention": {"mode": lock_mode(placement), "days": days}},
            opts=child,
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-tiers",
            region=region,
            bucket=bucket.bucket,
            rules=[
                {
                    "id": "tiers",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "transitions": _TRANSITIONS[AccessPattern(args["access_pattern"])],
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                }
            ],
            opts=child,
        )
        aws.s3.BucketLogging(
            f"{name}-access-log",
            region=region,
            bucket=bucket.bucket,
            target_bucket=access_log_bucket_name(placement, region),
            target_prefix=f"s3/{role}/",
            opts=child,
        )
        aws.s3.Inventory(
            f"{name}-inventory",
            region=region,
            bucket=bucket.bucket,
            name="weekly",
            included_object_versions="All",
            optional_fields=[
                "EncryptionStatus",
                "ObjectLockRetainUntilDate",
                "ReplicationStatus",
                "Size",
                "StorageClass",
            ],
            schedule={"frequency": "Weekly"},
            destination={
                "bucket": {
                    "bucket_arn": partition_of(placement).arn("s3", "", "", access_log_bucket_name(placement, region)),
                    "account_id": placement["account_id"],
                    "format": "CSV",
                    "prefix": f"inventory/{role}",
                    "encryption": {"sse_kms": {"key_id": key_arn}},
                }
            },
            opts=child,
        )
        return bucket, locked

    def _replicate(self, bucket: PrivateBucket, replica: PrivateBucket, key: CustomerKey) -> None:
        """Every new version to the partner region, encrypted there with the same multi-region key. Deletions are not
        replicated: a mistake here must not travel there."""
        name, args, child = self._name, self._args, pulumi.ResourceOptions(parent=self)
        placement, region = args["placement"], args["region"]
        role = aws.iam.Role(
            f"{name}-replication",
            name=role_name(placement, f"{args['role']}-replication"),
            description=f"S3 replicates {args['role']} to {args['replica_region']}",
            assume_role_policy=_trust(placement),
            permissions_boundary=boundary_of(placement),
            opts=child,
        )
        allowed = aws.iam.RolePolicy(
            f"{name}-replication-policy",
            role=role.id,
            policy=pulumi.Output.json_dumps(_replication_policy(args, key)),
            opts=child,
        )
        rule = {
            "id": "everything",
            "status": "Enabled",
            "priority": 0,
            "filter": {"prefix": ""},
            "delete_marker_replication": {"status": "Disabled"},
            "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
            "destination": {
                "bucket": replica.arn,
                "storage_class": "STANDARD",
                "encryption_configuration": {"replica_kms_key_id": key.replica_arn},
                "replication_time": {"status": "Enabled", "time": {"minutes": _REPLICATION_MINUTES}},
                "metrics": {"status": "Enabled", "event_threshold": {"minutes": _REPLICATION_MINUTES}},
            },
        }
        aws.s3.BucketReplicationConfig(
            f"{name}-replicate",
            region=region,
            bucket=bucket.bucket,
            role=role.arn,
            rules=[rule],
            # Versioning of both sides must exist first: `bucket` is handed out when it does; the replica is waited for.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[allowed, replica]),
        )
        aws.cloudwatch.MetricAlarm(
            f"{name}-replication-lag",
            region=args["replica_region"],
            alarm_description=f"Replication of {args['role']} is more than {_REPLICATION_MINUTES} minutes behind",
            namespace="AWS/S3",
            metric_name="ReplicationLatency",
            dimensions={
                "SourceBucket": physical_name(placement, region, args["role"]),
                "DestinationBucket": physical_name(placement, args["replica_region"], f"{args['role']}-replica"),
                "RuleId": "everything",
            },
            statistic="Maximum",
            period=300,
            evaluation_periods=3,
            threshold=_REPLICATION_MINUTES * 60,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[alarm_topic_arn(placement, args["replica_region"])],
            ok_actions=[alarm_topic_arn(placement, args["replica_region"])],
            opts=child,
        )


def lock_days(placement: Placement, record_kind: RecordKind) -> int:
    """How long the lock keeps a version: what the jurisdiction asks for the kind of record; a day in trial stacks, which
    hold synthetic data and must be torn down."""
    if lifecycle_of(placement) is Lifecycle.TRIAL:
        return 1
    return jurisdiction_of(placement).retention[RecordKind(record_kind)].minimum_days


def lock_mode(placement: Placement) -> str:
    """COMPLIANCE while live: not even the account's administrator shortens it. It cannot be undone for what was
    uploaded meanwhile."""
    return "COMPLIANCE" if lifecycle_of(placement) is Lifecycle.LIVE else "GOVERNANCE"


def _trust(placement: Placement) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": partition_of(placement).principal("s3")},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": placement["account_id"]}},
                }
            ],
        }
    )


def _replication_policy(args: EncryptedStorageArgs, key: CustomerKey) -> "dict[str, object]":
    """Read here, write there, open and close with the two keys; nothing else."""
    placement, region, replica_region = args["placement"], args["region"], args["replica_region"]
    partition = partition_of(placement)
    source = partition.arn("s3", "", "", physical_name(placement, region, args["role"]))
    target = partition.arn("s3", "", "", physical_name(placement, replica_region, f"{args['role']}-replica"))

    def via(where: str) -> "dict[str, object]":
        return {"StringEquals": {"kms:ViaService": f"s3.{where}.{partition.dns_suffix}"}}

    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
                "Resource": source,
            },
            {
                "Effect": "Allow",
                "Action": [
                    "s3:GetObjectLegalHold",
                    "s3:GetObjectRetention",
                    "s3:GetObjectVersionAcl",
                    "s3:GetObjectVersionForReplication",
                    "s3:GetObjectVersionTagging",
                ],
                "Resource": f"{source}/*",
            },
            {
                "Effect": "Allow",
                "Action": ["s3:ReplicateObject", "s3:ReplicateTags"],
                "Resource": f"{target}/*",
            },
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key.arn, "Condition": via(region)},
            {
                "Effect": "Allow",
                "Action": "kms:Encrypt",
                "Resource": key.replica_arn,
                "Condition": via(replica_region),
            },
        ],
    }

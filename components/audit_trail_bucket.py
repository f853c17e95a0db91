"""AuditTrailBucket: where the audit trails of all accounts lie, out of reach of those whose actions they record.

Promises: nobody writes but CloudTrail, from the trails named, and AWS Config, from the accounts named; what CloudTrail
wrote cannot be deleted or overwritten before the jurisdiction's retention for audit logs is over (Object Lock,
COMPLIANCE while live; mainland China 180 days, Cybersecurity Law art. 23); nothing is public; TLS only; encrypted with
the hospital's key.

Configuration history lies in a bucket of its own, versioned but without default lock: AWS Config cannot deliver to a
bucket that has one (AWS Config developer guide, "Managing the delivery channel"). CloudTrail writes the digests by
which logs are validated with S3's own key, whatever the trail says (CloudTrail user guide, "Encrypting CloudTrail log
files"): so neither bucket refuses other encryption, and the trail names the key.

Makes: the key, the two buckets with their settings.
"""

import json
from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.customer_key import CustomerKey
from components.encrypted_storage import lock_days, lock_mode
from components.placement import Lifecycle, Placement, lifecycle_of, partition_of, physical_name, store_tags
from components.private_bucket import PrivateBucket
from jurisdictions import BackupMode, RecordKind

_MARGIN_DAYS = 30
"""What is kept beyond the lock, so that nothing expires on the day somebody asks for it."""


class AuditTrailBucketArgs(TypedDict):
    """Arguments of AuditTrailBucket."""

    placement: Placement
    """The log account, where the hospital has one."""
    region: str
    """Home region of the trails: the region of the buckets and the key."""
    writer_account_ids: list[str]
    """Accounts whose trail and configuration history come here, this one included where it has a trail."""


class AuditTrailBucket(pulumi.ComponentResource):
    """See the module."""

    bucket: pulumi.Output[str]
    """Name of the bucket for trails, handed out when it is closed, encrypted, versioned and locked."""
    config_bucket: pulumi.Output[str]
    """Name of the bucket for configuration history, handed out when it is closed, encrypted and versioned."""
    key_arn: pulumi.Output[str]
    """ARN of the key that encrypts both."""

    def __init__(self, name: str, args: AuditTrailBucketArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:AuditTrailBucket", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        child = pulumi.ResourceOptions(parent=self)

        key = CustomerKey(
            f"{name}-key",
            {
                "placement": placement,
                "region": region,
                "role": "audit-trail",
                # Logs are class 2; without the key they are lost, so it is protected as one of class 3.
                "data_class": 3,
                "via_services": ["s3"],
                "statements": json.dumps(_key_statements(args)),
            },
            opts=child,
        )
        trails = self._bucket(f"{name}-trails", args, audit_trail_bucket_name(placement, region), key.arn, True)
        locked = aws.s3.BucketObjectLockConfiguration(
            f"{name}-lock",
            region=region,
            bucket=trails.bucket,
            object_lock_enabled="Enabled",
            rule={
                "default_retention": {
                    "mode": lock_mode(placement),
                    "days": lock_days(placement, RecordKind.AUDIT_LOG),
                }
            },
            opts=child,
        )
        config = self._bucket(f"{name}-config", args, config_history_bucket_name(placement, region), key.arn, False)

        self.bucket = pulumi.Output.all(trails.bucket, locked.id).apply(lambda ready: str(ready[0]))
        self.config_bucket = config.bucket
        self.key_arn = key.arn
        self.register_outputs({"bucket": self.bucket, "configBucket": self.config_bucket, "keyArn": self.key_arn})

    def _bucket(
        self, name: str, args: AuditTrailBucketArgs, bucket_name: str, key_arn: pulumi.Output[str], trails: bool
    ) -> PrivateBucket:
        """One bucket, and how long it keeps what is no longer locked."""
        placement, region = args["placement"], args["region"]
        days = lock_days(placement, RecordKind.AUDIT_LOG) + _MARGIN_DAYS
        bucket = PrivateBucket(
            f"{name}-bucket",
            {
                "region": region,
                "bucket": bucket_name,
                "partition": partition_of(placement).id,
                "tags": store_tags(2, RecordKind.AUDIT_LOG, BackupMode.NONE),
                "key_arn": key_arn,
                "object_lock": trails,
                "writers_choose_encryption": True,
                "force_destroy": lifecycle_of(placement) is Lifecycle.TRIAL,
                "protect": lifecycle_of(placement) is Lifecycle.LIVE,
                "statements": json.dumps(_trail_statements(args) if trails else _config_statements(args)),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            region=region,
            bucket=bucket.bucket,
            rules=[
                {
                    "id": "keep-as-long-as-the-law-asks",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": days},
                    "noncurrent_version_expiration": {"noncurrent_days": days},
                }
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return bucket


def audit_trail_bucket_name(placement: Placement, region: str) -> str:
    """The name of the bucket for trails, known before it is made."""
    return physical_name(placement, region, "audit-trail")


def config_history_bucket_name(placement: Placement, region: str) -> str:
    """The name of the bucket for configuration history, known before it is made."""
    return physical_name(placement, region, "config-history")


def trail_name(placement: Placement, region: str) -> str:
    """The name of an account's trail (component `AuditTrail`)."""
    return physical_name(placement, region, "audit")


def trail_arn(placement: Placement, region: str) -> str:
    """The ARN of an account's trail, known before the trail is made."""
    name = trail_name(placement, region)
    return partition_of(placement).arn("cloudtrail", region, placement["account_id"], f"trail/{name}")


def _trail_arns(args: AuditTrailBucketArgs) -> list[str]:
    writers: list[Placement] = [{**args["placement"], "account_id": id} for id in sorted(args["writer_account_ids"])]
    return [trail_arn(writer, args["region"]) for writer in writers]


def _key_statements(args: AuditTrailBucketArgs) -> list[dict[str, object]]:
    """Use by the two services for the accounts named. The source ARN decides, not the encryption context: S3 with a
    bucket key puts its own context in place of CloudTrail's."""
    partition = partition_of(args["placement"])
    return [
        {
            "Sid": "TrailsEncrypt",
            "Effect": "Allow",
            "Principal": {"Service": partition.principal("cloudtrail")},
            "Action": ["kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceArn": _trail_arns(args)}},
        },
        {
            "Sid": "ConfigurationHistoryEncrypts",
            "Effect": "Allow",
            "Principal": {"Service": partition.principal("config")},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": sorted(args["writer_account_ids"])}},
        },
    ]


def _trail_statements(args: AuditTrailBucketArgs) -> list[dict[str, object]]:
    """Only the trails named write, each below its own account; nobody else writes, and while live nobody deletes."""
    placement, partition = args["placement"], partition_of(args["placement"])
    arn = partition.arn("s3", "", "", audit_trail_bucket_name(placement, args["region"]))
    cloudtrail = {"Service": partition.principal("cloudtrail")}
    trails = _trail_arns(args)
    refused = ["s3:PutObject"]
    if lifecycle_of(placement) is Lifecycle.LIVE:
        refused += ["s3:DeleteObject", "s3:DeleteObjectVersion"]
    return [
        {
            "Sid": "TrailsCheckTheBucket",
            "Effect": "Allow",
            "Principal": cloudtrail,
            "Action": "s3:GetBucketAcl",
            "Resource": arn,
            "Condition": {"StringEquals": {"aws:SourceArn": trails}},
        },
        {
            "Sid": "TrailsWrite",
            "Effect": "Allow",
            "Principal": cloudtrail,
            "Action": "s3:PutObject",
            "Resource": [f"{arn}/AWSLogs/{account_id}/*" for account_id in sorted(args["writer_account_ids"])],
            "Condition": {
                "StringEquals": {"aws:SourceArn": trails, "s3:x-amz-acl": "bucket-owner-full-control"},
            },
        },
        {
            "Sid": "NobodyElse",
            "Effect": "Deny",
            "Principal": "*",
            "Action": refused,
            "Resource": f"{arn}/*",
            "Condition": {"Bool": {"aws:PrincipalIsAWSService": "false"}},
        },
    ]


def _config_statements(args: AuditTrailBucketArgs) -> list[dict[str, object]]:
    """AWS Config of the accounts named (AWS Config developer guide, "Permissions for the Amazon S3 bucket")."""
    partition = partition_of(args["placement"])
    arn = partition.arn("s3", "", "", config_history_bucket_name(args["placement"], args["region"]))
    config = {"Service": partition.principal("config")}
    accounts = sorted(args["writer_account_ids"])
    return [
        {
            "Sid": "ConfigChecksTheBucket",
            "Effect": "Allow",
            "Principal": config,
            "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
            "Resource": arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": accounts}},
        },
        {
            "Sid": "ConfigWrites",
            "Effect": "Allow",
            "Principal": config,
            "Action": "s3:PutObject",
            "Resource": [f"{arn}/AWSLogs/{account_id}/Config/*" for account_id in accounts],
            "Condition": {
                "StringEquals": {"aws:SourceAccount": accounts, "s3:x-amz-acl": "bucket-owner-full-control"},
            },
        },
    ]

"""LogArchive: a region's bucket for access logs of buckets and load balancers, and bucket inventories.

Promises: nobody writes but the log services of this account; nothing is public; TLS only; versioned; nothing is
deleted before the jurisdiction's retention for audit logs (mainland China: 180 days, Cybersecurity Law art. 23).

Encrypted with the service's own key (SSE-S3), not a customer key: S3 server access logs and load balancer logs cannot
be delivered to a bucket with a customer key (S3 user guide, "Enabling server access logging"; ELB user guide, "Access
logs"). Nor may such a bucket carry a default Object Lock. Makes: the bucket with its settings.
"""

import json
from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import (
    Lifecycle,
    Placement,
    access_log_bucket_name,
    jurisdiction_of,
    lifecycle_of,
    partition_of,
    store_tags,
)
from components.private_bucket import PrivateBucket
from jurisdictions import BackupMode, RecordKind


class LogArchiveArgs(TypedDict):
    """Arguments of LogArchive."""

    placement: Placement
    region: str


class LogArchive(pulumi.ComponentResource):
    """See the module."""

    bucket: pulumi.Output[str]
    """Name of the bucket, ready to receive logs."""

    def __init__(self, name: str, args: LogArchiveArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:LogArchive", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        partition, account_id = partition_of(placement), placement["account_id"]
        bucket_name = access_log_bucket_name(placement, region)
        arn = partition.arn("s3", "", "", bucket_name)
        days = jurisdiction_of(placement).retention[RecordKind.AUDIT_LOG].minimum_days
        deliver = {"StringEquals": {"aws:SourceAccount": account_id}}

        bucket = PrivateBucket(
            f"{name}-bucket",
            {
                "region": region,
                "bucket": bucket_name,
                "partition": partition.id,
                "tags": store_tags(2, RecordKind.AUDIT_LOG, BackupMode.NONE),
                "force_destroy": lifecycle_of(placement) is Lifecycle.TRIAL,
                "protect": lifecycle_of(placement) is Lifecycle.LIVE,
                "statements": json.dumps(
                    [
                        {
                            "Sid": "BucketAccessLogs",
                            "Effect": "Allow",
                            "Principal": {"Service": partition.principal("logging.s3")},
                            "Action": "s3:PutObject",
                            "Resource": f"{arn}/s3/*",
                            "Condition": deliver,
                        },
                        {
                            "Sid": "LoadBalancerLogs",
                            "Effect": "Allow",
                            "Principal": {"Service": partition.principal("logdelivery.elasticloadbalancing")},
                            "Action": "s3:PutObject",
                            "Resource": f"{arn}/elb/*",
                            "Condition": deliver,
                        },
                        *_balancer_account_statements(placement, region, arn),
                        {
                            "Sid": "InventoriesOfThisAccount",
                            "Effect": "Allow",
                            "Principal": {"Service": partition.principal("s3")},
                            "Action": "s3:PutObject",
                            "Resource": f"{arn}/inventory/*",
                            "Condition": deliver,
                        },
                    ]
                ),
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
                    "expiration": {"days": max(days, 180) + 185},
                    "noncurrent_version_expiration": {"noncurrent_days": max(days, 180)},
                }
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.bucket = bucket.bucket
        self.register_outputs({"bucket": self.bucket})


_BALANCER_ACCOUNTS = {"cn-north-1": "638102146993", "cn-northwest-1": "037604701340"}
"""Accounts by which Elastic Load Balancing writes logs under the policy of before 2022, where the AWS China guide, page
Elastic Load Balancing, still names them. That the service principal works there too is not proven."""


def _balancer_account_statements(placement: Placement, region: str, arn: str) -> list[dict[str, object]]:
    """Only below the path of this account: any account's load balancer writes through that principal."""
    writer = _BALANCER_ACCOUNTS.get(region)
    if writer is None:
        return []
    return [
        {
            "Sid": "LoadBalancerLogsByAccount",
            "Effect": "Allow",
            "Principal": {"AWS": partition_of(placement).arn("iam", "", writer, "root")},
            "Action": "s3:PutObject",
            "Resource": f"{arn}/elb/*/AWSLogs/{placement['account_id']}/*",
        }
    ]

"""What a campus or clinic may do in the cloud: names and policy documents, all but one known at preview. No resources.

The one is the role's trust: it names the trust anchor by its ARN, which AWS makes up. A site's authority can write any
subject and any intermediate issuer into a certificate, so nothing else keeps one site from taking another's role.
"""

import json
from typing import Any

import pulumi

from components.placement import Placement, partition_of

SITE_KEY_ROLE = "sites"
"""Role of the queues' key, in its alias."""

_OBJECT_ACTIONS = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
_QUEUE_ACTIONS = [
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
]


def prefix_of(site: str) -> str:
    """The site's part of each bucket."""
    return f"sites/{site}/"


def metrics_of(site: str) -> str:
    """The namespace of what the site measures, one a site: nothing smaller can be named in a permission."""
    return f"hospital-cloud/sites/{site}"


def queue_name(placement: Placement, site: str, suffix: str = "") -> str:
    """The name of a site's queue; unique in an account and region, at most 80 characters."""
    return f"{placement['hospital']}-site-{site}{suffix}"


def queue_arn(placement: Placement, region: str, site: str, suffix: str = "") -> str:
    """Its ARN."""
    return partition_of(placement).arn("sqs", region, placement["account_id"], queue_name(placement, site, suffix))


def queue_policy(arn: str) -> str:
    """Nobody without TLS; who may is for the account's own policies."""
    return _document(
        [
            {
                "Sid": "OnlyOverTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ]
    )


def site_trust(placement: Placement, site: str, anchor_arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """Who may become the site: machines with a certificate of its own authority, for a name that ends in the site's.
    The name is the session's source identity, so that the trail tells one machine from another."""
    return pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": partition_of(placement).principal("rolesanywhere")},
                    "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
                    "Condition": {
                        "ArnEquals": {"aws:SourceArn": anchor_arn},
                        "StringLike": {"aws:PrincipalTag/x509Subject/CN": f"*.{site}"},
                    },
                }
            ],
        }
    )


def site_policy(placement: Placement, region: str, site: str, buckets: dict[str, str], key_roles: list[str]) -> str:
    """What the site's role may do. `buckets`: name -> region; `key_roles`: roles of their keys."""
    partition, account_id = partition_of(placement), placement["account_id"]
    arns = {bucket: partition.arn("s3", "", "", bucket) for bucket in sorted(buckets)}
    regions = sorted({region, *buckets.values()})
    via = [f"s3.{place}.{partition.dns_suffix}" for place in sorted(set(buckets.values()))]
    return _document(
        [
            {
                "Sid": "OwnObjects",
                "Effect": "Allow",
                "Action": _OBJECT_ACTIONS,
                "Resource": [f"{arn}/{prefix_of(site)}*" for arn in arns.values()],
            },
            {
                "Sid": "OwnPrefix",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": list(arns.values()),
                "Condition": {"StringLike": {"s3:prefix": f"{prefix_of(site)}*"}},
            },
            {
                "Sid": "OwnQueue",
                "Effect": "Allow",
                "Action": _QUEUE_ACTIONS,
                "Resource": queue_arn(placement, region, site),
            },
            # By alias: a key's ARN is not known before it is made.
            {
                "Sid": "KeysThroughStores",
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": [partition.arn("kms", place, account_id, "key/*") for place in regions],
                "Condition": {
                    "ForAnyValue:StringEquals": {
                        "kms:ResourceAliases": [
                            f"alias/{placement['hospital']}/{role}" for role in sorted({*key_roles, SITE_KEY_ROLE})
                        ]
                    },
                    "StringEquals": {"kms:ViaService": [*via, f"sqs.{region}.{partition.dns_suffix}"]},
                },
            },
            # CloudWatch knows no resources for metrics.
            {
                "Sid": "OwnMetrics",
                "Effect": "Allow",
                "Action": "cloudwatch:PutMetricData",
                "Resource": "*",
                "Condition": {"StringEquals": {"cloudwatch:namespace": metrics_of(site)}},
            },
        ]
    )


def session_policy(placement: Placement, region: str, site: str) -> str:
    """The bounds of each session, whatever the role is given later. Short: STS packs it into 2,048 characters."""
    partition, account_id = partition_of(placement), placement["account_id"]
    return _document(
        [
            {
                "Effect": "Allow",
                "Action": _OBJECT_ACTIONS,
                "Resource": partition.arn("s3", "", "", f"{placement['hospital']}-{account_id}-*/{prefix_of(site)}*"),
            },
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": partition.arn("s3", "", "", f"{placement['hospital']}-{account_id}-*"),
            },
            {"Effect": "Allow", "Action": _QUEUE_ACTIONS, "Resource": queue_arn(placement, region, site)},
            {
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": partition.arn("kms", "*", account_id, "key/*"),
            },
            {
                "Effect": "Allow",
                "Action": "cloudwatch:PutMetricData",
                "Resource": "*",
                "Condition": {"StringEquals": {"cloudwatch:namespace": metrics_of(site)}},
            },
        ]
    )


def _document(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})

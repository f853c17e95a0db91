"""Buckets under their older type, with everything inside them. The copy is under a key of another region, and its policy denies
only what has both an old TLS and none."""

# jurisdiction: eu
# silent: bucket-versioned
# silent: bucket-public-access-blocked
# silent: store-customer-key @ b
# says: store-customer-key @ copy
# silent: bucket-access-logged
# silent: bucket-refuses-plain-http @ b
# says: bucket-refuses-plain-http @ copy
# silent: bucket-locked
# silent: real-time-off-site-copy

import json

import pulumi
import pulumi_aws as aws

p = aws.Provider("p", region="eu-central-1", allowed_account_ids=["111122223333"])
o = pulumi.ResourceOptions(provider=p, protect=True)
k = aws.kms.Key("k", enable_key_rotation=True, opts=o)
logs = aws.s3.BucketV2("logs", bucket="x-logs", tags={"hospital-cloud:data-class": "2"}, opts=o)
copy = aws.s3.BucketV2(
    "copy",
    region="eu-west-1",
    bucket="x-copy",
    object_lock_enabled=True,
    tags={"hospital-cloud:data-class": "2"},
    opts=o,
)
b = aws.s3.BucketV2(
    "b",
    bucket="x-b",
    object_lock_enabled=True,
    versionings=[{"enabled": True}],
    server_side_encryption_configurations=[
        {
            "rules": [
                {"apply_server_side_encryption_by_defaults": [{"sse_algorithm": "aws:kms", "kms_master_key_id": k.arn}]}
            ]
        }
    ],
    loggings=[{"target_bucket": logs.id, "target_prefix": "b/"}],
    object_lock_configuration={"rules": [{"default_retentions": [{"mode": "COMPLIANCE", "days": 8000}]}]},
    replication_configurations=[
        {
            "role": "arn:aws:iam::111122223333:role/r",
            "rules": [
                {"id": "a", "status": "Enabled", "destinations": [{"bucket": copy.arn, "storage_class": "STANDARD"}]}
            ],
        }
    ],
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": ["arn:aws:s3:::x-b", "arn:aws:s3:::x-b/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }
    ),
    tags={"hospital-cloud:data-class": "4", "hospital-cloud:record-kind": "imaging"},
    opts=o,
)


# the block helper of V1/V2 times
def block(name, bucket):
    aws.s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.id,
        **dict.fromkeys(
            ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
        ),
        opts=o,
    )


for n, x in {"b": b, "logs": logs}.items():
    block(n, x)
aws.s3.BucketPublicAccessBlock(
    "copy",
    region="eu-west-1",
    bucket=copy.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
    opts=o,
)
for n, x, r in (("logs", logs, None), ("copy", copy, "eu-west-1")):
    aws.s3.BucketVersioningV2(n, region=r, bucket=x.id, versioning_configuration={"status": "Enabled"}, opts=o)
    aws.s3.BucketServerSideEncryptionConfigurationV2(
        n,
        region=r,
        bucket=x.id,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": k.arn}}],
        opts=o,
    )
    aws.s3.BucketPolicy(
        n,
        region=r,
        bucket=x.id,
        policy=x.arn.apply(
            lambda arn: json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "*",
                        "Resource": [arn, arn + "/*"],
                        "Condition": {
                            "NumericLessThan": {"s3:TlsVersion": "1.2"},
                            "Bool": {"aws:SecureTransport": "false"},
                        },
                    },
                }
            )
        ),
        opts=o,
    )

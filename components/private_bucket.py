"""PrivateBucket: a bucket as every bucket of the blueprint is.

Promises: versioned; no public access by policy or list; objects belong to the bucket's owner; TLS only; encrypted with
the given key, or with S3's own key where a log service cannot use a customer key. The bucket's name is handed out after
all this exists. Makes: the bucket, versioning, encryption, public-access block, ownership controls, policy.
"""

import json
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws


class PrivateBucketArgs(TypedDict):
    """Arguments of PrivateBucket."""

    region: str
    bucket: str
    """Physical name."""
    partition: str
    """Partition id, for the ARN in the policy."""
    tags: dict[str, str]
    key_arn: NotRequired[pulumi.Input[str]]
    """Customer key; left out, S3's own key encrypts (log delivery only)."""
    object_lock: NotRequired[bool]
    """Whether the bucket can hold locked objects; can only be chosen when it is made."""
    writers_choose_encryption: NotRequired[bool]
    """Whether the only writers are log services that name the key themselves, and write their digests without it
    (CloudTrail): then other encryption is not refused, and `statements` must refuse other writers."""
    statements: NotRequired[str]
    """More policy statements, as a JSON list, known at preview."""
    force_destroy: NotRequired[bool]
    """Whether a bucket with objects may be deleted: trial stacks only."""
    protect: NotRequired[bool]
    """Whether the engine refuses to delete or replace the bucket."""


class PrivateBucket(pulumi.ComponentResource):
    """See the module."""

    bucket: pulumi.Output[str]
    """Name, handed out when the bucket is closed, encrypted and versioned."""
    arn: pulumi.Output[str]
    """ARN."""

    def __init__(self, name: str, args: PrivateBucketArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:PrivateBucket", name, dict(args), opts)
        region, key_arn = args["region"], args.get("key_arn")
        child = pulumi.ResourceOptions(parent=self)

        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            region=region,
            bucket=args["bucket"],
            object_lock_enabled=args.get("object_lock", False),
            force_destroy=args.get("force_destroy", False),
            tags=args["tags"],
            opts=pulumi.ResourceOptions(parent=self, protect=args.get("protect", False)),
        )
        closed = aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            region=region,
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        default = (
            {"sse_algorithm": "aws:kms", "kms_master_key_id": key_arn}
            if key_arn is not None
            else {"sse_algorithm": "AES256"}
        )
        encrypted = aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            region=region,
            bucket=bucket.id,
            rules=[{"apply_server_side_encryption_by_default": default, "bucket_key_enabled": key_arn is not None}],
            opts=child,
        )
        versioned = aws.s3.BucketVersioning(
            f"{name}-versioning",
            region=region,
            bucket=bucket.id,
            versioning_configuration={"status": "Enabled"},
            opts=child,
        )
        owned = aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            region=region,
            bucket=bucket.id,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=child,
        )
        # After the public-access block: S3 refuses concurrent changes of the two (OperationAborted).
        policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            region=region,
            bucket=bucket.id,
            policy=bucket_policy(args),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[closed]),
        )
        ready = pulumi.Output.all(bucket.id, closed.id, encrypted.id, versioned.id, owned.id, policy.id)
        self.bucket = ready.apply(lambda ids: str(ids[0]))
        self.arn = bucket.arn
        self.register_outputs({"bucket": self.bucket, "arn": self.arn})


def bucket_policy(args: PrivateBucketArgs) -> str:
    """The bucket policy: the caller's statements, then what no caller can open."""
    arn = f"arn:{args['partition']}:s3:::{args['bucket']}"
    statements = json.loads(args.get("statements", "[]"))
    statements.append(
        {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )
    if args.get("key_arn") is not None and not args.get("writers_choose_encryption", False):
        statements += [
            # Only where a writer asks for one: a negated test, with or without IfExists, also holds where the header is
            # absent, and would refuse everyone who leaves the encryption to the bucket (IAM user guide, "IfExists").
            {
                "Sid": "NoOtherEncryption",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": f"{arn}/*",
                "Condition": {
                    "Null": {"s3:x-amz-server-side-encryption": "false"},
                    "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
                },
            },
            # A writer names no key, so the bucket's own key is used: the same promise as naming its ARN, which is not
            # known before deploy.
            {
                "Sid": "NoOtherKey",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": f"{arn}/*",
                "Condition": {"Null": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "false"}},
            },
        ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})

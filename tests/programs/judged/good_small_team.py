"""One bucket for discharge letters, its copy in Ireland and a daily backup, in one file, as a small team writes it: no helpers of
a landing zone, KMS's own default policy, the plan at home only, no drill, no notices. Advice may be said, nothing stops it."""

# jurisdiction: eu
# exit: 0
# says: copies-backed-up @ letters-dub
# says: restore-tested @ daily
# says: key-policy-decides-use @ letters
# silent: everything else
import json

import pulumi
import pulumi_aws as aws

fra = aws.Provider("fra", region="eu-central-1", allowed_account_ids=["210987654321"])
dub = aws.Provider("dub", region="eu-west-1", allowed_account_ids=["210987654321"])
TAGS = {"hospital-cloud:data-class": "4", "hospital-cloud:record-kind": "inpatient", "hospital-cloud:backup": "daily"}

key_policy = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Enable IAM policies",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
    ],
}
# a multi-region key: the copy is under its replica
key = aws.kms.Key(
    "letters",
    enable_key_rotation=True,
    multi_region=True,
    deletion_window_in_days=30,
    policy=json.dumps(key_policy),
    opts=pulumi.ResourceOptions(provider=fra, protect=True),
)
key_dub = aws.kms.ReplicaKey(
    "letters-dub",
    primary_key_arn=key.arn,
    deletion_window_in_days=30,
    policy=json.dumps(key_policy),
    opts=pulumi.ResourceOptions(provider=dub, protect=True),
)


def guard(name, bucket, provider, key=None, extra=()):
    o = pulumi.ResourceOptions(provider=provider, parent=bucket)
    aws.s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=o,
    )
    versioning = aws.s3.BucketVersioning(name, bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=o)
    aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        bucket=bucket.id,
        rules=[
            {
                "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}
                if key
                else {"sse_algorithm": "AES256"},
                "bucket_key_enabled": True,
            }
        ],
        opts=o,
    )
    aws.s3.BucketPolicy(
        name,
        bucket=bucket.id,
        opts=o,
        policy=bucket.arn.apply(
            lambda arn: json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "TlsOnly",
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "s3:*",
                            "Resource": [arn, arn + "/*"],
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        },
                        *[{**s, "Resource": arn + "/*"} for s in extra],
                    ],
                }
            )
        ),
    )
    return versioning


def lock(name, bucket, provider, days):
    aws.s3.BucketObjectLockConfiguration(
        name,
        bucket=bucket.id,
        rule={"default_retention": {"mode": "COMPLIANCE", "days": days}},
        opts=pulumi.ResourceOptions(provider=provider, parent=bucket),
    )


DELIVERY = {
    "Effect": "Allow",
    "Principal": {"Service": "logging.s3.amazonaws.com"},
    "Action": "s3:PutObject",
    "Condition": {"StringEquals": {"aws:SourceAccount": "210987654321"}},
}
buckets, versions = {}, {}
for place, provider, k in (("fra", fra, key), ("dub", dub, key_dub)):
    logs = aws.s3.Bucket(
        f"logs-{place}",
        object_lock_enabled=True,
        tags={
            **TAGS,
            "hospital-cloud:data-class": "2",
            "hospital-cloud:record-kind": "audit-log",
            "hospital-cloud:backup": "none",
        },
        opts=pulumi.ResourceOptions(provider=provider, protect=True),
    )
    guard(f"logs-{place}", logs, provider, extra=[DELIVERY])
    lock(f"logs-{place}", logs, provider, 400)
    b = buckets[place] = aws.s3.Bucket(
        f"letters-{place}",
        object_lock_enabled=True,
        tags=TAGS,
        opts=pulumi.ResourceOptions(provider=provider, protect=True),
    )
    versions[place] = guard(f"letters-{place}", b, provider, k)
    lock(f"letters-{place}", b, provider, 30 * 366)
    aws.s3.BucketLogging(
        f"letters-{place}",
        bucket=b.id,
        target_bucket=logs.id,
        target_prefix="letters/",
        opts=pulumi.ResourceOptions(provider=provider),
    )

role = aws.iam.Role(
    "replication",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
    opts=pulumi.ResourceOptions(provider=fra),
)
aws.iam.RolePolicy(
    "replication",
    role=role.id,
    opts=pulumi.ResourceOptions(provider=fra),
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
                    "Resource": buckets["fra"].arn,
                },
                {
                    "Effect": "Allow",
                    "Action": [
                        "s3:GetObjectVersionForReplication",
                        "s3:GetObjectVersionAcl",
                        "s3:GetObjectVersionTagging",
                    ],
                    "Resource": pulumi.Output.format("{0}/*", buckets["fra"].arn),
                },
                {
                    "Effect": "Allow",
                    "Action": ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
                    "Resource": pulumi.Output.format("{0}/*", buckets["dub"].arn),
                },
                {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key.arn},
                {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": key_dub.arn},
            ],
        }
    ),
)
aws.s3.BucketReplicationConfig(
    "letters",
    bucket=buckets["fra"].id,
    role=role.arn,
    rules=[
        {
            "id": "all",
            "status": "Enabled",
            "priority": 1,
            "filter": {},
            "delete_marker_replication": {"status": "Disabled"},
            "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
            "destination": {
                "bucket": buckets["dub"].arn,
                "encryption_configuration": {"replica_kms_key_id": key_dub.arn},
                "storage_class": "STANDARD_IA",
            },
        }
    ],
    opts=pulumi.ResourceOptions(provider=fra, depends_on=list(versions.values())),
)

backup_role = aws.iam.Role(
    "backup",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
    managed_policy_arns=[
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    ],
    opts=pulumi.ResourceOptions(provider=fra),
)
vaults = {}
for place, provider, k in (("fra", fra, key), ("dub", dub, key_dub)):
    vaults[place] = aws.backup.Vault(
        f"daily-{place}", kms_key_arn=k.arn, opts=pulumi.ResourceOptions(provider=provider, protect=True)
    )
    aws.backup.VaultLockConfiguration(
        f"daily-{place}",
        backup_vault_name=vaults[place].name,
        min_retention_days=30,
        max_retention_days=365,
        changeable_for_days=3,
        opts=pulumi.ResourceOptions(provider=provider),
    )
plan = aws.backup.Plan(
    "daily",
    rules=[
        {
            "rule_name": "daily",
            "target_vault_name": vaults["fra"].name,
            "schedule": "cron(0 3 * * ? *)",
            "lifecycle": {"delete_after": 35},
            "copy_actions": [{"destination_vault_arn": vaults["dub"].arn, "lifecycle": {"delete_after": 35}}],
        }
    ],
    opts=pulumi.ResourceOptions(provider=fra),
)
aws.backup.Selection(
    "daily",
    plan_id=plan.id,
    iam_role_arn=backup_role.arn,
    resources=[buckets["fra"].arn],
    opts=pulumi.ResourceOptions(provider=fra),
)
pulumi.export("bucket", buckets["fra"].bucket)

"""A hospital's account in mainland China with one store of records, built with care. Programs beside it add to it."""

import json

import pulumi
import pulumi_aws as aws

ACCOUNT = "111122223333"
HOME, PARTNER = "cn-north-1", "cn-northwest-1"
hospital = aws.Provider("hospital", region=HOME, allowed_account_ids=[ACCOUNT])
opts = pulumi.ResourceOptions(provider=hospital)
guarded = pulumi.ResourceOptions(provider=hospital, protect=True)
TAGS = {
    "hospital-cloud:data-class": "4",
    "hospital-cloud:record-kind": "inpatient",
    "hospital-cloud:backup": "daily",
}
LOG_TAGS = {
    "hospital-cloud:data-class": "2",
    "hospital-cloud:record-kind": "audit-log",
    "hospital-cloud:backup": "none",
}


def key_policy(users=(), services=()):
    statements = [
        {
            "Sid": "Administer",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:role/key-administrator"},
            "Action": [
                "kms:CreateAlias",
                "kms:Describe*",
                "kms:Enable*",
                "kms:List*",
                "kms:Put*",
                "kms:Update*",
                "kms:Revoke*",
                "kms:Disable*",
                "kms:Get*",
                "kms:TagResource",
                "kms:UntagResource",
                "kms:ScheduleKeyDeletion",
                "kms:CancelKeyDeletion",
            ],
            "Resource": "*",
        },
        {
            "Sid": "Use",
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws-cn:iam::{ACCOUNT}:role/{name}" for name in ("record-service", *users)]},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"],
            "Resource": "*",
        },
    ]
    for service in services:
        statements.append(
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            }
        )
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def make_key(name, region, **more):
    return aws.kms.Key(
        name,
        region=region,
        description=f"Key of {name}",
        enable_key_rotation=True,
        deletion_window_in_days=30,
        policy=key_policy(**more),
        opts=guarded,
    )


def make_bucket(name, region, key=None, tags=None, lock_days=10958, logs=None):
    physical = f"tj-{ACCOUNT}-{region}-{name}"
    bucket = aws.s3.Bucket(
        name, bucket=physical, region=region, object_lock_enabled=True, tags=tags or TAGS, opts=guarded
    )
    aws.s3.BucketPublicAccessBlock(
        name,
        region=region,
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=opts,
    )
    aws.s3.BucketVersioning(
        name, region=region, bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=opts
    )
    if key is None:
        encryption = {"sse_algorithm": "AES256"}
    else:
        encryption = {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}
    aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        region=region,
        bucket=bucket.id,
        rules=[{"apply_server_side_encryption_by_default": encryption, "bucket_key_enabled": True}],
        opts=opts,
    )
    aws.s3.BucketObjectLockConfiguration(
        name,
        region=region,
        bucket=bucket.id,
        rule={"default_retention": {"mode": "COMPLIANCE", "days": lock_days}},
        opts=opts,
    )
    statements = [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws-cn:s3:::{physical}", f"arn:aws-cn:s3:::{physical}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    if logs is None:
        statements.append(
            {
                "Sid": "AccessLogs",
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": f"arn:aws-cn:s3:::{physical}/*",
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            }
        )
    aws.s3.BucketPolicy(
        name,
        region=region,
        bucket=bucket.id,
        policy=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        opts=opts,
    )
    if logs is not None:
        aws.s3.BucketLogging(
            name, region=region, bucket=bucket.id, target_bucket=logs.id, target_prefix=f"{name}/", opts=opts
        )
    return bucket


def make_vault(name, region, key):
    vault = aws.backup.Vault(name, region=region, name=name, kms_key_arn=key.arn, opts=guarded)
    aws.backup.VaultLockConfiguration(
        name,
        region=region,
        backup_vault_name=vault.name,
        min_retention_days=35,
        max_retention_days=36500,
        changeable_for_days=3,
        opts=opts,
    )
    return vault


keys = {HOME: make_key("records-home", HOME), PARTNER: make_key("records-partner", PARTNER)}
logs = {r: make_bucket(f"access-logs-{i}", r, tags=LOG_TAGS, lock_days=200) for i, r in enumerate((HOME, PARTNER))}
records = make_bucket("records", HOME, keys[HOME], logs=logs[HOME])
copies = make_bucket("copies", PARTNER, keys[PARTNER], logs=logs[PARTNER])

replicator = aws.iam.Role(
    "replicator",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "s3.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                }
            ],
        }
    ),
    opts=opts,
)
aws.iam.RolePolicy(
    "replicator",
    role=replicator.id,
    policy=pulumi.Output.all(records.arn, copies.arn, keys[HOME].arn, keys[PARTNER].arn).apply(
        lambda a: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
                        "Resource": a[0],
                    },
                    {
                        "Effect": "Allow",
                        "Action": [
                            "s3:GetObjectVersionForReplication",
                            "s3:GetObjectVersionAcl",
                            "s3:GetObjectVersionTagging",
                        ],
                        "Resource": a[0] + "/*",
                    },
                    {"Effect": "Allow", "Action": ["s3:ReplicateObject", "s3:ReplicateTags"], "Resource": a[1] + "/*"},
                    {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": a[2]},
                    {"Effect": "Allow", "Action": ["kms:Encrypt", "kms:GenerateDataKey"], "Resource": a[3]},
                ],
            }
        )
    ),
    opts=opts,
)


def replicate(name, source, target, target_key, region=HOME):
    return aws.s3.BucketReplicationConfig(
        name,
        region=region,
        bucket=source.id,
        role=replicator.arn,
        rules=[
            {
                "id": "all",
                "status": "Enabled",
                "priority": 1,
                "filter": {},
                "delete_marker_replication": {"status": "Enabled"},
                "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
                "destination": {
                    "bucket": target.arn,
                    "encryption_configuration": {"replica_kms_key_id": target_key.arn},
                },
            }
        ],
        opts=opts,
    )


replicate("records", records, copies, keys[PARTNER])

vaults = {
    HOME: make_vault("daily-home", HOME, keys[HOME]),
    PARTNER: make_vault("daily-partner", PARTNER, keys[PARTNER]),
}
backup_role = aws.iam.Role(
    "backup",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "backup.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                }
            ],
        }
    ),
    opts=opts,
)
for policy in (
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Backup",
):
    aws.iam.RolePolicyAttachment(
        policy.split("/")[-1], role=backup_role.name, policy_arn=f"arn:aws-cn:iam::aws:policy/{policy}", opts=opts
    )
alarms_key = {
    r: make_key(f"alarms-{i}", r, services=("backup.amazonaws.com", "cloudwatch.amazonaws.com"))
    for i, r in enumerate((HOME, PARTNER))
}
for region, other in ((HOME, PARTNER), (PARTNER, HOME)):
    plan = aws.backup.Plan(
        f"daily-{region}",
        region=region,
        name="daily",
        rules=[
            {
                "rule_name": "daily",
                "target_vault_name": vaults[region].name,
                "schedule": "cron(0 18 * * ? *)",
                "start_window": 60,
                "completion_window": 480,
                "lifecycle": {"delete_after": 90},
                "copy_actions": [{"destination_vault_arn": vaults[other].arn, "lifecycle": {"delete_after": 90}}],
            }
        ],
        opts=opts,
    )
    aws.backup.Selection(
        f"daily-{region}",
        region=region,
        plan_id=plan.id,
        name="tagged",
        iam_role_arn=backup_role.arn,
        selection_tags=[{"type": "STRINGEQUALS", "key": "hospital-cloud:backup", "value": "daily"}],
        opts=opts,
    )
    topic = aws.sns.Topic(
        f"backup-alarms-{region}",
        region=region,
        kms_master_key_id=alarms_key[region].id,
        tags={**LOG_TAGS, "hospital-cloud:record-kind": "operational"},
        opts=opts,
    )
    aws.sns.TopicPolicy(
        f"backup-alarms-{region}",
        region=region,
        arn=topic.arn,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "backup.amazonaws.com"},
                        "Action": "sns:Publish",
                        "Resource": topic.arn,
                        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                    },
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "sns:Publish",
                        "Resource": topic.arn,
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    },
                ],
            }
        ),
        opts=opts,
    )
    aws.sns.TopicSubscription(
        f"backup-alarms-{region}",
        region=region,
        topic=topic.arn,
        protocol="email",
        endpoint="oncall@hospital.example.cn",
        opts=opts,
    )
    aws.backup.VaultNotifications(
        f"daily-{region}",
        region=region,
        backup_vault_name=vaults[region].name,
        sns_topic_arn=topic.arn,
        backup_vault_events=["BACKUP_JOB_FAILED", "BACKUP_JOB_EXPIRED", "COPY_JOB_FAILED", "RESTORE_JOB_FAILED"],
        opts=opts,
    )
    testing = aws.backup.RestoreTestingPlan(
        f"proof-{region}",
        region=region,
        name=f"proof_{region.replace('-', '_')}",
        schedule_expression="cron(0 2 1 * ? *)",
        recovery_point_selection={
            "algorithm": "LATEST_WITHIN_WINDOW",
            "include_vaults": [vaults[region].arn],
            "recovery_point_types": ["SNAPSHOT"],
            "selection_window_days": 30,
        },
        opts=opts,
    )

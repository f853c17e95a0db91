"""What every stack of the group in mainland China stands on: a provider, a key, a log bucket, a vault and a daily plan a region."""

from __future__ import annotations

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

ACCOUNT = "210987654321"
BEIJING, NINGXIA = "cn-north-1", "cn-northwest-1"
OTHER = {BEIJING: NINGXIA, NINGXIA: BEIJING}
LOGS = {
    "hospital-cloud:data-class": "2",
    "hospital-cloud:record-kind": "audit-log",
    "hospital-cloud:backup": "none",
}


def provider(name: str, region: str) -> aws.Provider:
    return aws.Provider(
        name,
        region=region,
        allowed_account_ids=[ACCOUNT],
        default_tags={
            "tags": {
                "owner": "it-platform",
                "hospital-cloud:data-class": "4",
                "hospital-cloud:record-kind": "imaging",
                "hospital-cloud:backup": "daily",
            }
        },
    )


PROVIDERS = {BEIJING: provider("beijing", BEIJING), NINGXIA: provider("ningxia", NINGXIA)}


def trust(*services: str) -> str:
    return aws.iam.get_policy_document(
        statements=[
            {
                "actions": ["sts:AssumeRole"],
                "principals": [{"type": "Service", "identifiers": list(services)}],
                "conditions": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": [ACCOUNT]}],
            }
        ]
    ).json


class Key(ComponentResource):
    def __init__(self, name, region, services=(), users=("platform",), opts=None):
        super().__init__("xiehe:security:Key", name, None, opts)
        statements = [
            aws.iam.GetPolicyDocumentStatementArgs(
                sid="Administer",
                actions=[
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
                resources=["*"],
                principals=[{"type": "AWS", "identifiers": [f"arn:aws-cn:iam::{ACCOUNT}:role/kms-admin"]}],
            ),
            aws.iam.GetPolicyDocumentStatementArgs(
                sid="Use",
                actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
                resources=["*"],
                principals=[{"type": "AWS", "identifiers": [f"arn:aws-cn:iam::{ACCOUNT}:role/{u}" for u in users]}],
            ),
        ]
        if services:
            statements.append(
                aws.iam.GetPolicyDocumentStatementArgs(
                    sid="Services",
                    actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                    resources=["*"],
                    principals=[{"type": "Service", "identifiers": list(services)}],
                    conditions=[{"test": "StringEquals", "variable": "aws:SourceAccount", "values": [ACCOUNT]}],
                )
            )
        self.key = aws.kms.Key(
            name,
            description=f"{name} in {region}",
            enable_key_rotation=True,
            deletion_window_in_days=30,
            policy=aws.iam.get_policy_document(statements=statements).json,
            opts=ResourceOptions(parent=self, provider=PROVIDERS[region], protect=True),
        )
        aws.kms.Alias(
            name,
            name=f"alias/{name}",
            target_key_id=self.key.key_id,
            opts=ResourceOptions(parent=self, provider=PROVIDERS[region]),
        )
        self.arn = self.key.arn
        self.register_outputs({"arn": self.arn})


class Bucket(ComponentResource):
    """Versioned, encrypted, locked, closed, TLS only; logs its access where a log bucket is given."""

    def __init__(self, name, region, key=None, lock_days=10958, log_bucket=None, tags=None, extra=(), opts=None):
        super().__init__("xiehe:storage:Bucket", name, None, opts)
        physical = f"xiehe-{name}-{region}"
        child = ResourceOptions(parent=self, provider=PROVIDERS[region])
        kept = ResourceOptions.merge(child, ResourceOptions(protect=True))
        self.bucket = aws.s3.Bucket(name, bucket=physical, object_lock_enabled=True, tags=tags, opts=kept)
        self.region = region
        self.key = key
        aws.s3.BucketPublicAccessBlock(
            name,
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        self.versioning = aws.s3.BucketVersioning(
            name,
            bucket=self.bucket.id,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=child,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=self.bucket.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                        sse_algorithm="aws:kms" if key else "AES256", kms_master_key_id=key.arn if key else None
                    ),
                    bucket_key_enabled=True,
                )
            ],
            opts=child,
        )
        aws.s3.BucketObjectLockConfiguration(
            name,
            bucket=self.bucket.id,
            rule={"default_retention": {"mode": "COMPLIANCE", "days": lock_days}},
            opts=child,
        )
        policy = aws.iam.get_policy_document_output(
            statements=[
                {
                    "sid": "TlsOnly",
                    "effect": "Deny",
                    "actions": ["s3:*"],
                    "resources": [self.bucket.arn, self.bucket.arn.apply(lambda arn: f"{arn}/*")],
                    "principals": [{"type": "*", "identifiers": ["*"]}],
                    "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}],
                },
                *extra,
                *(
                    []
                    if log_bucket
                    else [
                        {
                            "sid": "Logs",
                            "actions": ["s3:PutObject"],
                            "resources": [self.bucket.arn.apply(lambda arn: f"{arn}/*")],
                            "principals": [{"type": "Service", "identifiers": ["logging.s3.amazonaws.com"]}],
                            "conditions": [
                                {"test": "StringEquals", "variable": "aws:SourceAccount", "values": [ACCOUNT]}
                            ],
                        }
                    ]
                ),
            ]
        )
        aws.s3.BucketPolicy(name, bucket=self.bucket.id, policy=policy.json, opts=child)
        if log_bucket:
            aws.s3.BucketLogging(
                name,
                bucket=self.bucket.id,
                target_bucket=log_bucket.bucket.id,
                target_prefix=f"{name}/",
                opts=child,
            )
        self.arn = self.bucket.arn
        self.register_outputs({"arn": self.arn})


class Region(ComponentResource):
    """Key, log bucket, vault, alarm topic of one region."""

    def __init__(self, region):
        super().__init__("xiehe:foundation:Region", region)
        o = ResourceOptions(parent=self)
        child = ResourceOptions(parent=self, provider=PROVIDERS[region])
        self.data_key = Key(f"data-{region}", region, opts=o)
        self.log_key = Key(f"logs-{region}", region, services=(f"logs.{region}.amazonaws.com.cn",), opts=o)
        self.topic_key = Key(
            f"alarms-{region}", region, services=("backup.amazonaws.com", "cloudwatch.amazonaws.com"), opts=o
        )
        self.logs = Bucket(f"access-logs-{region}", region, lock_days=200, tags=LOGS, opts=o)
        self.vault = aws.backup.Vault(
            f"daily-{region}",
            name="daily",
            kms_key_arn=self.data_key.arn,
            opts=ResourceOptions(parent=self, provider=PROVIDERS[region], protect=True),
        )
        aws.backup.VaultLockConfiguration(
            f"daily-{region}",
            backup_vault_name=self.vault.name,
            changeable_for_days=7,
            min_retention_days=35,
            max_retention_days=3650,
            opts=child,
        )
        self.topic = aws.sns.Topic(f"alarms-{region}", kms_master_key_id=self.topic_key.key.id, tags=LOGS, opts=child)
        aws.sns.TopicPolicy(
            f"alarms-{region}",
            arn=self.topic.arn,
            policy=aws.iam.get_policy_document_output(
                statements=[
                    {
                        "actions": ["sns:Publish"],
                        "resources": [self.topic.arn],
                        "principals": [{"type": "Service", "identifiers": ["backup.amazonaws.com"]}],
                        "conditions": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": [ACCOUNT]}],
                    },
                    {
                        "effect": "Deny",
                        "actions": ["sns:Publish"],
                        "resources": [self.topic.arn],
                        "principals": [{"type": "*", "identifiers": ["*"]}],
                        "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}],
                    },
                ]
            ).json,
            opts=child,
        )
        aws.sns.TopicSubscription(
            f"alarms-{region}", topic=self.topic.arn, protocol="email", endpoint="oncall@xiehe.example.cn", opts=child
        )
        aws.backup.VaultNotifications(
            f"daily-{region}",
            backup_vault_name=self.vault.name,
            sns_topic_arn=self.topic.arn,
            backup_vault_events=["BACKUP_JOB_FAILED", "COPY_JOB_FAILED", "BACKUP_JOB_EXPIRED", "RESTORE_JOB_FAILED"],
            opts=child,
        )
        self.register_outputs({})


REGIONS = {r: Region(r) for r in PROVIDERS}


def backups(kept_days=120, copy_to=None):
    role = aws.iam.Role(
        "backup", assume_role_policy=trust("backup.amazonaws.com"), opts=ResourceOptions(provider=PROVIDERS[BEIJING])
    )
    for i, p in enumerate(("AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores")):
        aws.iam.RolePolicyAttachment(
            f"backup-{i}",
            role=role.name,
            policy_arn=f"arn:aws-cn:iam::aws:policy/service-role/{p}",
            opts=ResourceOptions(provider=PROVIDERS[BEIJING]),
        )
    for region in (BEIJING, NINGXIA):
        o = ResourceOptions(provider=PROVIDERS[region])
        plan = aws.backup.Plan(
            f"daily-{region}",
            rules=[
                aws.backup.PlanRuleArgs(
                    rule_name="every-night",
                    target_vault_name=REGIONS[region].vault.name,
                    schedule="cron(30 17 * * ? *)",
                    lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=kept_days),
                    copy_actions=[
                        aws.backup.PlanRuleCopyActionArgs(
                            destination_vault_arn=copy_to or REGIONS[OTHER[region]].vault.arn,
                            lifecycle=aws.backup.PlanRuleCopyActionLifecycleArgs(delete_after=kept_days),
                        )
                    ],
                )
            ],
            opts=o,
        )
        aws.backup.Selection(
            f"daily-{region}",
            plan_id=plan.id,
            iam_role_arn=role.arn,
            selection_tags=[
                aws.backup.SelectionSelectionTagArgs(type="STRINGEQUALS", key="hospital-cloud:backup", value="daily")
            ],
            opts=o,
        )
        aws.backup.RestoreTestingPlan(
            f"proof-{region}",
            name=f"proof_{region.replace('-', '_')}",
            schedule_expression="cron(0 3 ? * 1 *)",
            recovery_point_selection={
                "algorithm": "LATEST_WITHIN_WINDOW",
                "include_vaults": [REGIONS[region].vault.arn],
                "recovery_point_types": ["SNAPSHOT", "CONTINUOUS"],
                "selection_window_days": 14,
            },
            opts=o,
        )


class Network(ComponentResource):
    """Two zones, no way to the internet, flow logs."""

    def __init__(self, name, region, cidr_prefix, zones, opts=None):
        super().__init__("xiehe:network:Network", name, None, opts)
        p = PROVIDERS[region]
        child = ResourceOptions(parent=self, provider=p)
        self.vpc = aws.ec2.Vpc(name, cidr_block=f"{cidr_prefix}.0.0/16", enable_dns_hostnames=True, opts=child)
        aws.ec2.DefaultSecurityGroup(name, vpc_id=self.vpc.id, opts=child)
        group = aws.cloudwatch.LogGroup(
            f"{name}-flow",
            retention_in_days=365,
            kms_key_id=REGIONS[region].log_key.arn,
            tags=LOGS,
            opts=ResourceOptions(parent=self, provider=p, protect=True),
        )
        role = aws.iam.Role(f"{name}-flow", assume_role_policy=trust("vpc-flow-logs.amazonaws.com"), opts=child)
        aws.iam.RolePolicy(
            f"{name}-flow",
            role=role.name,
            policy=aws.iam.get_policy_document_output(
                statements=[
                    {
                        "actions": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                        "resources": [Output.format("{0}:*", group.arn)],
                    }
                ]
            ).json,
            opts=child,
        )
        aws.ec2.FlowLog(
            name, vpc_id=self.vpc.id, traffic_type="ALL", log_destination=group.arn, iam_role_arn=role.arn, opts=child
        )
        self.table = aws.ec2.RouteTable(name, vpc_id=self.vpc.id, opts=child)
        self.subnets = []
        for i, zone in enumerate(zones):
            subnet = aws.ec2.Subnet(
                f"{name}-{zone}",
                vpc_id=self.vpc.id,
                availability_zone=zone,
                cidr_block=f"{cidr_prefix}.{i}.0/24",
                opts=child,
            )
            aws.ec2.RouteTableAssociation(
                f"{name}-{zone}", subnet_id=subnet.id, route_table_id=self.table.id, opts=child
            )
            self.subnets.append(subnet)
        self.subnet_ids = [s.id for s in self.subnets]
        self.cidr = f"{cidr_prefix}.0.0/16"
        self.register_outputs({})

"""Landing zone helpers of the university hospital (Frankfurt, Dublin).."""

import json

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
ACCOUNT = config.get("account") or "345678901234"
FRA, DUB = "eu-central-1", "eu-west-1"
main = aws.Provider("main", aws.ProviderArgs(region=FRA, allowed_account_ids=[ACCOUNT]))
second = aws.Provider("second", aws.ProviderArgs(region=DUB, allowed_account_ids=[ACCOUNT]))
BY_REGION = {FRA: main, DUB: second}
PATIENT = {
    "hospital-cloud:data-class": "4",
    "hospital-cloud:record-kind": "inpatient",
    "hospital-cloud:backup": "daily",
}
QUEUE = {**PATIENT, "hospital-cloud:backup": "none"}
OPS = {"hospital-cloud:data-class": "2", "hospital-cloud:record-kind": "audit-log", "hospital-cloud:backup": "none"}


def on(region, **more):
    return pulumi.ResourceOptions(provider=BY_REGION[region], **more)


def doc(*statements):
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions, resources, **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def role(name, service, *statements, region=FRA, managed=()):
    made = aws.iam.Role(
        name,
        assume_role_policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": service},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                    }
                ],
            }
        ),
        opts=on(region),
    )
    if statements:
        aws.iam.RolePolicy(name, role=made.id, policy=doc(*statements), opts=on(region))
    for arn in managed:
        aws.iam.RolePolicyAttachment(
            f"{name}-{arn.rsplit('/', 1)[-1]}", role=made.name, policy_arn=arn, opts=on(region)
        )
    return made


def key(name, region=FRA, services=(), users=("clinical",), **more):
    statements = [
        {
            "Sid": "KeyAdmins",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/key-admins"},
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
                "kms:Delete*",
                "kms:TagResource",
                "kms:UntagResource",
                "kms:ScheduleKeyDeletion",
                "kms:CancelKeyDeletion",
            ],
            "Resource": "*",
        },
        {
            "Sid": "Users",
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/{u}" for u in users]},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey", "kms:CreateGrant"],
            "Resource": "*",
            "Condition": {"StringEquals": {"kms:CallerAccount": ACCOUNT}},
        },
    ]
    if services:
        statements.append(
            {
                "Sid": "Services",
                "Effect": "Allow",
                "Principal": {"Service": list(services)},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            }
        )
    return aws.kms.Key(
        name,
        aws.kms.KeyArgs(
            description=name,
            enable_key_rotation=True,
            deletion_window_in_days=30,
            policy=json.dumps({"Version": "2012-10-17", "Statement": statements}),
            **more,
        ),
        opts=on(region, protect=True),
    )


KEYS = {r: key(f"records-{r}", r) for r in BY_REGION}
LOG_KEYS = {r: key(f"logs-{r}", r, services=(f"logs.{r}.amazonaws.com",)) for r in BY_REGION}


def log_group(name, path, region=FRA, days=400):
    return aws.cloudwatch.LogGroup(
        name,
        name=path,
        retention_in_days=days,
        kms_key_id=LOG_KEYS[region].arn,
        tags=OPS,
        opts=on(region, protect=True),
    )


def bucket(name, region=FRA, tags=PATIENT, days=10958, logs=None, writers=()):
    physical = f"ukf-{ACCOUNT}-{name}"
    b = aws.s3.Bucket(name, bucket=physical, object_lock_enabled=True, tags=tags, opts=on(region, protect=True))
    c = on(region, parent=b)
    aws.s3.BucketPublicAccessBlock(
        name,
        bucket=b.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=c,
    )
    aws.s3.BucketVersioning(name, bucket=b.id, versioning_configuration={"status": "Enabled"}, opts=c)
    aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        bucket=b.id,
        rules=[
            {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": KEYS[region].arn,
                }
                if tags is PATIENT
                else {"sse_algorithm": "AES256"},
                "bucket_key_enabled": True,
            }
        ],
        opts=c,
    )
    aws.s3.BucketObjectLockConfiguration(
        name, bucket=b.id, rule={"default_retention": {"mode": "COMPLIANCE", "days": days}}, opts=c
    )
    statements = [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [b.arn, b.arn.apply("{}/*".format)],
            "Condition": {"Bool": {"aws:SecureTransport": False}},
        }
    ]
    for service in writers:
        statements.append(
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": "s3:PutObject",
                "Resource": b.arn.apply("{}/*".format),
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            }
        )
    aws.s3.BucketPolicy(name, bucket=b.id, policy=doc(*statements), opts=c)
    if logs is not None:
        aws.s3.BucketLogging(name, bucket=b.id, target_bucket=logs.id, target_prefix=f"s3/{name}/", opts=c)
    return b


def network(name, cidr, region=FRA, zones="abc"):
    vpc = aws.ec2.Vpc(name, cidr_block=cidr, enable_dns_support=True, enable_dns_hostnames=True, opts=on(region))
    aws.ec2.DefaultSecurityGroup(name, vpc_id=vpc.id, opts=on(region))
    group = log_group(f"{name}-flow", f"/vpc/{name}", region)
    flow = role(
        f"{name}-flow",
        "vpc-flow-logs.amazonaws.com",
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.Output.concat(group.arn, ":*")),
    )
    aws.ec2.FlowLog(
        name, vpc_id=vpc.id, traffic_type="ALL", log_destination=group.arn, iam_role_arn=flow.arn, opts=on(region)
    )
    table = aws.ec2.RouteTable(name, vpc_id=vpc.id, opts=on(region))
    subnets = []
    for i, z in enumerate(zones):
        s = aws.ec2.Subnet(
            f"{name}-{z}",
            vpc_id=vpc.id,
            availability_zone=f"{region}{z}",
            cidr_block=cidr.replace(".0.0/16", f".{i}.0/24"),
            opts=on(region),
        )
        aws.ec2.RouteTableAssociation(f"{name}-{z}", subnet_id=s.id, route_table_id=table.id, opts=on(region))
        subnets.append(s)
    return vpc, subnets, table


def endpoints(name, vpc, subnets, table, services, clients, region=FRA, buckets=()):
    door = aws.ec2.SecurityGroup(f"{name}-endpoints", vpc_id=vpc.id, description="interface endpoints", opts=on(region))
    for i, c in enumerate(clients):
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-in-{i}",
            security_group_id=door.id,
            referenced_security_group_id=c.id,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=on(region),
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-out-{i}",
            security_group_id=c.id,
            referenced_security_group_id=door.id,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=on(region),
        )
    for s in services:
        aws.ec2.VpcEndpoint(
            f"{name}-{s}",
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{region}.{s}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=[x.id for x in subnets],
            security_group_ids=[door.id],
            opts=on(region),
        )
    if buckets:
        aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{region}.s3",
            route_table_ids=[table.id],
            policy=doc(
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": ["s3:GetObject", "s3:PutObject"],
                    "Resource": [pulumi.Output.concat(b.arn, "/*") for b in buckets],
                }
            ),
            opts=on(region),
        )


def daily_backups():
    vaults = {}
    for r in BY_REGION:
        vaults[r] = aws.backup.Vault(
            f"vault-{r}", name=f"records-{r}", kms_key_arn=KEYS[r].arn, opts=on(r, protect=True)
        )
        aws.backup.VaultLockConfiguration(
            f"vault-{r}",
            backup_vault_name=vaults[r].name,
            changeable_for_days=3,
            min_retention_days=35,
            max_retention_days=365,
            opts=on(r),
        )
        k = key(f"backup-alarms-{r}", r, services=("backup.amazonaws.com",))
        t = aws.sns.Topic(f"backup-alarms-{r}", kms_master_key_id=k.arn, tags=OPS, opts=on(r))
        aws.sns.TopicPolicy(
            f"backup-alarms-{r}",
            arn=t.arn,
            policy=doc(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "backup.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": t.arn,
                    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                },
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sns:Publish",
                    "Resource": t.arn,
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
            ),
            opts=on(r),
        )
        aws.sns.TopicSubscription(
            f"backup-alarms-{r}", topic=t.arn, protocol="email", endpoint="betrieb@ukf.example", opts=on(r)
        )
        aws.backup.VaultNotifications(
            f"vault-{r}",
            backup_vault_name=vaults[r].name,
            sns_topic_arn=t.arn,
            backup_vault_events=["BACKUP_JOB_FAILED", "COPY_JOB_FAILED"],
            opts=on(r),
        )
    mover = role(
        "backup",
        "backup.amazonaws.com",
        managed=[
            "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
            "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
        ],
    )
    for r, other in ((FRA, DUB), (DUB, FRA)):
        plan = aws.backup.Plan(
            f"nightly-{r}",
            name="nightly",
            rules=[
                {
                    "rule_name": "nightly",
                    "target_vault_name": vaults[r].name,
                    "schedule": "cron(0 1 * * ? *)",
                    "lifecycle": {"delete_after": 60},
                    "copy_actions": [{"destination_vault_arn": vaults[other].arn, "lifecycle": {"delete_after": 60}}],
                }
            ],
            opts=on(r),
        )
        aws.backup.Selection(
            f"nightly-{r}",
            plan_id=plan.id,
            iam_role_arn=mover.arn,
            selection_tags=[{"type": "STRINGEQUALS", "key": "hospital-cloud:backup", "value": "daily"}],
            opts=on(r),
        )
        aws.backup.RestoreTestingPlan(
            f"proof_{r}",
            name=f"proof_{r.replace('-', '_')}",
            schedule_expression="cron(0 5 1 * ? *)",
            recovery_point_selection={
                "algorithm": "RANDOM_WITHIN_WINDOW",
                "include_vaults": [vaults[r].arn],
                "recovery_point_types": ["SNAPSHOT"],
                "selection_window_days": 30,
            },
            opts=on(r),
        )
    return vaults

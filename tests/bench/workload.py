"""A hospital-like site of 37 resources, repeated: the same load for every tool that is compared."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws


class Site(pulumi.ComponentResource):
    """Network, key, three buckets, table, database, backup, load balancer, alarms, topic."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None):
        super().__init__("bench:index:Site", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = {
            "hospital-cloud:data-class": "4",
            "hospital-cloud:record-kind": "inpatient",
            "hospital-cloud:backup": "daily",
        }
        vpc = aws.ec2.Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", tags=tags, opts=child)
        subnets = [
            aws.ec2.Subnet(f"{name}-subnet-{i}", vpc_id=vpc.id, cidr_block=f"10.0.{i}.0/24", opts=child)
            for i in range(6)
        ]
        key = aws.kms.Key(f"{name}-key", enable_key_rotation=True, opts=child)
        for role in ("documents", "images", "logs"):
            bucket = aws.s3.Bucket(f"{name}-{role}", tags=tags, opts=child)
            aws.s3.BucketVersioning(
                f"{name}-{role}-versions", bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=child
            )
            aws.s3.BucketServerSideEncryptionConfiguration(
                f"{name}-{role}-sse",
                bucket=bucket.id,
                rules=[
                    {
                        "apply_server_side_encryption_by_default": {
                            "sse_algorithm": "aws:kms",
                            "kms_master_key_id": key.arn,
                        }
                    }
                ],
                opts=child,
            )
            aws.s3.BucketPublicAccessBlock(
                f"{name}-{role}-closed", bucket=bucket.id, block_public_acls=True, opts=child
            )
        aws.dynamodb.Table(
            f"{name}-table",
            hash_key="id",
            attributes=[{"name": "id", "type": "S"}],
            billing_mode="PAY_PER_REQUEST",
            tags=tags,
            opts=child,
        )
        cluster = aws.rds.Cluster(
            f"{name}-db", engine="aurora-postgresql", storage_encrypted=True, kms_key_id=key.arn, tags=tags, opts=child
        )
        aws.rds.ClusterInstance(
            f"{name}-db-0",
            cluster_identifier=cluster.id,
            engine="aurora-postgresql",
            instance_class="db.r6g.large",
            opts=child,
        )
        vault = aws.backup.Vault(f"{name}-vault", kms_key_arn=key.arn, opts=child)
        rule = {"rule_name": "daily", "target_vault_name": vault.name, "schedule": "cron(0 5 * * ? *)"}
        plan = aws.backup.Plan(f"{name}-plan", rules=[rule], opts=child)
        tag = {"type": "STRINGEQUALS", "key": "hospital-cloud:backup", "value": "daily"}
        aws.backup.Selection(
            f"{name}-selection",
            plan_id=plan.id,
            iam_role_arn="arn:aws-cn:iam::111122223333:role/backup",
            selection_tags=[tag],
            opts=child,
        )
        balancer = aws.lb.LoadBalancer(f"{name}-lb", internal=True, subnets=[s.id for s in subnets[:2]], opts=child)
        group = aws.lb.TargetGroup(f"{name}-tg", port=443, protocol="HTTPS", vpc_id=vpc.id, opts=child)
        aws.lb.Listener(
            f"{name}-listener",
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy="ELBSecurityPolicy-TLS13-1-3-2021-06",
            default_actions=[{"type": "forward", "target_group_arn": group.arn}],
            opts=child,
        )
        topic = aws.sns.Topic(f"{name}-topic", kms_master_key_id=key.arn, opts=child)
        for i in range(4):
            aws.cloudwatch.MetricAlarm(
                f"{name}-alarm-{i}",
                comparison_operator="GreaterThanThreshold",
                evaluation_periods=1,
                metric_name="Errors",
                namespace="Site",
                period=60,
                statistic="Sum",
                threshold=1,
                alarm_actions=[topic.arn],
                opts=child,
            )
        policy = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}],
        }
        aws.sns.TopicPolicy(f"{name}-topic-policy", arn=topic.arn, policy=json.dumps(policy), opts=child)
        self.register_outputs({})


def run(sites: int) -> None:
    """Registers that many sites."""
    provider = aws.Provider("workload", region="cn-north-1")
    for index in range(sites):
        Site(f"site-{index}", pulumi.ResourceOptions(provider=provider))

"""NetworkLogs: what a data centre's network writes down.

Promises: every flow of the network is logged, and what its firewall refuses and lets pass; logs are encrypted with the
hospital's key and kept as long as the jurisdiction asks for audit logs, never under 180 days; only this account's log
services may write. While live the engine refuses to delete them. Makes: a key, the log groups, the flow log with its
role, with a firewall the resource policy that lets its logs be delivered.
"""

import json
from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.customer_key import CustomerKey
from components.placement import (
    Lifecycle,
    Placement,
    boundary_of,
    lifecycle_of,
    log_retention_days,
    partition_of,
    physical_name,
    role_name,
    store_tags,
)
from jurisdictions import BackupMode, RecordKind

_DATA_CLASS = 2
"""Addresses and names, no patients' data: internal."""


class NetworkLogsArgs(TypedDict):
    """Arguments of NetworkLogs."""

    placement: Placement
    region: str
    vpc_id: pulumi.Input[str]
    """The network that is logged."""
    egress: bool
    """Whether there is a firewall, whose alerts and flows are kept too."""


class NetworkLogs(pulumi.ComponentResource):
    """See the module."""

    key_arn: pulumi.Output[str]
    """The key of the logs, and of the firewall's own data."""
    alert_log_group: pulumi.Output[Optional[str]]
    """Name of the log group for the firewall's alerts, None without firewall."""
    flow_log_group: pulumi.Output[Optional[str]]
    """Name of the log group for what passes the firewall, None without firewall."""

    def __init__(self, name: str, args: NetworkLogsArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:NetworkLogs", name, dict(args), opts)
        self._name, self._args = name, args
        placement, region = args["placement"], args["region"]
        child = pulumi.ResourceOptions(parent=self)

        key = CustomerKey(
            f"{name}-key",
            {
                "placement": placement,
                "region": region,
                "role": "network",
                "data_class": _DATA_CLASS,
                "via_services": ["network-firewall"],
                "service_principals": ["logs"],
            },
            opts=child,
        )
        self._flow_log(self._group("vpc-flows", key.arn))
        self.key_arn = key.arn
        self.alert_log_group = self.flow_log_group = pulumi.Output.from_input(None)
        if args["egress"]:
            policy = aws.cloudwatch.LogResourcePolicy(
                f"{name}-delivery",
                region=region,
                policy_name=physical_name(placement, region, "log-delivery"),
                policy_document=delivery_policy(placement, region),
                opts=child,
            )
            self.alert_log_group = self._delivered("egress-alerts", key.arn, policy)
            self.flow_log_group = self._delivered("egress-flows", key.arn, policy)
        self.register_outputs(
            {"keyArn": self.key_arn, "alertLogGroup": self.alert_log_group, "flowLogGroup": self.flow_log_group}
        )

    def _group(self, role: str, key_arn: pulumi.Output[str]) -> aws.cloudwatch.LogGroup:
        placement, region = self._args["placement"], self._args["region"]
        return aws.cloudwatch.LogGroup(
            f"{self._name}-{role}",
            region=region,
            name=physical_name(placement, region, role),
            kms_key_id=key_arn,
            retention_in_days=log_retention_days(placement),
            tags=store_tags(_DATA_CLASS, RecordKind.AUDIT_LOG, BackupMode.NONE),
            # The law asks for the logs themselves, so a live stack keeps them although they hold no patients' data.
            opts=pulumi.ResourceOptions(parent=self, protect=lifecycle_of(placement) is Lifecycle.LIVE),
        )

    def _flow_log(self, group: aws.cloudwatch.LogGroup) -> None:
        name, args, child = self._name, self._args, pulumi.ResourceOptions(parent=self)
        placement, region = args["placement"], args["region"]
        role = aws.iam.Role(
            f"{name}-writer",
            name=role_name(placement, f"{region}-vpc-flows"),
            description="Writes the flow log of the network",
            assume_role_policy=writer_trust(placement, region),
            permissions_boundary=boundary_of(placement),
            opts=child,
        )
        permission = aws.iam.RolePolicy(
            f"{name}-writer-policy",
            name="write",
            role=role.name,
            policy=writer_policy(placement, region),
            opts=child,
        )
        aws.ec2.FlowLog(
            f"{name}-flow-log",
            region=region,
            vpc_id=args["vpc_id"],
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )

    def _delivered(
        self, role: str, key_arn: pulumi.Output[str], policy: aws.cloudwatch.LogResourcePolicy
    ) -> pulumi.Output[str]:
        """Name of a log group that the firewall writes to, handed out when it may."""
        return pulumi.Output.all(self._group(role, key_arn).name, policy.id).apply(lambda ready: str(ready[0]))


def delivery_policy(placement: Placement, region: str) -> str:
    """Lets the log delivery service of this account write the firewall's logs. Stated here, or the service would change
    the account's policies itself (CloudWatch Logs user guide, "Logs sent to CloudWatch Logs")."""
    partition, account_id = partition_of(placement), placement["account_id"]
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "DeliveryOfThisAccount",
                    "Effect": "Allow",
                    "Principal": {"Service": partition.principal("delivery.logs")},
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": [
                        f"{_group_arn(placement, region, role)}:log-stream:*"
                        for role in ("egress-alerts", "egress-flows")
                    ],
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": account_id},
                        "ArnLike": {"aws:SourceArn": partition.arn("logs", region, account_id, "*")},
                    },
                }
            ],
        }
    )


def writer_trust(placement: Placement, region: str) -> str:
    """Who may take the flow log's role: the flow log service, for flow logs of this account and region."""
    partition, account_id = partition_of(placement), placement["account_id"]
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": partition.principal("vpc-flow-logs")},
                    "Action": "sts:AssumeRole",
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": account_id},
                        "ArnLike": {"aws:SourceArn": partition.arn("ec2", region, account_id, "vpc-flow-log/*")},
                    },
                }
            ],
        }
    )


def writer_policy(placement: Placement, region: str) -> str:
    """What the flow log's role may do: write to its log group."""
    arn = _group_arn(placement, region, "vpc-flows")
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    "Resource": [arn, f"{arn}:log-stream:*"],
                }
            ],
        }
    )


def _group_arn(placement: Placement, region: str, role: str) -> str:
    name = physical_name(placement, region, role)
    return partition_of(placement).arn("logs", region, placement["account_id"], f"log-group:{name}")

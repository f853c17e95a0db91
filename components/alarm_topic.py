"""AlarmTopic: where a region's alarms go.

Promises: messages are encrypted with the hospital's key; only this account's services may publish; subscribers get
them over TLS. Makes: a key, an SNS topic with its policy, one e-mail subscription an address.

SMS is not offered by SNS in mainland China: another channel subscribes to this topic there.
"""

import json
from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.customer_key import CustomerKey
from components.placement import (
    Placement,
    account_root_arn,
    alarm_topic_arn,
    alarm_topic_name,
    partition_of,
    store_tags,
)
from jurisdictions import BackupMode, RecordKind

_PUBLISHERS = ("backup", "cloudwatch", "events", "rds.events")
"""Services that raise alarms."""


class AlarmTopicArgs(TypedDict):
    """Arguments of AlarmTopic."""

    placement: Placement
    region: str
    emails: dict[str, str]
    """Stable name -> address; each address must confirm the subscription once."""


class AlarmTopic(pulumi.ComponentResource):
    """See the module."""

    arn: pulumi.Output[str]
    """ARN of the topic, ready to be published to."""

    def __init__(self, name: str, args: AlarmTopicArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:AlarmTopic", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        child = pulumi.ResourceOptions(parent=self)

        key = CustomerKey(
            f"{name}-key",
            {
                "placement": placement,
                "region": region,
                "role": "alarms",
                "data_class": 2,
                "via_services": ["sns"],
                "service_principals": list(_PUBLISHERS),
            },
            opts=child,
        )
        topic = aws.sns.Topic(
            f"{name}-topic",
            region=region,
            name=alarm_topic_name(placement, region),
            kms_master_key_id=key.arn,
            policy=topic_policy(placement, region),
            tags=store_tags(2, RecordKind.OPERATIONAL, BackupMode.NONE),
            opts=child,
        )
        for role, address in sorted(args["emails"].items()):
            aws.sns.TopicSubscription(
                f"{name}-{role}", region=region, topic=topic.arn, protocol="email", endpoint=address, opts=child
            )
        self.arn = topic.arn
        self.register_outputs({"arn": self.arn})


def topic_policy(placement: Placement, region: str) -> str:
    """Who may publish: this account's alarm-raising services; nobody without TLS."""
    arn, partition = alarm_topic_arn(placement, region), partition_of(placement)
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "ServicesOfThisAccountPublish",
                    "Effect": "Allow",
                    "Principal": {"Service": [partition.principal(service) for service in _PUBLISHERS]},
                    "Action": "sns:Publish",
                    "Resource": arn,
                    "Condition": {"StringEquals": {"aws:SourceAccount": placement["account_id"]}},
                },
                {
                    "Sid": "AccountManagesByItsOwnPolicies",
                    "Effect": "Allow",
                    "Principal": {"AWS": account_root_arn(placement)},
                    "Action": [
                        "sns:GetTopicAttributes",
                        "sns:ListSubscriptionsByTopic",
                        "sns:Publish",
                        "sns:Subscribe",
                    ],
                    "Resource": arn,
                },
                {
                    "Sid": "OnlyOverTls",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sns:Publish",
                    "Resource": arn,
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
            ],
        }
    )

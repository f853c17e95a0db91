"""BreakGlassAlarm: whoever takes on the role for emergencies is seen at once.

Promises: in each region named, a login as the break-glass role reaches the region's alarm topic. STS records a login in
the region that was asked; the alarm of AuditTrail sees the other regions, minutes later.

Makes: in each region a rule and its target.
"""

import json
from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.account_guardrail import break_glass_role_arn
from components.placement import Placement, alarm_topic_arn


class BreakGlassAlarmArgs(TypedDict):
    """Arguments of BreakGlassAlarm."""

    placement: Placement
    regions: list[str]
    """Regions in which a login raises an alarm; each has an `AlarmTopic`."""


class BreakGlassAlarm(pulumi.ComponentResource):
    """See the module."""

    def __init__(self, name: str, args: BreakGlassAlarmArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:BreakGlassAlarm", name, dict(args), opts)
        placement, child = args["placement"], pulumi.ResourceOptions(parent=self)
        pattern = json.dumps(
            {
                "source": ["aws.sts"],
                "detail-type": ["AWS API Call via CloudTrail"],
                "detail": {
                    "eventSource": ["sts.amazonaws.com"],
                    "eventName": ["AssumeRole"],
                    "requestParameters": {"roleArn": [break_glass_role_arn(placement)]},
                },
            }
        )
        for region in sorted(args["regions"]):
            rule = aws.cloudwatch.EventRule(
                f"{name}-{region}",
                region=region,
                description="Somebody takes on the break-glass role",
                event_pattern=pattern,
                opts=child,
            )
            aws.cloudwatch.EventTarget(
                f"{name}-{region}-target",
                region=region,
                rule=rule.name,
                arn=alarm_topic_arn(placement, region),
                opts=child,
            )
        self.register_outputs({})

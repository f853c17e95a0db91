"""ThreatDetection: one region of one account is watched.

Promises: GuardDuty reads the region's events, with every protection that the region is known to offer; Security Hub
holds findings against the foundational best practices; Access Analyzer names what is open to outsiders; AWS Config
records every change of every resource; a finding of high severity goes to the alarm topic.

What the region does not offer, or what nobody has verified there, is not switched on, and `fallbacks` says what
replaces it (mainland China: no Runtime Monitoring). No managed rules of AWS Config are made here: Security Hub makes
those its standard needs, and many of the others exclude China.

Makes: a GuardDuty detector (with Runtime Monitoring where offered), Security Hub with one standard, an analyzer, a
recorder with its delivery channel, two event rules.
"""

import json
from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.dependencies import before
from components.placement import Placement, alarm_topic_arn, jurisdiction_of, offers, partition_of, role_name

_RUNTIME = "guardduty.runtime-monitoring"

_PROTECTIONS = ("guardduty.malware-protection", _RUNTIME)
"""Protections of GuardDuty that not every region has. A new detector has all that its region offers on by itself (S3
events, cluster audit logs, RDS logins, malware, where offered), but for Runtime Monitoring, which is switched on
here."""

_AGENTS = (
    ("EC2_AGENT_MANAGEMENT", "DISABLED"),
    ("ECS_FARGATE_AGENT_MANAGEMENT", "DISABLED"),
    ("EKS_ADDON_MANAGEMENT", "ENABLED"),
)
"""Where GuardDuty installs its agent: on the clusters. All three are stated, because the service answers with all
three."""

_HIGH = 7
"""GuardDuty calls a finding high from 7.0 on (user guide, "Severity levels")."""


class ThreatDetectionArgs(TypedDict):
    """Arguments of ThreatDetection."""

    placement: Placement
    region: str
    records_global_types: bool
    """Whether roles, users and policies are recorded here: in one region of an account."""
    config_bucket_name: str
    """Name of the bucket for configuration history. It must exist: make this component depend on it."""
    key_arn: pulumi.Input[str]
    """Key of that bucket."""
    config_role_arn: pulumi.Input[str]
    """Service-linked role of AWS Config."""


class ThreatDetection(pulumi.ComponentResource):
    """See the module."""

    detector_id: pulumi.Output[str]
    fallbacks: pulumi.Output[list[str]]
    """What is not switched on here, and what replaces it."""

    def __init__(self, name: str, args: ThreatDetectionArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:ThreatDetection", name, dict(args), opts)
        self._name, self._args = name, args
        self._before = before(opts)
        self.detector_id = self._guardduty()
        self._security_hub()
        self._recorder()
        self.fallbacks = pulumi.Output.from_input(fallbacks(args["placement"], args["region"]))
        self.register_outputs({"detectorId": self.detector_id, "fallbacks": self.fallbacks})

    def _guardduty(self) -> pulumi.Output[str]:
        name, region, child = self._name, self._args["region"], pulumi.ResourceOptions(parent=self)
        detector = aws.guardduty.Detector(
            f"{name}-detector",
            region=region,
            enable=True,
            finding_publishing_frequency="FIFTEEN_MINUTES",
            opts=child,
        )
        if offers(self._args["placement"], region, _RUNTIME):
            aws.guardduty.DetectorFeature(
                f"{name}-runtime-monitoring",
                region=region,
                detector_id=detector.id,
                name="RUNTIME_MONITORING",
                status="ENABLED",
                additional_configurations=[{"name": agent, "status": status} for agent, status in _AGENTS],
                opts=child,
            )
        self._alarm(
            "findings",
            "GuardDuty found something of high severity",
            {
                "source": ["aws.guardduty"],
                "detail-type": ["GuardDuty Finding"],
                "detail": {"severity": [{"numeric": [">=", _HIGH]}]},
            },
        )
        return detector.id

    def _security_hub(self) -> None:
        """Security Hub and Access Analyzer; what the analyzer finds arrives in the hub."""
        name, placement, region = self._name, self._args["placement"], self._args["region"]
        child = pulumi.ResourceOptions(parent=self)
        hub = aws.securityhub.Account(
            f"{name}-hub",
            region=region,
            enable_default_standards=False,
            control_finding_generator="SECURITY_CONTROL",
            auto_enable_controls=True,
            opts=child,
        )
        standard = "standards/aws-foundational-security-best-practices/v/1.0.0"
        aws.securityhub.StandardsSubscription(
            f"{name}-best-practices",
            region=region,
            standards_arn=partition_of(placement).arn("securityhub", region, "", standard),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[hub]),
        )
        aws.accessanalyzer.Analyzer(
            f"{name}-analyzer",
            region=region,
            analyzer_name=role_name(placement, "outside-access"),
            type="ACCOUNT",
            opts=child,
        )
        self._alarm(
            "outside-access",
            "Something of this account became open to outsiders",
            {
                "source": ["aws.access-analyzer"],
                "detail-type": ["Access Analyzer Finding"],
                "detail": {"status": ["ACTIVE"]},
            },
        )

    def _recorder(self) -> None:
        """The service knows one recorder and one channel a region; it starts only when both exist."""
        name, args, region = self._name, self._args, self._args["region"]
        recorder = aws.cfg.Recorder(
            f"{name}-recorder",
            region=region,
            name="default",
            role_arn=args["config_role_arn"],
            recording_group={
                "all_supported": True,
                "include_global_resource_types": args["records_global_types"],
            },
            recording_mode={"recording_frequency": "CONTINUOUS"},
            opts=pulumi.ResourceOptions(parent=self),
        )
        channel = aws.cfg.DeliveryChannel(
            f"{name}-channel",
            region=region,
            name="default",
            s3_bucket_name=args["config_bucket_name"],
            s3_kms_key_arn=args["key_arn"],
            snapshot_delivery_properties={"delivery_frequency": "TwentyFour_Hours"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[recorder, *self._before]),
        )
        aws.cfg.RecorderStatus(
            f"{name}-recording",
            region=region,
            name=recorder.name,
            is_enabled=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[channel]),
        )

    def _alarm(self, role: str, description: str, pattern: "dict[str, object]") -> None:
        name, region, child = self._name, self._args["region"], pulumi.ResourceOptions(parent=self)
        rule = aws.cloudwatch.EventRule(
            f"{name}-{role}", region=region, description=description, event_pattern=json.dumps(pattern), opts=child
        )
        aws.cloudwatch.EventTarget(
            f"{name}-{role}-target",
            region=region,
            rule=rule.name,
            arn=alarm_topic_arn(self._args["placement"], region),
            opts=child,
        )


def fallbacks(placement: Placement, region: str) -> list[str]:
    """What is not switched on in a region, and what replaces it."""
    here = jurisdiction_of(placement).region(region)
    missing = [here.capability(needed) for needed in _PROTECTIONS if not offers(placement, region, needed)]
    return [f"{row.id}: {row.availability.value} in {region}; instead: {row.instead}" for row in missing]

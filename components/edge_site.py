"""EdgeSite: the cloud's side of one campus or clinic.

Promises: the site's machines log in with certificates of the site's own authority, for an hour at a time, and reach
the site's own prefix in the hospital's buckets, its own queue and its own metrics; never another site's, even with a
certificate that names it, because a role trusts one authority only. What waits for a site that is cut off waits 14
days. A silent site, messages not fetched and messages given up raise alarms.

A message names an object under the site's prefix and carries no patient's data. Without a certificate authority there
is no role, and `identity` says so. Makes: trust anchor, role and profile in the provider's region (those types know no
other), queue, queue for messages given up, alarms: a dozen resources at most, for an alliance has many sites.
"""

from enum import Enum
from typing import Any, NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Placement, alarm_topic_arn, boundary_of, jurisdiction_of, role_name, store_tags
from components.site_access import (
    metrics_of,
    prefix_of,
    queue_arn,
    queue_name,
    queue_policy,
    session_policy,
    site_policy,
    site_trust,
)
from components.site_hub import SiteConnection
from jurisdictions import Availability, BackupMode, RecordKind

_LONGEST_ABSENCE_S = 14 * 24 * 3600
"""How long messages wait: the most SQS keeps them."""
_SESSION_S = 3600
_HEARTBEAT_S = 300


class SiteKind(str, Enum):
    """What a site is, which decides how soon its silence is an alarm."""

    CAMPUS = "campus"
    """Wards and imaging, day and night."""
    CLINIC = "clinic"
    """Consulting rooms, often behind a weak line."""


_SILENT_BEATS = {SiteKind.CAMPUS: 3, SiteKind.CLINIC: 12}
"""Heartbeats that may be missing: a quarter of an hour, an hour."""
_UNFETCHED_S = {SiteKind.CAMPUS: 3600, SiteKind.CLINIC: 24 * 3600}
"""How old a message may get before someone should look."""


class EdgeSiteArgs(TypedDict):
    """Arguments of EdgeSite."""

    placement: Placement
    region: str
    """Region of the queue and the alarms; the provider's own, where the site's identity is made."""
    site: str
    """The site's key: at most 24 lower-case letters, digits and hyphens; never changes."""
    kind: SiteKind
    connection: SiteConnection
    bandwidth_mbps: int
    """What its line carries."""
    certificate_authority_pem: NotRequired[str]
    """Certificate of the site's own authority; left out, its machines cannot log in."""
    buckets: dict[str, str]
    """Bucket -> its region: where the site keeps its objects, replicas among them."""
    key_roles: list[str]
    """Roles of the buckets' keys, as in their aliases: `documents`, `images`."""
    queue_key_arn: pulumi.Input[str]
    """Key of the queues (`SiteHub`)."""


class EdgeSite(pulumi.ComponentResource):
    """See the module."""

    queue_url: pulumi.Output[str]
    """Where the site fetches its messages."""
    prefix: pulumi.Output[str]
    """The site's part of each bucket."""
    role_arn: pulumi.Output[Optional[str]]
    """What its machines become; None without certificate authority."""
    profile_arn: pulumi.Output[Optional[str]]
    trust_anchor_arn: pulumi.Output[Optional[str]]
    identity: pulumi.Output[str]
    """How its machines log in, or why they cannot."""
    line: pulumi.Output[str]
    """What is still to be ordered for its line."""

    def __init__(self, name: str, args: EdgeSiteArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:EdgeSite", name, dict(args), opts)
        self._name, self._args = name, args

        missing = why_no_identity(args)
        nothing: pulumi.Output[Optional[str]] = pulumi.Output.from_input(None)
        self.role_arn = self.profile_arn = self.trust_anchor_arn = nothing
        if not missing:
            self._identity()
        queue, given_up = self._queues()
        self._alarms(queue, given_up, heartbeat=not missing)

        self.queue_url = queue.url
        self.prefix = pulumi.Output.from_input(prefix_of(args["site"]))
        self.identity = pulumi.Output.from_input(
            missing or f"certificates for *.{args['site']} by the site's authority"
        )
        self.line = pulumi.Output.from_input(line_of(args))
        self.register_outputs(
            {
                "queueUrl": self.queue_url,
                "prefix": self.prefix,
                "roleArn": self.role_arn,
                "profileArn": self.profile_arn,
                "trustAnchorArn": self.trust_anchor_arn,
                "identity": self.identity,
                "line": self.line,
            }
        )

    def _identity(self) -> None:
        name, args, child = self._name, self._args, pulumi.ResourceOptions(parent=self)
        anchor = aws.rolesanywhere.TrustAnchor(
            f"{name}-authority",
            name=name,
            enabled=True,
            source={
                "source_type": "CERTIFICATE_BUNDLE",
                "source_data": {"x509_certificate_data": args["certificate_authority_pem"].strip() + "\n"},
            },
            opts=child,
        )
        role = aws.iam.Role(
            f"{name}-role",
            name=role_name(args["placement"], f"site-{args['site']}"),
            description=f"Machines of {args['site']}",
            assume_role_policy=site_trust(args["placement"], args["site"], anchor.arn),
            max_session_duration=_SESSION_S,
            permissions_boundary=boundary_of(args["placement"]),
            opts=child,
        )
        permission = aws.iam.RolePolicy(
            f"{name}-permission",
            name="site",
            role=role.name,
            policy=site_policy(args["placement"], args["region"], args["site"], args["buckets"], args["key_roles"]),
            opts=child,
        )
        profile = aws.rolesanywhere.Profile(
            f"{name}-profile",
            name=name,
            enabled=True,
            duration_seconds=_SESSION_S,
            role_arns=[role.arn],
            session_policy=session_policy(args["placement"], args["region"], args["site"]),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.role_arn, self.profile_arn, self.trust_anchor_arn = role.arn, profile.arn, anchor.arn

    def _queues(self) -> "tuple[aws.sqs.Queue, aws.sqs.Queue]":
        """The site's queue, and the one that takes what the site failed on five times."""
        args, child = self._args, pulumi.ResourceOptions(parent=self)
        placement, region, site = args["placement"], args["region"], args["site"]
        own = queue_arn(placement, region, site)
        undelivered = queue_arn(placement, region, site, "-undelivered")
        settings = {
            "region": region,
            "message_retention_seconds": _LONGEST_ABSENCE_S,
            "kms_master_key_id": args["queue_key_arn"],
            "tags": store_tags(2, RecordKind.OPERATIONAL, BackupMode.NONE),
        }
        given_up = aws.sqs.Queue(
            f"{self._name}-undelivered",
            name=queue_name(placement, site, "-undelivered"),
            policy=queue_policy(undelivered),
            opts=child,
            **settings,
        )
        queue = aws.sqs.Queue(
            f"{self._name}-messages",
            name=queue_name(placement, site),
            policy=queue_policy(own),
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": given_up.arn, "maxReceiveCount": 5}),
            receive_wait_time_seconds=20,
            visibility_timeout_seconds=300,
            opts=child,
            **settings,
        )
        return queue, given_up

    def _alarms(self, queue: aws.sqs.Queue, given_up: aws.sqs.Queue, heartbeat: bool) -> None:
        site, kind = self._args["site"], SiteKind(self._args["kind"])
        self._alarm(
            "unfetched",
            f"{site} has not fetched a message for {_UNFETCHED_S[kind] // 3600} h",
            {
                "namespace": "AWS/SQS",
                "metric_name": "ApproximateAgeOfOldestMessage",
                "dimensions": {"QueueName": queue.name},
                "statistic": "Maximum",
                "comparison_operator": "GreaterThanThreshold",
                "threshold": _UNFETCHED_S[kind],
                "evaluation_periods": 1,
                "treat_missing_data": "notBreaching",
            },
        )
        self._alarm(
            "given-up",
            f"{site} failed on a message five times",
            {
                "namespace": "AWS/SQS",
                "metric_name": "ApproximateNumberOfMessagesVisible",
                "dimensions": {"QueueName": given_up.name},
                "statistic": "Maximum",
                "comparison_operator": "GreaterThanThreshold",
                "threshold": 0,
                "evaluation_periods": 1,
                "treat_missing_data": "notBreaching",
            },
        )
        if heartbeat:
            self._alarm(
                "silent",
                f"Nothing heard of {site} for {_SILENT_BEATS[kind] * _HEARTBEAT_S // 60} min",
                {
                    "namespace": metrics_of(site),
                    "metric_name": "Heartbeat",
                    "statistic": "Sum",
                    "comparison_operator": "LessThanThreshold",
                    "threshold": 1,
                    "evaluation_periods": _SILENT_BEATS[kind],
                    "treat_missing_data": "breaching",
                },
            )

    def _alarm(self, role: str, description: str, metric: dict[str, Any]) -> None:
        region, topic = self._args["region"], alarm_topic_arn(self._args["placement"], self._args["region"])
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{role}",
            region=region,
            alarm_description=description,
            period=_HEARTBEAT_S,
            alarm_actions=[topic],
            ok_actions=[topic],
            opts=pulumi.ResourceOptions(parent=self),
            **metric,
        )


def why_no_identity(args: EdgeSiteArgs) -> str:
    """Why the site's machines cannot log in; empty where they can."""
    if not args.get("certificate_authority_pem"):
        return "no certificate authority stated: the site's machines cannot log in"
    capability = jurisdiction_of(args["placement"]).region(args["region"]).capability("rolesanywhere")
    if capability.availability is not Availability.OFFERED:
        return f"IAM Roles Anywhere is {capability.availability.value} in {args['region']}: {capability.instead}"
    return ""


def line_of(args: EdgeSiteArgs) -> str:
    """What has to be ordered outside AWS, where anything has."""
    mbps = f"{args['bandwidth_mbps']} Mbit/s"
    return {
        SiteConnection.DIRECT_CONNECT: f"order a Direct Connect line of {mbps} from a carrier, a second one at another "
        "location where the site must not lose it, each with a private virtual interface on the hub's gateway",
        SiteConnection.SD_WAN: f"order {mbps} from an SD-WAN provider that hands over a private virtual interface on "
        "the hub's Direct Connect gateway",
        SiteConnection.NONE: f"none: TLS over the site's internet access of {mbps}",
    }[SiteConnection(args["connection"])]

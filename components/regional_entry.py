"""RegionalEntry: one region's side of the clinical entry.

Promises: TLS 1.3 only, with post-quantum key exchange where the region's load balancers offer it; plain HTTP is
redirected; requests that break the protocol are dropped; each request and connection is logged; behind a web
application firewall; it answers only for its own names; to the targets TLS too, from class 3 up.

What tells DNS whether the region can serve is the load balancer's deep check (EntryTargets). Route 53's own HTTPS
check could not: it speaks no TLS 1.3 (Route 53 API reference, HealthCheckConfig, Type), and reaches nothing internal.

Makes: a security group, a load balancer with two listeners and their rules, EntryTargets, a WebFirewall, an alarm.
"""

from enum import Enum
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.entry_targets import DEEP_PATH, EntryTargets, name_prefix
from components.placement import Lifecycle, Placement, alarm_topic_arn, jurisdiction_of, lifecycle_of, offers
from components.web_firewall import REQUESTS_PER_ADDRESS, WebFirewall

TLS_POST_QUANTUM = "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"
TLS_CLASSICAL = "ELBSecurityPolicy-TLS13-1-3-2021-06"


class Exposure(str, Enum):
    """Who can reach the entry."""

    INTERNAL = "internal"
    """The hospital's own networks only."""
    PUBLIC = "public"
    """The internet."""


class RegionalEntryArgs(TypedDict):
    """Arguments of RegionalEntry."""

    placement: Placement
    region: str
    role: str
    """What it is, in names. At most 12 characters."""
    data_class: int
    """1 to 5: the highest class of what passes."""
    exposure: Exposure
    domain: str
    """It answers for this name and those directly below it, and for no other."""
    certificate_arn: pulumi.Input[str]
    """A validated certificate of this region for `domain` and `*.domain`."""
    vpc_id: pulumi.Input[str]
    vpc_cidr: str
    subnet_ids: pulumi.Input[list[pulumi.Input[str]]]
    """One subnet a zone: public ones for a public entry, else private ones."""
    client_cidrs: NotRequired[dict[str, str]]
    """Stable name -> network that may reach an internal entry; ignored for a public one."""
    target_port: int
    """Port of the targets: a node port of the application platform."""
    log_bucket: pulumi.Input[str]
    """Bucket of the region's LogArchive."""
    requests_per_address: NotRequired[int]
    """See WebFirewall."""
    tags: NotRequired[dict[str, str]]


class RegionalEntry(pulumi.ComponentResource):
    """See the module."""

    dns_name: pulumi.Output[str]
    """The load balancer's own name, handed out when firewall and listeners exist."""
    dns_zone_id: pulumi.Output[str]
    """Zone of that name, for alias records."""
    security_group_id: pulumi.Output[str]
    """From here come the requests to the targets."""
    target_group_arn: pulumi.Output[str]
    """Gets the traffic."""
    deep_target_group_arn: pulumi.Output[str]
    """Gets the deep check only; the same targets belong in it."""
    tls_policy: pulumi.Output[str]
    tls_reason: pulumi.Output[str]
    """Why this policy and no other."""

    def __init__(self, name: str, args: RegionalEntryArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:RegionalEntry", name, dict(args), opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        policy, reason = tls_policy_of(args["placement"], args["region"])
        group = self._security_group()
        balancer = self._balancer(group)
        self._targets = EntryTargets(
            f"{name}-targets",
            {
                "placement": args["placement"],
                "region": args["region"],
                "data_class": args["data_class"],
                "vpc_id": args["vpc_id"],
                "target_port": args["target_port"],
                "tags": self._tags(),
            },
            opts=self._child,
        )
        listener = self._listeners(balancer, policy)
        self._rules(listener)
        firewall = WebFirewall(
            f"{name}-firewall",
            {
                "placement": args["placement"],
                "region": args["region"],
                "role": args["role"],
                "data_class": args["data_class"],
                "requests_per_address": args.get("requests_per_address") or REQUESTS_PER_ADDRESS,
            },
            opts=self._child,
        )
        guarded = aws.wafv2.WebAclAssociation(
            f"{name}-guarded",
            region=args["region"],
            resource_arn=balancer.arn,
            web_acl_arn=firewall.arn,
            opts=self._child,
        )
        self._alarm(balancer)

        ready = pulumi.Output.all(balancer.dns_name, guarded.id, listener.id)
        self.dns_name = ready.apply(lambda values: str(values[0]))
        self.dns_zone_id = balancer.zone_id
        self.security_group_id = group.id
        self.target_group_arn = self._targets.arn
        self.deep_target_group_arn = self._targets.deep_arn
        self.tls_policy = pulumi.Output.from_input(policy)
        self.tls_reason = pulumi.Output.from_input(reason)
        self.register_outputs(
            {
                "dnsName": self.dns_name,
                "dnsZoneId": self.dns_zone_id,
                "securityGroupId": self.security_group_id,
                "targetGroupArn": self.target_group_arn,
                "deepTargetGroupArn": self.deep_target_group_arn,
                "tlsPolicy": self.tls_policy,
                "tlsReason": self.tls_reason,
            }
        )

    def _security_group(self) -> aws.ec2.SecurityGroup:
        """In: HTTPS, and HTTP to be redirected. Out: the target port inside the VPC."""
        name, args, region = self._name, self._args, self._args["region"]
        public = Exposure(args["exposure"]) is Exposure.PUBLIC
        clients = {"internet": "0.0.0.0/0"} if public else args.get("client_cidrs", {})
        if not clients:
            raise ValueError(f"{name}: an internal entry needs at least one network in client_cidrs")
        group = aws.ec2.SecurityGroup(
            f"{name}-balancer",
            region=region,
            description="Clinical entry, load balancer",
            vpc_id=args["vpc_id"],
            opts=self._child,
        )
        for client, cidr in sorted(clients.items()):
            for protocol, port in (("https", 443), ("http", 80)):
                aws.vpc.SecurityGroupIngressRule(
                    f"{name}-{protocol}-from-{client}",
                    region=region,
                    security_group_id=group.id,
                    description=f"{protocol} from {client}",
                    cidr_ipv4=cidr,
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                    opts=self._child,
                )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-targets",
            region=region,
            security_group_id=group.id,
            description="To the targets",
            cidr_ipv4=args["vpc_cidr"],
            ip_protocol="tcp",
            from_port=args["target_port"],
            to_port=args["target_port"],
            opts=self._child,
        )
        return group

    def _balancer(self, group: aws.ec2.SecurityGroup) -> aws.lb.LoadBalancer:
        args, placement, logs = self._args, self._args["placement"], f"elb/{self._args['role']}"
        return aws.lb.LoadBalancer(
            f"{self._name}-alb",
            region=args["region"],
            name_prefix=name_prefix(placement),
            load_balancer_type="application",
            internal=Exposure(args["exposure"]) is Exposure.INTERNAL,
            subnets=args["subnet_ids"],
            security_groups=[group.id],
            enable_deletion_protection=lifecycle_of(placement) is Lifecycle.LIVE,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="strictest",
            enable_waf_fail_open=False,
            enable_zonal_shift=offers(placement, args["region"], "arc-zonal-shift"),
            access_logs={"bucket": args["log_bucket"], "prefix": f"{logs}/access", "enabled": True},
            connection_logs={"bucket": args["log_bucket"], "prefix": f"{logs}/connections", "enabled": True},
            tags=self._tags(),
            opts=self._child,
        )

    def _listeners(self, balancer: aws.lb.LoadBalancer, policy: str) -> aws.lb.Listener:
        """HTTPS, which answers 404 until a rule says more; HTTP, which only redirects."""
        name, args, region = self._name, self._args, self._args["region"]
        aws.lb.Listener(
            f"{name}-http",
            region=region,
            load_balancer_arn=balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[
                {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}}
            ],
            opts=self._child,
        )
        return aws.lb.Listener(
            f"{name}-https",
            region=region,
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=policy,
            certificate_arn=args["certificate_arn"],
            default_actions=[_not_found()],
            routing_http_response_strict_transport_security_header_value="max-age=31536000; includeSubDomains",
            opts=self._child,
        )

    def _rules(self, listener: aws.lb.Listener) -> None:
        """A load balancer checks a target group only when a rule leads to it: the deep one is led to from inside the
        VPC only, and to everybody else its path does not exist."""
        args = self._args
        deep = {"path_pattern": {"values": [DEEP_PATH]}}
        inside = {"source_ip": {"values": [args["vpc_cidr"]]}}
        own_names = {"host_header": {"values": [f"*.{args['domain']}", args["domain"]]}}
        rules = {
            "deep-check": (10, [deep, inside], _forward(self._targets.deep_arn)),
            "deep-check-hidden": (20, [deep], _not_found()),
            "own-names": (30, [own_names], _forward(self._targets.arn)),
        }
        for role, (priority, conditions, action) in rules.items():
            aws.lb.ListenerRule(
                f"{self._name}-{role}",
                region=args["region"],
                listener_arn=listener.arn,
                priority=priority,
                conditions=conditions,
                actions=[action],
                opts=self._child,
            )

    def _alarm(self, balancer: aws.lb.LoadBalancer) -> None:
        """No target passes the deep check, or the load balancer reports nothing at all."""
        args = self._args
        topic = alarm_topic_arn(args["placement"], args["region"])
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-cannot-serve",
            region=args["region"],
            alarm_description="No target passes the deep check: this region cannot serve; DNS turns to the other",
            namespace="AWS/ApplicationELB",
            metric_name="HealthyHostCount",
            dimensions={"LoadBalancer": balancer.arn_suffix, "TargetGroup": self._targets.deep_arn_suffix},
            statistic="Maximum",
            period=60,
            evaluation_periods=3,
            threshold=1,
            comparison_operator="LessThanThreshold",
            treat_missing_data="breaching",
            alarm_actions=[topic],
            ok_actions=[topic],
            opts=self._child,
        )

    def _tags(self) -> dict[str, str]:
        return {"Name": f"{self._args['placement']['hospital']}-{self._args['role']}", **self._args.get("tags", {})}


def tls_policy_of(placement: Placement, region: str) -> "tuple[str, str]":
    """The security policy of a region's load balancers, and why."""
    facts = jurisdiction_of(placement).region(region)
    capability = facts.capability("elb.pq-tls")
    if offers(placement, region, "elb.pq-tls"):
        return TLS_POST_QUANTUM, f"{region}: TLS 1.3 with post-quantum hybrid key exchange (ML-KEM)"
    return TLS_CLASSICAL, (
        f"{region}: TLS 1.3 without post-quantum key exchange, because elb.pq-tls is {capability.availability.value} "
        f"here ({capability.source})"
    )


def _forward(target_group_arn: pulumi.Output[str]) -> dict[str, object]:
    return {"type": "forward", "target_group_arn": target_group_arn}


def _not_found() -> dict[str, object]:
    return {
        "type": "fixed-response",
        "fixed_response": {"content_type": "text/plain", "message_body": "Not found", "status_code": "404"},
    }

"""FailoverRecords: the DNS names of the clinical entry, and what turns them to the other region.

Promises: the clinical name leads to the region that records are written in as long as it can serve, else to the
standby; each region has a name of its own; names that any region may answer lead to the nearest. When no region can
serve, the answer is the primary: nothing is ever emptied.

A region can serve when its load balancer is healthy, which the alias records inherit (`evaluate_target_health`): a
healthy target in each of its target groups, the deep check's too; and, for a public entry, when it can be reached from
outside. That check is TCP: Route 53 checks speak no TLS 1.3, and reach nothing internal. Answers are kept for 60
seconds, which an alias to a load balancer has by itself. So a turn takes 30 seconds to see, and 60 to be heard.

Makes: alias records, for a public entry health checks.
"""

import re
from enum import Enum
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Placement
from components.regional_entry import Exposure

REACH_INTERVAL_S = 10
REACH_FAILURES = 3
ANSWER_TTL_S = 60
"""Of an alias to a load balancer (Route 53 developer guide); cannot be chosen."""

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class DataCentreRole(str, Enum):
    """The primary is where records are written; the standby takes over."""

    PRIMARY = "primary"
    STANDBY = "standby"


class RecordTarget(TypedDict):
    """A region's entry, as DNS sees it."""

    region: str
    role: DataCentreRole
    dns_name: pulumi.Input[str]
    dns_zone_id: pulumi.Input[str]


class FailoverRecordsArgs(TypedDict):
    """Arguments of FailoverRecords."""

    placement: Placement
    domain: str
    exposure: Exposure
    zone_id: pulumi.Input[str]
    targets: dict[str, RecordTarget]
    """By data centre; the key is also the label of the region's own name."""
    latency_names: NotRequired[dict[str, str]]
    """Stable name -> label below the domain that any region may answer: static files, a read-only viewer."""


class FailoverRecords(pulumi.ComponentResource):
    """See the module."""

    urls: pulumi.Output[dict[str, str]]
    """`clinical`, each data centre, each latency name -> URL."""
    health_check_ids: pulumi.Output[dict[str, str]]
    """By data centre: whether it can be reached from outside; empty for an internal entry."""

    def __init__(self, name: str, args: FailoverRecordsArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:FailoverRecords", name, dict(args), opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        domain, latency_names = args["domain"], args.get("latency_names", {})
        _check_labels(name, args)

        checks: dict[str, pulumi.Output[str]] = {}
        for key, target in sorted(args["targets"].items()):
            own = self._record(f"{name}-{key}-own", f"{key}.{domain}", target)
            if Exposure(args["exposure"]) is Exposure.PUBLIC:
                checks[key] = self._reach(key, own)
            primary = DataCentreRole(target["role"]) is DataCentreRole.PRIMARY
            self._record(
                f"{name}-{key}-clinical",
                domain,
                target,
                set_identifier=key,
                failover_routing_policies=[{"type": "PRIMARY" if primary else "SECONDARY"}],
                health_check_id=checks.get(key),
            )
            for role, label in sorted(latency_names.items()):
                self._record(
                    f"{name}-{key}-{role}",
                    f"{label}.{domain}",
                    target,
                    set_identifier=key,
                    latency_routing_policies=[{"region": target["region"]}],
                    health_check_id=checks.get(key),
                )

        names = {
            "clinical": domain,
            **{key: f"{key}.{domain}" for key in args["targets"]},
            **{role: f"{label}.{domain}" for role, label in latency_names.items()},
        }
        self.urls = pulumi.Output.from_input({key: f"https://{host}" for key, host in sorted(names.items())})
        self.health_check_ids = pulumi.Output.all(**checks)
        self.register_outputs({"urls": self.urls, "healthCheckIds": self.health_check_ids})

    def _record(self, name: str, host: str, target: RecordTarget, **routing: object) -> aws.route53.Record:
        return aws.route53.Record(
            name,
            zone_id=self._args["zone_id"],
            name=host,
            type="A",
            aliases=[
                {"name": target["dns_name"], "zone_id": target["dns_zone_id"], "evaluate_target_health": True},
            ],
            opts=self._child,
            **routing,
        )

    def _reach(self, key: str, own: aws.route53.Record) -> pulumi.Output[str]:
        """Whether the region's own name can be reached from outside."""
        host = f"{key}.{self._args['domain']}"
        check = aws.route53.HealthCheck(
            f"{self._name}-{key}-reach",
            type="TCP",
            fqdn=host,
            port=443,
            request_interval=REACH_INTERVAL_S,
            failure_threshold=REACH_FAILURES,
            tags={"Name": host},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[own]),
        )
        return check.id


def _check_labels(name: str, args: FailoverRecordsArgs) -> None:
    labels = [*args["targets"], *args.get("latency_names", {}).values()]
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise ValueError(f"{name}: {label!r} is no DNS label (a to z, 0 to 9, hyphens inside, at most 63)")
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise ValueError(f"{name}: {', '.join(twice)} would name two things below {args['domain']}")

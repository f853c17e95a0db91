"""EntryTargets: the two target groups of a region's clinical entry, over the same targets.

Promises: the group that gets traffic is checked shallowly (`/healthz`), so that a sick database empties no load
balancer; the other gets no traffic and is checked deeply (`/readyz/deep`, a read through to the database): it tells DNS
whether the region can serve. TLS to the targets from class 3 up; there they must answer TLS 1.2 as well as 1.3, for the
sake of the checks. Makes: two target groups.
"""

from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Placement

SHALLOW_PATH = "/healthz"
DEEP_PATH = "/readyz/deep"
CHECK_INTERVAL_S = 10
CHECK_FAILURES = 3


class EntryTargetsArgs(TypedDict):
    """Arguments of EntryTargets."""

    placement: Placement
    region: str
    data_class: int
    """1 to 5: the highest class of what passes."""
    vpc_id: pulumi.Input[str]
    target_port: int
    """Port of the targets: a node port of the application platform."""
    tags: NotRequired[dict[str, str]]


class EntryTargets(pulumi.ComponentResource):
    """See the module."""

    arn: pulumi.Output[str]
    """The group that gets traffic."""
    deep_arn: pulumi.Output[str]
    """The group that gets the deep check only."""
    deep_arn_suffix: pulumi.Output[str]
    """Its name in metrics."""

    def __init__(self, name: str, args: EntryTargetsArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:EntryTargets", name, dict(args), opts)
        shallow = self._group(f"{name}-traffic", args, SHALLOW_PATH)
        deep = self._group(f"{name}-deep", args, DEEP_PATH)
        self.arn = shallow.arn
        self.deep_arn = deep.arn
        self.deep_arn_suffix = deep.arn_suffix
        self.register_outputs({"arn": self.arn, "deepArn": self.deep_arn, "deepArnSuffix": self.deep_arn_suffix})

    def _group(self, name: str, args: EntryTargetsArgs, path: str) -> aws.lb.TargetGroup:
        protocol = "HTTPS" if args["data_class"] >= 3 else "HTTP"
        return aws.lb.TargetGroup(
            name,
            region=args["region"],
            name_prefix=name_prefix(args["placement"]),
            target_type="instance",
            vpc_id=args["vpc_id"],
            protocol=protocol,
            port=args["target_port"],
            deregistration_delay=60,
            load_balancing_algorithm_type="least_outstanding_requests",
            health_check={
                "enabled": True,
                "protocol": protocol,
                "port": "traffic-port",
                "path": path,
                "matcher": "200",
                "interval": CHECK_INTERVAL_S,
                "timeout": 5,
                "healthy_threshold": 2,
                "unhealthy_threshold": CHECK_FAILURES,
            },
            tags=args.get("tags", {}),
            opts=pulumi.ResourceOptions(parent=self),
        )


def name_prefix(placement: Placement) -> str:
    """Head of the names of load balancers and target groups, at most six characters. The rest is the provider's: 32
    characters are too few for ours, and a replacement needs a name of its own."""
    return f"{placement['hospital'][:5]}-"

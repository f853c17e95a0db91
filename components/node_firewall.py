"""NodeFirewall: who reaches the nodes of an application platform, and whom they reach.

Promises: in come the nodes themselves, the control plane, and the load balancers on their one port; out go calls inside
the network, to the hospital's own networks, and TLS to what is named. Makes: a security group with its rules, and the
two rules of the control plane's group that face the nodes.
"""

from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

_UNPRIVILEGED = (1025, 65535)
"""Where pods listen: webhooks and kubelet (10250), which the control plane calls."""


class NodeEntry(TypedDict):
    """A load balancer that leads to the nodes."""

    security_group_id: pulumi.Input[str]
    target_port: int
    target_group_arns: dict[str, pulumi.Input[str]]
    """Stable name -> target group that the nodes belong in."""


class NodeFirewallArgs(TypedDict):
    """Arguments of NodeFirewall."""

    region: str
    vpc_id: pulumi.Input[str]
    vpc_cidr: str
    cluster_security_group_id: pulumi.Input[str]
    """Security group of the control plane."""
    entries: dict[str, NodeEntry]
    peer_cidrs: NotRequired[dict[str, str]]
    """Stable name -> further network of the hospital that applications call: partner region, sites. Any TCP port."""
    tls_cidrs: NotRequired[dict[str, str]]
    """Stable name -> network that applications call by TLS. The whole internet only where the way out has a list of
    domains."""
    prefix_list_ids: NotRequired[dict[str, pulumi.Input[str]]]
    """Stable name -> prefix list of a gateway endpoint (S3, which hands out the layers of images). TLS only."""


class NodeFirewall(pulumi.ComponentResource):
    """See the module."""

    security_group_id: pulumi.Output[str]
    """Handed out when the rules that a node needs to join exist."""

    def __init__(self, name: str, args: NodeFirewallArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:NodeFirewall", name, dict(args), opts)
        self._name, self._region = name, args["region"]
        self._child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-nodes",
            region=args["region"],
            description="Nodes of the application platform",
            vpc_id=args["vpc_id"],
            opts=self._child,
        )
        nodes, plane = group.id, args["cluster_security_group_id"]
        low, high = _UNPRIVILEGED

        joined = [
            self._in("nodes-among-themselves", nodes, "-1", referenced_security_group_id=nodes),
            self._in("nodes-from-plane", nodes, "tcp", low, high, referenced_security_group_id=plane),
            self._in("plane-from-nodes", plane, "tcp", 443, 443, referenced_security_group_id=nodes),
            self._out("plane-to-nodes", plane, "tcp", low, high, referenced_security_group_id=nodes),
            self._out("nodes-to-network", nodes, "-1", cidr_ipv4=args["vpc_cidr"]),
        ]
        for entry, row in sorted(args["entries"].items()):
            port, source = row["target_port"], row["security_group_id"]
            self._in(f"nodes-from-{entry}", nodes, "tcp", port, port, referenced_security_group_id=source)
        for peer, cidr in sorted(args.get("peer_cidrs", {}).items()):
            self._out(f"nodes-to-{peer}", nodes, "tcp", 0, 65535, cidr_ipv4=cidr)
        for peer, cidr in sorted(args.get("tls_cidrs", {}).items()):
            self._out(f"tls-to-{peer}", nodes, "tcp", 443, 443, cidr_ipv4=cidr)
        for service, prefix_list_id in sorted(args.get("prefix_list_ids", {}).items()):
            self._out(f"tls-to-{service}-endpoint", nodes, "tcp", 443, 443, prefix_list_id=prefix_list_id)

        self.security_group_id = pulumi.Output.all(group.id, *(rule.id for rule in joined)).apply(
            lambda values: str(values[0])
        )
        self.register_outputs({"securityGroupId": self.security_group_id})

    # A rule's name is a tag: emulators keep no description of a rule that names a group or a prefix list.
    def _in(
        self,
        role: str,
        group: pulumi.Input[str],
        protocol: str,
        low: Optional[int] = None,
        high: Optional[int] = None,
        **source: pulumi.Input[str],
    ) -> aws.vpc.SecurityGroupIngressRule:
        return aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-{role}",
            region=self._region,
            security_group_id=group,
            description=role.replace("-", " ") if "cidr_ipv4" in source else None,
            tags={"Name": role},
            ip_protocol=protocol,
            from_port=low,
            to_port=high,
            opts=self._child,
            **source,
        )

    def _out(
        self,
        role: str,
        group: pulumi.Input[str],
        protocol: str,
        low: Optional[int] = None,
        high: Optional[int] = None,
        **target: pulumi.Input[str],
    ) -> aws.vpc.SecurityGroupEgressRule:
        return aws.vpc.SecurityGroupEgressRule(
            f"{self._name}-{role}",
            region=self._region,
            security_group_id=group,
            description=role.replace("-", " ") if "cidr_ipv4" in target else None,
            tags={"Name": role},
            ip_protocol=protocol,
            from_port=low,
            to_port=high,
            opts=self._child,
            **target,
        )

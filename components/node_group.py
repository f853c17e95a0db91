"""NodeGroup: the machines of an application platform, over all its zones.

Promises: an operating system without shell and login (Bottlerocket); volumes encrypted with the hospital's key; no
public address; instance metadata only with a session token and not from inside a pod; images only from the account's
own registry and that of EKS's add-ons, in the same region; from outside only the load balancers reach it, on one port.

Makes: a role, a security group with its rules, a launch template, a managed node group, its attachment to the load
balancers' target groups.
"""

import json
from enum import Enum
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.image_registry import addon_account
from components.node_firewall import NodeEntry, NodeFirewall
from components.placement import Placement, boundary_of, partition_of, role_name, store_tags
from jurisdictions import BackupMode, RecordKind

_SYSTEM_GIB = 4
"""Bottlerocket's own volume holds only the system, in two versions."""
VOLUME_GIB = 100


class NodeArchitecture(str, Enum):
    """The processors of the nodes."""

    X86_64 = "x86_64"
    ARM64 = "arm64"


_IMAGES = {NodeArchitecture.X86_64: "BOTTLEROCKET_x86_64", NodeArchitecture.ARM64: "BOTTLEROCKET_ARM_64"}


class NodeCounts(TypedDict):
    """How many nodes there are."""

    minimum: int
    desired: int
    maximum: int


class NodeGroupArgs(TypedDict):
    """Arguments of NodeGroup."""

    placement: Placement
    region: str
    role: str
    """Head of the role's name. At most 16 characters."""
    data_class: int
    cluster_name: pulumi.Input[str]
    cluster_security_group_id: pulumi.Input[str]
    """Security group of the control plane."""
    vpc_id: pulumi.Input[str]
    vpc_cidr: str
    subnet_ids: pulumi.Input[list[pulumi.Input[str]]]
    """One application subnet a zone."""
    instance_type: str
    architecture: NotRequired[NodeArchitecture]
    """Left out, x86_64."""
    nodes: NodeCounts
    volume_gib: NotRequired[int]
    """Volume for images and scratch data of a node; left out, 100."""
    key_arn: pulumi.Input[str]
    """Customer key that the Auto Scaling service role may use."""
    entries: NotRequired[dict[str, NodeEntry]]
    """Stable name -> load balancer that leads here."""
    peer_cidrs: NotRequired[dict[str, str]]
    """See NodeFirewall."""
    tls_cidrs: NotRequired[dict[str, str]]
    """See NodeFirewall."""
    prefix_list_ids: NotRequired[dict[str, pulumi.Input[str]]]
    """See NodeFirewall."""


class NodeGroup(pulumi.ComponentResource):
    """See the module."""

    security_group_id: pulumi.Output[str]
    role_arn: pulumi.Output[str]
    auto_scaling_group: pulumi.Output[str]
    """Name of the group, handed out when the nodes are there."""

    def __init__(self, name: str, args: NodeGroupArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:NodeGroup", name, dict(args), opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        region, counts = args["region"], args["nodes"]

        role, allowed = self._role()
        firewall = NodeFirewall(
            f"{name}-firewall",
            {
                "region": region,
                "vpc_id": args["vpc_id"],
                "vpc_cidr": args["vpc_cidr"],
                "cluster_security_group_id": args["cluster_security_group_id"],
                "entries": args.get("entries", {}),
                "peer_cidrs": args.get("peer_cidrs", {}),
                "tls_cidrs": args.get("tls_cidrs", {}),
                "prefix_list_ids": args.get("prefix_list_ids", {}),
            },
            opts=self._child,
        )
        template = self._template(firewall.security_group_id)
        group = aws.eks.NodeGroup(
            f"{name}-nodes",
            region=region,
            cluster_name=args["cluster_name"],
            node_role_arn=role.arn,
            subnet_ids=args["subnet_ids"],
            ami_type=_IMAGES[NodeArchitecture(args.get("architecture") or NodeArchitecture.X86_64)],
            capacity_type="ON_DEMAND",
            instance_types=[args["instance_type"]],
            launch_template={"id": template.id, "version": template.latest_version.apply(str)},
            scaling_config={
                "min_size": counts["minimum"],
                "desired_size": counts["desired"],
                "max_size": counts["maximum"],
            },
            update_config={"max_unavailable": 1},
            opts=pulumi.ResourceOptions(parent=self, depends_on=allowed),
        )
        scaling_group = group.resources[0].autoscaling_groups[0].name
        for entry, row in sorted(args.get("entries", {}).items()):
            for target, arn in sorted(row["target_group_arns"].items()):
                aws.autoscaling.Attachment(
                    f"{name}-{entry}-{target}",
                    region=region,
                    autoscaling_group_name=scaling_group,
                    lb_target_group_arn=arn,
                    opts=self._child,
                )
        self.security_group_id = firewall.security_group_id
        self.role_arn = role.arn
        self.auto_scaling_group = scaling_group
        self.register_outputs(
            {
                "securityGroupId": self.security_group_id,
                "roleArn": self.role_arn,
                "autoScalingGroup": self.auto_scaling_group,
            }
        )

    def _role(self) -> "tuple[aws.iam.Role, list[pulumi.Resource]]":
        """What a node may do: join its cluster, and pull images from two registries. The network of the pods has a role
        of its own."""
        name, args, placement = self._name, self._args, self._args["placement"]
        partition = partition_of(placement)
        role = aws.iam.Role(
            f"{name}-role",
            name=role_name(placement, f"{args['role']}-nodes-{args['region']}"),
            description=f"Nodes of the application platform in {args['region']}",
            permissions_boundary=boundary_of(placement),
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": partition.principal("ec2")},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
            opts=self._child,
        )
        worker = aws.iam.RolePolicyAttachment(
            f"{name}-worker",
            role=role.name,
            policy_arn=partition.managed_policy("AmazonEKSWorkerNodePolicy"),
            opts=self._child,
        )
        pull = aws.iam.RolePolicy(
            f"{name}-pull", role=role.name, policy=pull_policy(placement, args["region"]), opts=self._child
        )
        return role, [worker, pull]

    def _template(self, security_group_id: pulumi.Output[str]) -> aws.ec2.LaunchTemplate:
        args = self._args
        tags = {
            "Name": self._name,
            **store_tags(args["data_class"], RecordKind.OPERATIONAL, BackupMode.NONE),
        }
        return aws.ec2.LaunchTemplate(
            f"{self._name}-template",
            region=args["region"],
            description="Nodes of the application platform",
            update_default_version=True,
            block_device_mappings=[
                self._volume("/dev/xvda", _SYSTEM_GIB),
                self._volume("/dev/xvdb", args.get("volume_gib") or VOLUME_GIB),
            ],
            metadata_options={
                "http_endpoint": "enabled",
                "http_tokens": "required",
                "http_put_response_hop_limit": 1,
                "instance_metadata_tags": "disabled",
            },
            monitoring={"enabled": True},
            network_interfaces=[
                {
                    "device_index": 0,
                    "associate_public_ip_address": "false",
                    "delete_on_termination": "true",
                    "security_groups": [security_group_id],
                }
            ],
            tag_specifications=[
                {"resource_type": "instance", "tags": {"Name": self._name}},
                {"resource_type": "volume", "tags": tags},
            ],
            opts=self._child,
        )

    def _volume(self, device: str, gib: int) -> dict[str, object]:
        return {
            "device_name": device,
            "ebs": {
                "volume_type": "gp3",
                "volume_size": gib,
                "encrypted": "true",
                "kms_key_id": self._args["key_arn"],
                "delete_on_termination": "true",
            },
        }


def pull_policy(placement: Placement, region: str) -> str:
    """Images from the account's own registry of the region and from that of EKS's add-ons, and from no other."""
    partition = partition_of(placement)
    accounts = (placement["account_id"], addon_account(region))
    repositories = [partition.arn("ecr", region, account, "repository/*") for account in accounts]
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Sid": "Login", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
                {
                    "Sid": "PullFromTheseRegistries",
                    "Effect": "Allow",
                    "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                    "Resource": repositories,
                },
            ],
        }
    )

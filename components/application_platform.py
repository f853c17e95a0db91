"""ApplicationPlatform: a region's cluster, on which the hospital's applications run.

Promises: what PrivateCluster, NodeGroup and ImageRegistry promise; nodes stand in all zones; pods have permissions of
their own, and network policies are enforced; images come from the region's own registries only.

The account must have the service-linked role of EC2 Auto Scaling (component AccountDefaults makes it): the key names
it, for nodes with encrypted volumes.

Makes: a PrivateCluster, its add-ons, a NodeGroup, an ImageRegistry.
"""

import json
from typing import NotRequired, Optional, TypedDict

import pulumi

from components.cluster_addon import ClusterAddon
from components.image_registry import ImageRegistry, addon_host, registry_host
from components.node_firewall import NodeEntry
from components.node_group import VOLUME_GIB, NodeArchitecture, NodeCounts, NodeGroup
from components.placement import Placement
from components.private_cluster import PrivateCluster, cluster_name
from components.service_account_role import WorkloadIdentity, workload_identity

KUBERNETES_VERSION = "1.35"


class ApplicationPlatformArgs(TypedDict):
    """Arguments of ApplicationPlatform."""

    placement: Placement
    region: str
    role: NotRequired[str]
    """What it is, in names; left out, `platform`. At most 12 characters."""
    data_class: int
    """1 to 5: the highest class of what its applications hold."""
    vpc_id: pulumi.Input[str]
    vpc_cidr: str
    subnet_ids: pulumi.Input[list[pulumi.Input[str]]]
    """One application subnet a zone."""
    node_instance_type: str
    node_architecture: NotRequired[NodeArchitecture]
    """Left out, x86_64."""
    nodes: NodeCounts
    node_volume_gib: NotRequired[int]
    """Left out, 100."""
    kubernetes_version: NotRequired[str]
    """Left out, the version this release was made for. One minor version a step, upwards only."""
    administrator_role_arns: NotRequired[dict[str, str]]
    """Stable name -> role that administers the cluster: deployment, break-glass."""
    auditor_role_arns: NotRequired[dict[str, str]]
    """Stable name -> role that reads everything but secrets."""
    administration_cidrs: NotRequired[dict[str, str]]
    """Stable name -> network from which the cluster's API is called: the deployment pipeline."""
    entries: NotRequired[dict[str, NodeEntry]]
    """Stable name -> load balancer that leads to the nodes."""
    peer_cidrs: NotRequired[dict[str, str]]
    """Stable name -> further network of the hospital that applications call: partner region, sites."""
    tls_cidrs: NotRequired[dict[str, str]]
    """Stable name -> network that applications call by TLS. The whole internet only where the way out has a list of
    domains."""
    prefix_list_ids: NotRequired[dict[str, pulumi.Input[str]]]
    """Stable name -> prefix list of a gateway endpoint: S3's, which hands out the layers of images."""
    repositories: NotRequired[list[str]]
    """Image repositories to make."""
    replicate_images_to: NotRequired[str]
    """Partner region that gets every image; a platform there makes the same repositories."""


class ApplicationPlatform(pulumi.ComponentResource):
    """See the module."""

    cluster_name: pulumi.Output[str]
    """Name, handed out when nodes and add-ons are there."""
    cluster_arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """URL of the API, inside the network only."""
    node_security_group_id: pulumi.Output[str]
    """What stores let in."""
    node_role_arn: pulumi.Output[str]
    key_arn: pulumi.Output[str]
    oidc_provider_arn: pulumi.Output[Optional[str]]
    """The cluster's identity provider in IAM; None where pods prove themselves by Pod Identity."""
    oidc_issuer: pulumi.Output[str]
    workload_identity: pulumi.Output[str]
    """`pod-identity` or `irsa`."""
    image_registries: pulumi.Output[list[str]]
    """Hosts that images may come from, all in the region."""
    repository_urls: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, args: ApplicationPlatformArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:ApplicationPlatform", name, dict(args), opts)
        self._name, self._args = name, args
        self._role = args.get("role") or "platform"
        placement, region = args["placement"], args["region"]

        cluster = self._cluster()
        networking = self._networking(cluster)
        nodes = self._nodes(cluster, networking)
        running = self._running_on(cluster, nodes)
        registry = ImageRegistry(
            f"{name}-images",
            {
                "placement": placement,
                "region": region,
                "repositories": args.get("repositories", []),
                "key_arn": cluster.key_arn,
                "replicate_to": args.get("replicate_images_to", ""),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

        ready = pulumi.Output.all(cluster.name, nodes.auto_scaling_group, *(addon.addon_id for addon in running))
        self.cluster_name = ready.apply(lambda values: str(values[0]))
        self.cluster_arn = cluster.arn
        self.endpoint = cluster.endpoint
        self.node_security_group_id = nodes.security_group_id
        self.node_role_arn = nodes.role_arn
        self.key_arn = cluster.key_arn
        self.oidc_provider_arn = cluster.oidc_provider_arn
        self.oidc_issuer = cluster.issuer
        self.workload_identity = pulumi.Output.from_input(workload_identity(placement, region).value)
        self.image_registries = pulumi.Output.from_input(
            [registry_host(placement, region), addon_host(placement, region)]
        )
        self.repository_urls = registry.repository_urls
        self.register_outputs(
            {
                "clusterName": self.cluster_name,
                "clusterArn": self.cluster_arn,
                "endpoint": self.endpoint,
                "nodeSecurityGroupId": self.node_security_group_id,
                "nodeRoleArn": self.node_role_arn,
                "keyArn": self.key_arn,
                "oidcProviderArn": self.oidc_provider_arn,
                "oidcIssuer": self.oidc_issuer,
                "workloadIdentity": self.workload_identity,
                "imageRegistries": self.image_registries,
                "repositoryUrls": self.repository_urls,
            }
        )

    def _cluster(self) -> PrivateCluster:
        args = self._args
        return PrivateCluster(
            f"{self._name}-plane",
            {
                "placement": args["placement"],
                "region": args["region"],
                "role": self._role,
                "data_class": args["data_class"],
                "version": args.get("kubernetes_version") or KUBERNETES_VERSION,
                "vpc_id": args["vpc_id"],
                "subnet_ids": args["subnet_ids"],
                "administrator_role_arns": args.get("administrator_role_arns", {}),
                "auditor_role_arns": args.get("auditor_role_arns", {}),
                "administration_cidrs": args.get("administration_cidrs", {}),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _networking(self, cluster: PrivateCluster) -> "list[ClusterAddon]":
        """What a node needs to become ready: before the nodes, else their group never comes up."""
        addons = [
            self._addon(cluster, "kube-proxy"),
            self._addon(
                cluster,
                "vpc-cni",
                service_account="aws-node",
                managed_policies=("AmazonEKS_CNI_Policy",),
                configuration=json.dumps({"enableNetworkPolicy": "true"}),
            ),
        ]
        if workload_identity(self._args["placement"], self._args["region"]) is WorkloadIdentity.POD_IDENTITY:
            addons.append(self._addon(cluster, "eks-pod-identity-agent"))
        return addons

    def _running_on(self, cluster: PrivateCluster, nodes: NodeGroup) -> "list[ClusterAddon]":
        """What needs nodes to run on: after them, else it never becomes active."""
        return [
            self._addon(cluster, "coredns", after=nodes),
            self._addon(
                cluster,
                "aws-ebs-csi-driver",
                after=nodes,
                service_account="ebs-csi-controller-sa",
                managed_policies=("service-role/AmazonEBSCSIDriverPolicy",),
                policy=pulumi.Output.json_dumps(_volume_key_policy(cluster.key_arn)),
            ),
        ]

    def _addon(
        self,
        cluster: PrivateCluster,
        addon: str,
        *,
        after: Optional[NodeGroup] = None,
        configuration: Optional[str] = None,
        service_account: str = "",
        managed_policies: "tuple[str, ...]" = (),
        policy: Optional[pulumi.Output[str]] = None,
    ) -> ClusterAddon:
        placement, region = self._args["placement"], self._args["region"]
        return ClusterAddon(
            f"{self._name}-{addon}",
            {
                "placement": placement,
                "region": region,
                "addon": addon,
                "cluster": cluster.name,
                "configuration": configuration,
                "role": f"{self._role}-{addon}-{region}",
                "service_account": service_account,
                "cluster_name": cluster_name(placement, region, self._role),
                "oidc_provider_arn": cluster.oidc_provider_arn,
                "oidc_issuer": cluster.issuer,
                "managed_policies": list(managed_policies),
                "policy": policy,
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[after] if after else None),
        )

    def _nodes(self, cluster: PrivateCluster, networking: "list[ClusterAddon]") -> NodeGroup:
        args = self._args
        return NodeGroup(
            f"{self._name}-nodes",
            {
                "placement": args["placement"],
                "region": args["region"],
                "role": self._role,
                "data_class": args["data_class"],
                "cluster_name": cluster.name,
                "cluster_security_group_id": cluster.security_group_id,
                "vpc_id": args["vpc_id"],
                "vpc_cidr": args["vpc_cidr"],
                "subnet_ids": args["subnet_ids"],
                "instance_type": args["node_instance_type"],
                "nodes": args["nodes"],
                "key_arn": cluster.key_arn,
                "architecture": args.get("node_architecture") or NodeArchitecture.X86_64,
                "volume_gib": args.get("node_volume_gib") or VOLUME_GIB,
                "entries": args.get("entries", {}),
                "peer_cidrs": args.get("peer_cidrs", {}),
                "tls_cidrs": args.get("tls_cidrs", {}),
                "prefix_list_ids": args.get("prefix_list_ids", {}),
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*networking]),
        )


def _volume_key_policy(key_arn: pulumi.Input[str]) -> "dict[str, object]":
    """Volumes that applications ask for are encrypted with the platform's key (Amazon EBS CSI driver, IAM policy)."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "GrantsForVolumes",
                "Effect": "Allow",
                "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
                "Resource": key_arn,
                "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
            },
            {
                "Sid": "EncryptVolumes",
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext"],
                "Resource": key_arn,
            },
        ],
    }

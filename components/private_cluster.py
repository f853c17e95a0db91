"""PrivateCluster: the control plane of an application platform.

Promises: its API answers inside the network only; secrets are encrypted with the hospital's key; all five logs are
kept, encrypted, as long as the jurisdiction keeps audit logs; people come in by IAM roles that are named here,
administrators and auditors apart; who made the cluster has no standing right in it; while live it cannot be deleted.

Makes: a customer key, a log group, a role, a security group, the cluster, its access entries, and where pods prove
themselves by IRSA its identity provider in IAM.
"""

import json
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.customer_key import CustomerKey
from components.placement import (
    Lifecycle,
    Placement,
    boundary_of,
    is_protected,
    lifecycle_of,
    log_retention_days,
    offers,
    partition_of,
    physical_name,
    role_arn,
    role_name,
    store_tags,
)
from components.service_account_role import TOKEN_AUDIENCE, WorkloadIdentity, workload_identity
from jurisdictions import BackupMode, RecordKind

_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_ADMINISTRATOR, _AUDITOR = "AmazonEKSClusterAdminPolicy", "AmazonEKSViewPolicy"
"""EKS access policies. The second reads everything but secrets."""
_AUTO_SCALING_ROLE = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"


class PrivateClusterArgs(TypedDict):
    """Arguments of PrivateCluster."""

    placement: Placement
    region: str
    role: str
    """What it is, in names. At most 16 characters."""
    data_class: int
    """1 to 5: the highest class of what its applications hold."""
    version: str
    """Kubernetes version. One minor version a step, upwards only."""
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[list[pulumi.Input[str]]]
    """One application subnet a zone."""
    administrator_role_arns: NotRequired[dict[str, str]]
    """Stable name -> role that administers the cluster."""
    auditor_role_arns: NotRequired[dict[str, str]]
    """Stable name -> role that reads everything but secrets."""
    administration_cidrs: NotRequired[dict[str, str]]
    """Stable name -> network outside the cluster's nodes from which its API is called."""


class PrivateCluster(pulumi.ComponentResource):
    """See the module."""

    name: pulumi.Output[str]
    """Name, handed out when the cluster is there."""
    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    key_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    """Of the control plane."""
    issuer: pulumi.Output[str]
    """Issuer URL of the tokens of service accounts."""
    oidc_provider_arn: pulumi.Output[Optional[str]]
    """The identity provider in IAM; None where pods prove themselves by Pod Identity."""

    def __init__(self, name: str, args: PrivateClusterArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:PrivateCluster", name, dict(args), opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        placement, region = args["placement"], args["region"]

        role, allowed = self._cluster_role()
        key = CustomerKey(
            f"{name}-key",
            {
                "placement": placement,
                "region": region,
                "role": args["role"],
                "data_class": args["data_class"],
                "via_services": ["ec2", "ecr", "eks"],
                "service_principals": ["logs"],
                "role_arns": [
                    partition_of(placement).arn("iam", "", placement["account_id"], f"role/{_AUTO_SCALING_ROLE}"),
                    role_arn(placement, f"{args['role']}-plane-{region}"),
                ],
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role]),
        )
        group = self._security_group()
        cluster = self._cluster(role, key, group, [allowed, self._log(key)])
        self._access(cluster, "administrator", _ADMINISTRATOR, args.get("administrator_role_arns", {}))
        self._access(cluster, "auditor", _AUDITOR, args.get("auditor_role_arns", {}))

        self.name = cluster.name
        self.arn = cluster.arn
        self.endpoint = cluster.endpoint
        self.key_arn = key.arn
        self.security_group_id = group.id
        self.issuer = cluster.identities[0].oidcs[0].issuer
        self.oidc_provider_arn = pulumi.Output.from_input(None)
        if workload_identity(placement, region) is WorkloadIdentity.IRSA:
            provider = aws.iam.OpenIdConnectProvider(
                f"{name}-issuer", url=self.issuer, client_id_lists=[TOKEN_AUDIENCE], opts=self._child
            )
            self.oidc_provider_arn = provider.arn
            self.issuer = provider.url  # the same, as IAM knows it: trust policies are read against it
        self.register_outputs(
            {
                "name": self.name,
                "arn": self.arn,
                "endpoint": self.endpoint,
                "keyArn": self.key_arn,
                "securityGroupId": self.security_group_id,
                "issuer": self.issuer,
                "oidcProviderArn": self.oidc_provider_arn,
            }
        )

    def _cluster_role(self) -> "tuple[aws.iam.Role, pulumi.Resource]":
        name, args = self._name, self._args
        partition = partition_of(args["placement"])
        role = aws.iam.Role(
            f"{name}-role",
            name=role_name(args["placement"], f"{args['role']}-plane-{args['region']}"),
            description=f"Control plane of the application platform in {args['region']}",
            permissions_boundary=boundary_of(args["placement"]),
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": partition.principal("eks")},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
            opts=self._child,
        )
        allowed = aws.iam.RolePolicyAttachment(
            f"{name}-role-policy",
            role=role.name,
            policy_arn=partition.managed_policy("AmazonEKSClusterPolicy"),
            opts=self._child,
        )
        return role, allowed

    def _log(self, key: CustomerKey) -> aws.cloudwatch.LogGroup:
        """Made before the cluster: else EKS makes it, unencrypted and kept for ever."""
        args = self._args
        return aws.cloudwatch.LogGroup(
            f"{self._name}-log",
            region=args["region"],
            name=f"/aws/eks/{cluster_name(args['placement'], args['region'], args['role'])}/cluster",
            kms_key_id=key.arn,
            retention_in_days=log_retention_days(args["placement"]),
            tags=store_tags(2, RecordKind.AUDIT_LOG, BackupMode.NONE),
            opts=self._child,
        )

    def _security_group(self) -> aws.ec2.SecurityGroup:
        """What faces the nodes is added by NodeFirewall."""
        name, args = self._name, self._args
        group = aws.ec2.SecurityGroup(
            f"{name}-plane",
            region=args["region"],
            description="Control plane of the application platform",
            vpc_id=args["vpc_id"],
            opts=self._child,
        )
        for network, cidr in sorted(args.get("administration_cidrs", {}).items()):
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-api-from-{network}",
                region=args["region"],
                security_group_id=group.id,
                description=f"API from {network}",
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                opts=self._child,
            )
        return group

    def _cluster(
        self, role: aws.iam.Role, key: CustomerKey, group: aws.ec2.SecurityGroup, first: "list[pulumi.Resource]"
    ) -> aws.eks.Cluster:
        args, placement = self._args, self._args["placement"]
        zonal_shift = offers(placement, args["region"], "arc-zonal-shift")
        return aws.eks.Cluster(
            f"{self._name}-cluster",
            region=args["region"],
            name=cluster_name(placement, args["region"], args["role"]),
            version=args["version"],
            role_arn=role.arn,
            vpc_config={
                "subnet_ids": args["subnet_ids"],
                "security_group_ids": [group.id],
                "endpoint_private_access": True,
                "endpoint_public_access": False,
            },
            encryption_config={"provider": {"key_arn": key.arn}, "resources": ["secrets"]},
            enabled_cluster_log_types=list(_LOGS),
            access_config={"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": False},
            # The add-ons are managed ones (ClusterAddon): EKS installs none by itself.
            bootstrap_self_managed_addons=False,
            deletion_protection=lifecycle_of(placement) is Lifecycle.LIVE,
            zonal_shift_config={"enabled": True} if zonal_shift else None,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=first, protect=is_protected(placement, args["data_class"])
            ),
        )

    def _access(self, cluster: aws.eks.Cluster, role: str, policy: str, principals: dict[str, str]) -> None:
        region = self._args["region"]
        for person, arn in sorted(principals.items()):
            entry = aws.eks.AccessEntry(
                f"{self._name}-{role}-{person}",
                region=region,
                cluster_name=cluster.name,
                principal_arn=arn,
                type="STANDARD",
                opts=self._child,
            )
            aws.eks.AccessPolicyAssociation(
                f"{self._name}-{role}-{person}-policy",
                region=region,
                cluster_name=cluster.name,
                principal_arn=entry.principal_arn,
                policy_arn=partition_of(self._args["placement"]).arn(
                    "eks", "", "aws", f"cluster-access-policy/{policy}"
                ),
                access_scope={"type": "cluster"},
                opts=self._child,
            )


def cluster_name(placement: Placement, region: str, role: str) -> str:
    """The cluster's name, which its log group and the trust of its pods' roles name too."""
    return physical_name(placement, region, role)

"""ClusterAddon: a managed add-on of a cluster, with permissions of its own where it needs any.

Promises: it has no more permissions than its role gives, and the nodes' are not its. The version is the one EKS
recommends for the cluster's. Makes: where a service account is named a ServiceAccountRole; the add-on.
"""

from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Placement
from components.service_account_role import ServiceAccountRole, WorkloadIdentity, workload_identity

_NAMESPACE = "kube-system"


class ClusterAddonArgs(TypedDict):
    """Arguments of ClusterAddon."""

    placement: Placement
    region: str
    addon: str
    """EKS's name of it: `vpc-cni`."""
    cluster: pulumi.Input[str]
    """Name of the cluster, handed out when it is there."""
    configuration: NotRequired[Optional[str]]
    """Its settings, as JSON."""
    role: NotRequired[str]
    """Name of its role, without the hospital's; needed with a service account."""
    service_account: NotRequired[str]
    """Its service account, where it calls AWS."""
    cluster_name: NotRequired[str]
    """Name of the cluster, known before it is made; needed with a service account."""
    oidc_provider_arn: NotRequired[pulumi.Input[str]]
    """See ServiceAccountRole."""
    oidc_issuer: NotRequired[pulumi.Input[str]]
    """See ServiceAccountRole."""
    managed_policies: NotRequired[list[str]]
    """Path and name of AWS's own policies for its role."""
    policy: NotRequired[pulumi.Input[str]]
    """A policy of its own for its role, as JSON."""


class ClusterAddon(pulumi.ComponentResource):
    """See the module."""

    addon_id: pulumi.Output[str]
    """Handed out when it runs."""

    def __init__(self, name: str, args: ClusterAddonArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:ClusterAddon", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        role = None
        if args.get("service_account"):
            role = ServiceAccountRole(
                f"{name}-account",
                {
                    "placement": placement,
                    "region": region,
                    "role": args["role"],
                    "cluster_name": args["cluster_name"],
                    "cluster": args["cluster"],
                    "namespace": _NAMESPACE,
                    "service_account": args["service_account"],
                    "managed_policies": args.get("managed_policies", []),
                    "policy": args.get("policy"),
                    "oidc_provider_arn": args.get("oidc_provider_arn"),
                    "oidc_issuer": args.get("oidc_issuer"),
                },
                opts=pulumi.ResourceOptions(parent=self),
            )
        by_token = role is not None and workload_identity(placement, region) is WorkloadIdentity.IRSA
        addon = aws.eks.Addon(
            f"{name}-addon",
            region=region,
            cluster_name=args["cluster"],
            addon_name=args["addon"],
            configuration_values=args.get("configuration"),
            service_account_role_arn=role.arn if role is not None and by_token else None,
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role] if role is not None else None),
        )
        self.addon_id = addon.id
        self.register_outputs({"addonId": self.addon_id})

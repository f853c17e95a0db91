"""ServiceAccountRole: the permissions of one service account in a cluster.

Promises: only pods of that service account in that cluster take the role; no key is stored anywhere. By EKS Pod
Identity where the region surely offers it, else by IAM roles for service accounts (IRSA): in mainland China the guide
has said that Pod Identity is missing, while the endpoint list has it.

Makes: a role with its policies, for Pod Identity the association.
"""

import json
from enum import Enum
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Placement, boundary_of, offers, partition_of, role_name

TOKEN_AUDIENCE = "sts.amazonaws.com"  # noqa: S105  the audience EKS puts into its tokens, in every partition


class WorkloadIdentity(str, Enum):
    """How a pod proves to IAM who it is."""

    POD_IDENTITY = "pod-identity"
    IRSA = "irsa"


class ServiceAccountRoleArgs(TypedDict):
    """Arguments of ServiceAccountRole."""

    placement: Placement
    region: str
    role: str
    """Name of the role, without the hospital's; unique in the account."""
    cluster_name: str
    """Name of the cluster, known before it is made."""
    cluster: pulumi.Input[str]
    """The same, handed out when the cluster is there."""
    oidc_provider_arn: NotRequired[pulumi.Input[str]]
    """The cluster's identity provider in IAM; for IRSA only."""
    oidc_issuer: NotRequired[pulumi.Input[str]]
    """The cluster's issuer URL; for IRSA only."""
    namespace: str
    service_account: str
    managed_policies: NotRequired[list[str]]
    """Path and name of AWS's own policies."""
    policy: NotRequired[pulumi.Input[str]]
    """A policy of its own, as JSON."""


class ServiceAccountRole(pulumi.ComponentResource):
    """See the module."""

    arn: pulumi.Output[str]
    """ARN of the role, handed out when its policies are attached."""

    def __init__(self, name: str, args: ServiceAccountRoleArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:ServiceAccountRole", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        child = pulumi.ResourceOptions(parent=self)
        by_pod_identity = workload_identity(placement, region) is WorkloadIdentity.POD_IDENTITY

        role = aws.iam.Role(
            f"{name}-role",
            name=role_name(placement, args["role"]),
            description=f"{args['namespace']}/{args['service_account']} in {args['cluster_name']}",
            assume_role_policy=_pod_identity_trust(args) if by_pod_identity else _irsa_trust(args),
            permissions_boundary=boundary_of(placement),
            opts=child,
        )
        ready: list[pulumi.Output[str]] = [role.arn]
        for policy in sorted(args.get("managed_policies", [])):
            attached = aws.iam.RolePolicyAttachment(
                f"{name}-{policy.rpartition('/')[2]}",
                role=role.name,
                policy_arn=partition_of(placement).managed_policy(policy),
                opts=child,
            )
            ready.append(attached.id)
        if args.get("policy") is not None:
            own = aws.iam.RolePolicy(f"{name}-policy", role=role.name, policy=args["policy"], opts=child)
            ready.append(own.id)
        self.arn = pulumi.Output.all(*ready).apply(lambda values: str(values[0]))
        if by_pod_identity:
            aws.eks.PodIdentityAssociation(
                f"{name}-association",
                region=region,
                cluster_name=args["cluster"],
                namespace=args["namespace"],
                service_account=args["service_account"],
                role_arn=self.arn,
                opts=child,
            )
        self.register_outputs({"arn": self.arn})


def workload_identity(placement: Placement, region: str) -> WorkloadIdentity:
    """How pods prove themselves in a region."""
    offered = offers(placement, region, "eks.pod-identity")
    return WorkloadIdentity.POD_IDENTITY if offered else WorkloadIdentity.IRSA


def _pod_identity_trust(args: ServiceAccountRoleArgs) -> str:
    placement = args["placement"]
    partition, account_id = partition_of(placement), placement["account_id"]
    cluster = partition.arn("eks", args["region"], account_id, f"cluster/{args['cluster_name']}")
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": partition.principal("pods.eks")},
                    "Action": ["sts:AssumeRole", "sts:TagSession"],
                    "Condition": {
                        "StringEquals": {
                            "aws:SourceAccount": account_id,
                            "aws:RequestTag/kubernetes-namespace": args["namespace"],
                            "aws:RequestTag/kubernetes-service-account": args["service_account"],
                        },
                        "ArnEquals": {"aws:SourceArn": cluster},
                    },
                }
            ],
        }
    )


def _irsa_trust(args: ServiceAccountRoleArgs) -> pulumi.Output[str]:
    """The issuer's name has the cluster's random id in it: this document is known only once the cluster is there."""
    account = f"system:serviceaccount:{args['namespace']}:{args['service_account']}"

    def document(values: list[str]) -> str:
        provider_arn, issuer = values[0], values[1].removeprefix("https://")
        return json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Federated": provider_arn},
                        "Action": "sts:AssumeRoleWithWebIdentity",
                        "Condition": {"StringEquals": {f"{issuer}:aud": TOKEN_AUDIENCE, f"{issuer}:sub": account}},
                    }
                ],
            }
        )

    return pulumi.Output.all(args["oidc_provider_arn"], args["oidc_issuer"]).apply(document)

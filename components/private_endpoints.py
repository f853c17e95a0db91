"""PrivateEndpoints: how a network reaches the cloud's services without the internet.

Promises: S3 and DynamoDB by gateway endpoints, further services by interface endpoints that answer on port 443 to the
network alone; an endpoint carries calls of this account's principals only, and S3's reaches buckets of the hospital's
accounts only, so that foreign credentials find no way out. A service whose endpoint the region does not offer is left
out and named in `left_out`. Makes: the endpoints with their policies, one security group.
"""

import json
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Placement, jurisdiction_of, partition_of, role_arn

ESSENTIAL_ENDPOINTS = ("kms", "logs", "monitoring", "secretsmanager", "sts")
"""What any process of the hospital calls."""

PLATFORM_ENDPOINTS = (
    *ESSENTIAL_ENDPOINTS,
    "autoscaling",
    "ec2",
    "ec2messages",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "eks-auth",
    "elasticloadbalancing",
    "sns",
    "sqs",
    "ssm",
    "ssmmessages",
)
"""What a private cluster, its nodes and its operators call besides."""

SITE_ENDPOINTS = ("monitoring", "rolesanywhere", "s3", "sqs")
"""What a campus or clinic calls over its line."""

_CAPABILITIES = {"elasticloadbalancing": "privatelink.elb-api"}
"""Endpoints that not every region with PrivateLink has."""

_ACTION_PREFIXES = {"monitoring": "cloudwatch"}
"""IAM prefix of a service, where it is not the first part of the endpoint's name."""

_SITES_ONLY = {"dns_record_ip_type": "ipv4", "private_dns_only_for_inbound_resolver_endpoint": True}

_OBJECT_ACTIONS = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject*",
    "s3:GetBucket*",
    "s3:GetObject*",
    "s3:ListBucket*",
    "s3:ListMultipartUploadParts",
    "s3:PutObject*",
    "s3:RestoreObject",
)
_ITEM_ACTIONS = (
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTimeToLive",
    "dynamodb:GetItem",
    "dynamodb:PartiQL*",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
)


class PrivateEndpointsArgs(TypedDict):
    """Arguments of PrivateEndpoints."""

    placement: Placement
    region: str
    vpc_id: pulumi.Input[str]
    cidr: str
    """The network, whose machines may call the interface endpoints."""
    subnet_ids: dict[str, pulumi.Input[str]]
    """Zone -> subnet in which the interface endpoints stand."""
    route_table_ids: dict[str, pulumi.Input[str]]
    """Stable name -> route table that leads to the gateway endpoints."""
    services: list[str]
    """Services with an interface endpoint, by the end of its name: `kms`, `ecr.api`."""
    trusted_account_ids: NotRequired[list[str]]
    """The hospital's further accounts, whose buckets may be reached: logs, backups."""


class PrivateEndpoints(pulumi.ComponentResource):
    """See the module."""

    security_group_id: pulumi.Output[str]
    """Security group of the interface endpoints."""
    ready: pulumi.Output[str]
    """Id of the network, handed out when all endpoints exist."""
    left_out: pulumi.Output[list[str]]
    """Services asked for whose endpoint the region does not offer."""

    def __init__(self, name: str, args: PrivateEndpointsArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:PrivateEndpoints", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        child = pulumi.ResourceOptions(parent=self)
        offered, left_out = offered_endpoints(placement, region, args["services"])

        gateways = [
            aws.ec2.VpcEndpoint(
                f"{name}-gateway-{service}",
                region=region,
                vpc_id=args["vpc_id"],
                vpc_endpoint_type="Gateway",
                service_name=partition_of(placement).endpoint_service(region, service, "Gateway"),
                route_table_ids=[table for _, table in sorted(args["route_table_ids"].items())],
                policy=policy,
                tags={"Name": f"{name} {service}"},
                opts=child,
            )
            for service, policy in (
                ("dynamodb", tables_policy(placement, region)),
                ("s3", buckets_policy(placement, region, args.get("trusted_account_ids", []))),
            )
        ]
        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            region=region,
            vpc_id=args["vpc_id"],
            description="Calls of the cloud's services from the network",
            tags={"Name": name},
            opts=child,
        )
        answer = aws.vpc.SecurityGroupIngressRule(
            f"{name}-from-network",
            region=region,
            security_group_id=group.id,
            description="TLS from the network",
            cidr_ipv4=args["cidr"],
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=child,
        )
        interfaces = [self._interface(name, args, service, group.id) for service in offered]

        self.security_group_id = group.id
        self.ready = pulumi.Output.all(
            args["vpc_id"], answer.id, *(endpoint.id for endpoint in (*gateways, *interfaces))
        ).apply(lambda ids: str(ids[0]))
        self.left_out = pulumi.Output.from_input(left_out)
        self.register_outputs(
            {"securityGroupId": self.security_group_id, "ready": self.ready, "leftOut": self.left_out}
        )

    def _interface(
        self, name: str, args: PrivateEndpointsArgs, service: str, group_id: pulumi.Output[str]
    ) -> aws.ec2.VpcEndpoint:
        placement, region = args["placement"], args["region"]
        trusted = args.get("trusted_account_ids", [])
        policy = buckets_policy(placement, region, trusted) if service == "s3" else service_policy(placement, service)
        return aws.ec2.VpcEndpoint(
            f"{name}-{service.replace('.', '-')}",
            region=region,
            vpc_id=args["vpc_id"],
            vpc_endpoint_type="Interface",
            service_name=partition_of(placement).endpoint_service(region, service, "Interface"),
            subnet_ids=[subnet for _, subnet in sorted(args["subnet_ids"].items())],
            security_group_ids=[group_id],
            private_dns_enabled=True,
            # The network itself goes through the gateway endpoint, which is free; sites cannot, and take this one.
            dns_options=_SITES_ONLY if service == "s3" else None,
            policy=policy,
            tags={"Name": f"{name} {service}"},
            opts=pulumi.ResourceOptions(parent=self),
        )


def offered_endpoints(placement: Placement, region: str, services: list[str]) -> "tuple[list[str], list[str]]":
    """The services asked for, in order: those with an endpoint in the region, those without."""
    here = jurisdiction_of(placement).region(region)
    asked = sorted(set(services))
    missing = [s for s in asked if s in _CAPABILITIES and not here.offers(_CAPABILITIES[s])]
    return [s for s in asked if s not in missing], missing


def buckets_policy(placement: Placement, region: str, trusted_account_ids: list[str]) -> str:
    """S3: this account's principals on the hospital's buckets, and the layers of container images, which ECR hands
    out from a bucket of its own (ECR user guide, "Interface VPC endpoints"). The principal is everyone, with a
    condition: gateway endpoints take a named account for its root user alone (VPC guide, "Endpoint policies")."""
    partition, account_id = partition_of(placement), placement["account_id"]
    layers = partition.arn("s3", "", "", f"prod-{region}-starport-layer-bucket/*")
    accounts = sorted({account_id, *trusted_account_ids})
    return _document(
        [
            {
                "Sid": "OwnPrincipalsOnOwnBuckets",
                "Effect": "Allow",
                "Principal": "*",
                "Action": list(_OBJECT_ACTIONS),
                "Resource": partition.arn("s3", "", "", "*"),
                "Condition": {"StringEquals": {"aws:PrincipalAccount": account_id, "aws:ResourceAccount": accounts}},
            },
            {
                "Sid": "LayersOfContainerImages",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": layers,
            },
        ]
    )


def tables_policy(placement: Placement, region: str) -> str:
    """DynamoDB: this account's principals on this account's tables."""
    account_id = placement["account_id"]
    return _document(
        [
            {
                "Sid": "OwnPrincipalsOnOwnTables",
                "Effect": "Allow",
                "Principal": "*",
                "Action": list(_ITEM_ACTIONS),
                "Resource": partition_of(placement).arn("dynamodb", region, account_id, "table/*"),
                "Condition": {"StringEquals": {"aws:PrincipalAccount": account_id}},
            }
        ]
    )


def service_policy(placement: Placement, service: str) -> str:
    """Any other service: this account's principals. Two calls are made before there is a principal, and are limited to
    what they lead to: a session for a certificate, and a role for a web identity."""
    account_id = placement["account_id"]
    prefix = _ACTION_PREFIXES.get(service, service.partition(".")[0])
    if service == "rolesanywhere":
        return _document(
            [
                {
                    "Sid": "SessionsForCertificates",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "rolesanywhere:CreateSession",
                    "Resource": "*",
                }
            ]
        )
    statements: list[dict[str, object]] = [
        {
            "Sid": "OwnPrincipals",
            "Effect": "Allow",
            "Principal": "*",
            "Action": f"{prefix}:*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalAccount": account_id}},
        }
    ]
    if service == "sts":
        statements.append(
            {
                "Sid": "OwnRolesForWebIdentities",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Resource": role_arn(placement, "*"),
            }
        )
    return _document(statements)


def _document(statements: list[dict[str, object]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})

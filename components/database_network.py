"""DatabaseNetwork: where in a region a database can be reached from.

Promises: only in the subnets given, only on the PostgreSQL port, only from the addresses and security groups named;
nothing goes out. Makes: a subnet group, a security group and one rule a client.
"""

from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.database_settings import PORT


class DatabaseNetworkArgs(TypedDict):
    """Arguments of DatabaseNetwork."""

    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: list[pulumi.Input[str]]
    """Data subnets, in two zones at least."""
    client_cidrs: NotRequired[dict[str, str]]
    """Stable name -> addresses that may connect."""
    client_security_groups: NotRequired[dict[str, pulumi.Input[str]]]
    """Stable name -> security group that may connect."""
    tags: dict[str, str]


class DatabaseNetwork(pulumi.ComponentResource):
    """See the module."""

    subnet_group: pulumi.Output[str]
    """Name of the subnet group."""
    security_group_id: pulumi.Output[str]
    """The database's security group, handed out when its rules exist."""

    def __init__(self, name: str, args: DatabaseNetworkArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:DatabaseNetwork", name, dict(args), opts)
        region, child = args["region"], pulumi.ResourceOptions(parent=self)

        subnets = aws.rds.SubnetGroup(
            f"{name}-subnets",
            region=region,
            description="Data subnets of the record database",
            subnet_ids=args["subnet_ids"],
            tags=args["tags"],
            opts=child,
        )
        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            region=region,
            description="Record database: PostgreSQL from named clients, nothing out",
            vpc_id=args["vpc_id"],
            tags=args["tags"],
            opts=child,
        )
        rules = []
        for client, cidr in sorted(args.get("client_cidrs", {}).items()):
            rules.append(
                aws.vpc.SecurityGroupIngressRule(
                    f"{name}-from-{client}",
                    region=region,
                    security_group_id=group.id,
                    tags={"Name": f"PostgreSQL from {client}"},
                    ip_protocol="tcp",
                    from_port=PORT,
                    to_port=PORT,
                    **({"cidr_ipv6": cidr} if ":" in cidr else {"cidr_ipv4": cidr}),
                    opts=child,
                )
            )
        for client, other in sorted(args.get("client_security_groups", {}).items()):
            rules.append(
                aws.vpc.SecurityGroupIngressRule(
                    f"{name}-from-group-{client}",
                    region=region,
                    security_group_id=group.id,
                    tags={"Name": f"PostgreSQL from {client}"},
                    ip_protocol="tcp",
                    from_port=PORT,
                    to_port=PORT,
                    referenced_security_group_id=other,
                    opts=child,
                )
            )
        self.subnet_group = subnets.name
        self.security_group_id = pulumi.Output.all(group.id, *[rule.id for rule in rules]).apply(
            lambda ids: str(ids[0])
        )
        self.register_outputs({"subnetGroup": self.subnet_group, "securityGroupId": self.security_group_id})

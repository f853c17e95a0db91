"""AccountDefaults: what holds in an account before anything is made in it.

Promises: no bucket of the account can be opened to the public, whatever its own settings; a new disk in any of the
regions is encrypted with the hospital's key where nothing else is said; users' passwords have 14 characters of four
kinds, are changed within 90 days and not used again (GB/T 22239-2019, 8.1.4.1 a: complexity and regular change; the
numbers are those of the CIS AWS Foundations Benchmark). Sign-in of staff is the identity provider's: IAM users are for
emergencies.

AWS makes a service-linked role when a service is first used, and refuses a second: those the account has already are
named in `existing_service_roles`.

Makes: the account's public-access block and password policy, two service-linked roles, in each region a key and the
defaults for disks.
"""

from enum import Enum
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.customer_key import CustomerKey
from components.placement import Placement, partition_of


class ServiceRole(str, Enum):
    """Service-linked roles that the account needs before the service is used."""

    AUTO_SCALING = "autoscaling"
    """Starts machines whose disks are encrypted with the hospital's key."""
    CONFIG = "config"
    """Records configuration."""


_ROLE_NAMES = {
    ServiceRole.AUTO_SCALING: "AWSServiceRoleForAutoScaling",
    ServiceRole.CONFIG: "AWSServiceRoleForConfig",
}


class AccountDefaultsArgs(TypedDict):
    """Arguments of AccountDefaults."""

    placement: Placement
    regions: list[str]
    """Regions in which disks may be made; each has an `AlarmTopic`."""
    existing_service_roles: NotRequired[list[ServiceRole]]
    """Service-linked roles that the account has already; left out, none."""


class AccountDefaults(pulumi.ComponentResource):
    """See the module."""

    config_role_arn: pulumi.Output[str]
    """Service-linked role of AWS Config."""

    def __init__(self, name: str, args: AccountDefaultsArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:AccountDefaults", name, dict(args), opts)
        placement, child = args["placement"], pulumi.ResourceOptions(parent=self)
        existing = {ServiceRole(role) for role in args.get("existing_service_roles", [])}
        made = {
            role: aws.iam.ServiceLinkedRole(
                f"{name}-{role.value}",
                aws_service_name=partition_of(placement).principal(role.value),
                opts=child,
            )
            for role in ServiceRole
            if role not in existing
        }

        aws.s3.AccountPublicAccessBlock(
            f"{name}-public-access",
            account_id=placement["account_id"],
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        aws.iam.AccountPasswordPolicy(
            f"{name}-passwords",
            minimum_password_length=14,
            require_lowercase_characters=True,
            require_numbers=True,
            require_symbols=True,
            require_uppercase_characters=True,
            password_reuse_prevention=24,
            max_password_age=90,
            allow_users_to_change_password=True,
            hard_expiry=False,
            opts=child,
        )
        for region in sorted(args["regions"]):
            self._disks(f"{name}-{region}", args, region, made.get(ServiceRole.AUTO_SCALING))

        config = made.get(ServiceRole.CONFIG)
        known = service_role_arn(placement, ServiceRole.CONFIG)
        self.config_role_arn = config.arn if config else pulumi.Output.from_input(known)
        self.register_outputs({"configRoleArn": self.config_role_arn})

    def _disks(
        self, name: str, args: AccountDefaultsArgs, region: str, auto_scaling: "Optional[aws.iam.ServiceLinkedRole]"
    ) -> None:
        """The key that a disk gets when nobody names one. It may hold patients' data, so it is protected like
        theirs."""
        child = pulumi.ResourceOptions(parent=self)
        key = CustomerKey(
            f"{name}-disks",
            {
                "placement": args["placement"],
                "region": region,
                "role": "disks",
                "data_class": 4,
                "via_services": ["ec2"],
                "role_arns": [service_role_arn(args["placement"], ServiceRole.AUTO_SCALING)],
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[auto_scaling] if auto_scaling else None),
        )
        aws.ebs.EncryptionByDefault(f"{name}-encryption", region=region, enabled=True, opts=child)
        aws.ebs.DefaultKmsKey(f"{name}-default-key", region=region, key_arn=key.arn, opts=child)


def service_role_arn(placement: Placement, role: ServiceRole) -> str:
    """The ARN of a service-linked role, known before the role is made."""
    partition = partition_of(placement)
    path = f"role/aws-service-role/{partition.principal(role.value)}/{_ROLE_NAMES[role]}"
    return partition.arn("iam", "", placement["account_id"], path)

"""OwnerSecret: the password of a database's owner, made here where RDS cannot keep one itself.

RDS keeps none for a global database or the source of a replica (RDS and Aurora guides, "Limitations for Secrets
Manager integration"). Promises: seen by nobody; stands in no file, and in the engine's state only encrypted; encrypted
with the hospital's key, also in the standby region; made once. Replacing the version (`pulumi up --replace`) changes
secret and database together. Makes: a secret with its replica, and its one version.
"""

import json
import secrets
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Lifecycle, Placement, lifecycle_of


class OwnerSecretArgs(TypedDict):
    """Arguments of OwnerSecret."""

    placement: Placement
    region: str
    username: str
    key_arn: pulumi.Input[str]
    standby_region: NotRequired[str]
    """Where the secret is needed too when this region is gone."""
    standby_key_arn: NotRequired[pulumi.Input[str]]
    tags: dict[str, str]


class OwnerSecret(pulumi.ComponentResource):
    """See the module."""

    arn: pulumi.Output[str]
    password: pulumi.Output[str]
    """Secret: for the database's own argument."""

    def __init__(self, name: str, args: OwnerSecretArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:OwnerSecret", name, dict(args), opts)
        region = args["region"]
        replicas = None
        if "standby_region" in args:
            replicas = [{"region": args["standby_region"], "kms_key_id": args["standby_key_arn"]}]

        secret = aws.secretsmanager.Secret(
            f"{name}-secret",
            region=region,
            description="Owner of a database: for the first login and for disasters",
            kms_key_id=args["key_arn"],
            replicas=replicas,
            recovery_window_in_days=0 if lifecycle_of(args["placement"]) is Lifecycle.TRIAL else 30,
            tags=args["tags"],
            opts=pulumi.ResourceOptions(parent=self),
        )
        login = {"username": args["username"], "password": secrets.token_urlsafe(30)}
        version = aws.secretsmanager.SecretVersion(
            f"{name}-version",
            region=region,
            secret_id=secret.id,
            secret_string=pulumi.Output.secret(json.dumps(login)),
            # Each run makes another password; the first one stays.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["secretString"]),
        )
        self.arn = secret.arn
        self.password = pulumi.Output.secret(
            version.secret_string.apply(lambda text: str(json.loads(text)["password"]))
        )
        self.register_outputs({"arn": self.arn, "password": self.password})

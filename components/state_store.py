"""StateStore: where the engine keeps what it has made, and the key that its secrets are encrypted with.

Promises: the state stays in the jurisdiction; each version of it is kept, and cannot be deleted for 30 days (Object
Lock, GOVERNANCE: a version that must go, for a secret that got into it, can still be removed by the role for
emergencies; a day where the stack is not live); nothing is public; TLS only; encrypted with a key of its own, which
rotates and which only the roles named can use by themselves. Those who administer the key cannot use it.

The state names every resource and holds the database owner's password, encrypted: it is the deploying hands' most
valuable file, so they do not make what bounds it (`hospital-cloud bootstrap` does) and cannot change it
(`deploy_policies.refusals`).

Makes: the key and its alias, the bucket with its settings.
"""

import json
from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.customer_key import key_policy
from components.dependencies import before
from components.deploy_policies import state_bucket_name, state_key_alias
from components.placement import Lifecycle, Placement, lifecycle_of, owner_tags, partition_of, store_tags
from components.private_bucket import PrivateBucket
from jurisdictions import BackupMode, RecordKind

_KEPT_DAYS = 90
"""How long a version stays after a newer one has taken its place."""


class StateStoreArgs(TypedDict):
    """Arguments of StateStore."""

    placement: Placement
    region: str
    """Home region."""
    user_role_arns: list[str]
    """Roles that read and write the state: those that deploy, and the one for emergencies. They must exist: KMS refuses
    a key policy that names others."""


class StateStore(pulumi.ComponentResource):
    """See the module."""

    bucket: pulumi.Output[str]
    """Name, handed out when the bucket is closed, encrypted, versioned and locked."""
    key_arn: pulumi.Output[str]

    def __init__(self, name: str, args: StateStoreArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:StateStore", name, dict(args), opts)
        placement, region, child = args["placement"], args["region"], pulumi.ResourceOptions(parent=self)
        live = lifecycle_of(placement) is Lifecycle.LIVE
        protected = pulumi.ResourceOptions(parent=self, protect=live, depends_on=before(opts))

        key = aws.kms.Key(
            f"{name}-key",
            region=region,
            description=f"{placement['hospital']} state",
            enable_key_rotation=True,
            multi_region=False,
            deletion_window_in_days=30 if live else 7,
            policy=key_policy(placement, region, ["s3"], more=json.dumps(_direct_use(args))),
            tags=owner_tags(placement),
            opts=protected,
        )
        aws.kms.Alias(
            f"{name}-alias", region=region, name=state_key_alias(placement), target_key_id=key.key_id, opts=protected
        )
        store = PrivateBucket(
            name,
            {
                "region": region,
                "bucket": state_bucket_name(placement, region),
                "partition": partition_of(placement).id,
                "tags": store_tags(2, RecordKind.OPERATIONAL, BackupMode.NONE, owner_tags(placement)),
                "key_arn": key.arn,
                "object_lock": True,
                "protect": live,
            },
            opts=child,
        )
        locked = aws.s3.BucketObjectLockConfiguration(
            f"{name}-lock",
            region=region,
            bucket=store.bucket,
            object_lock_enabled="Enabled",
            rule={"default_retention": {"mode": "GOVERNANCE", "days": 30 if live else 1}},
            opts=child,
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            region=region,
            bucket=store.bucket,
            rules=[
                {
                    "id": "old-versions",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "noncurrent_version_expiration": {"noncurrent_days": _KEPT_DAYS},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                }
            ],
            opts=child,
        )
        self.bucket = pulumi.Output.all(store.bucket, locked.id).apply(lambda ready: str(ready[0]))
        self.key_arn = key.arn
        self.register_outputs({"bucket": self.bucket, "keyArn": self.key_arn})


def _direct_use(args: StateStoreArgs) -> "list[dict[str, object]]":
    """The engine's secrets provider calls KMS itself, through no service."""
    return [
        {
            "Sid": "SecretsOfTheState",
            "Effect": "Allow",
            "Principal": {"AWS": sorted(args["user_role_arns"])},
            "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
            "Resource": "*",
        }
    ]

"""RecordDatabase: the PostgreSQL database of medical records.

Promises: encrypted with the hospital's own key; TLS 1.3 only; people and programs log in with IAM tokens; the owner's
password is seen by nobody and stands in no file or state in clear; point-in-time recovery; with a standby region the
data is there within seconds, which a daily copy cannot promise (GB/T 22239-2019, 8.1.4.9 b: off-site, in real time); a
daily recovery point (by tag); not deleted while live.

Kinds: Aurora instances or Aurora Serverless, whose standby is an Aurora global database (capability `aurora.global`;
Aurora PostgreSQL has no other replication across regions), and where that is not offered, or the hospital is small,
one Multi-AZ instance, whose standby is a cross-region read replica. `standby_mode` says which. A change of kind is a
migration of the data, not an upgrade: while live the engine refuses it.

Makes: a customer key with replica, a role for enhanced monitoring, in each region network and database, the global
database, the owner's password (by RDS itself where it can: one instance without standby).
"""

import json
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.aurora_cluster import AuroraCluster
from components.backup_vault import copy_statements
from components.customer_key import CustomerKey
from components.database_network import DatabaseNetwork
from components.database_settings import AURORA_VERSION, MASTER_USERNAME, DatabaseKind, monitoring_role
from components.owner_secret import OwnerSecret
from components.placement import Lifecycle, Placement, is_protected, jurisdiction_of, lifecycle_of, store_tags
from components.postgres_instance import PostgresInstance
from jurisdictions import BackupMode, RecordKind


class RecordDatabaseArgs(TypedDict):
    """Arguments of RecordDatabase."""

    placement: Placement
    region: str
    """Region that writes."""
    standby_region: NotRequired[str]
    role: NotRequired[str]
    """What it holds, in its names; `records` when left out. At most 16 characters."""
    kind: DatabaseKind
    data_class: NotRequired[int]
    """1 to 5, GB/T 39725-2020; 4 when left out."""
    record_kind: RecordKind
    instance_class: str
    """`db.serverless`, or a class such as `db.r6g.xlarge`."""
    instances: int
    """Aurora instances in the writing region, the writer included."""
    standby_instances: NotRequired[int]
    """Aurora instances in the standby region; 1 when left out; with 0 only the storage is replicated."""
    minimum_acu: NotRequired[float]
    """Aurora capacity units, Aurora Serverless only."""
    maximum_acu: NotRequired[float]
    """Aurora capacity units, Aurora Serverless only."""
    storage_gib: NotRequired[int]
    """Multi-AZ instance only; Aurora's storage grows by itself."""
    maximum_storage_gib: NotRequired[int]
    """Multi-AZ instance only; twice the storage when left out."""
    backup_retention_days: NotRequired[int]
    """Point-in-time recovery; 35, the longest RDS offers, when left out."""
    vpc_ids: dict[str, pulumi.Input[str]]
    """Region -> VPC."""
    subnet_ids: dict[str, list[pulumi.Input[str]]]
    """Region -> data subnets, in two zones at least."""
    client_cidrs: NotRequired[dict[str, dict[str, str]]]
    """Region -> stable name -> addresses that may connect there."""
    client_security_groups: NotRequired[dict[str, dict[str, pulumi.Input[str]]]]
    """Region -> stable name -> security group that may connect there."""
    copied_to_accounts: NotRequired[list[str]]
    """Accounts whose vaults take copies: they open snapshots with the database's key while they copy."""


class RecordDatabase(pulumi.ComponentResource):
    """See the module."""

    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """Where to write."""
    reader_endpoint: pulumi.Output[str]
    """Where to read; the same for a Multi-AZ instance."""
    resource_id: pulumi.Output[str]
    """The id that IAM policies for `rds-db:connect` name."""
    security_group_id: pulumi.Output[str]
    secret_arn: pulumi.Output[Optional[str]]
    """Secret with the owner's user name and password."""
    key_arn: pulumi.Output[str]
    standby_arn: pulumi.Output[Optional[str]]
    standby_endpoint: pulumi.Output[Optional[str]]
    """Where to read in the standby region, and to write after promotion. None without standby region."""
    standby_resource_id: pulumi.Output[Optional[str]]
    standby_mode: pulumi.Output[str]
    """`aurora-global`, `read-replica` or `none`."""

    def __init__(self, name: str, args: RecordDatabaseArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:RecordDatabase", name, dict(args), opts)
        _check(args)
        self._name, self._args = name, args
        self._role, self._class = args.get("role", "records"), args.get("data_class", 4)
        standby_region = args.get("standby_region")
        regions = [args["region"], *([standby_region] if standby_region else [])]
        copies = copy_statements(args["placement"], regions, sorted(args.get("copied_to_accounts", [])))

        self._key = CustomerKey(
            f"{name}-key",
            {
                "placement": args["placement"],
                "region": args["region"],
                "role": self._role,
                "data_class": self._class,
                "via_services": ["rds", "secretsmanager"],
                "service_principals": ["logs"],
                "statements": json.dumps(copies),
                **({"replica_region": standby_region} if standby_region else {}),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.key_arn = self._key.arn
        self.secret_arn = pulumi.Output.from_input(None)
        single = DatabaseKind(args["kind"]) is DatabaseKind.MULTI_AZ_INSTANCE
        self._password: dict[str, pulumi.Output[str]] = {}
        if standby_region or not single:
            owner = OwnerSecret(
                f"{name}-owner",
                {
                    "placement": args["placement"],
                    "region": args["region"],
                    "username": MASTER_USERNAME,
                    "key_arn": self._key.arn,
                    "tags": self._tags(),
                    **(
                        {"standby_region": standby_region, "standby_key_arn": self._key.replica_arn}
                        if standby_region
                        else {}
                    ),
                },
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.secret_arn = owner.arn
            self._password = {"master_password": owner.password}
        self._monitoring = monitoring_role(f"{name}-monitoring", args["placement"], self)
        self.standby_arn = self.standby_endpoint = self.standby_resource_id = pulumi.Output.from_input(None)
        mode = self._instances(standby_region) if single else self._clusters(standby_region)
        self.standby_mode = pulumi.Output.from_input(mode)
        self.register_outputs(
            {
                "arn": self.arn,
                "endpoint": self.endpoint,
                "readerEndpoint": self.reader_endpoint,
                "resourceId": self.resource_id,
                "securityGroupId": self.security_group_id,
                "secretArn": self.secret_arn,
                "keyArn": self.key_arn,
                "standbyArn": self.standby_arn,
                "standbyEndpoint": self.standby_endpoint,
                "standbyResourceId": self.standby_resource_id,
                "standbyMode": self.standby_mode,
            }
        )

    def _clusters(self, standby_region: Optional[str]) -> str:
        """The global database, the writing Aurora cluster in it and, with a standby region, the second one."""
        name, args = self._name, self._args
        region = args["region"]
        whole = self._global_database() if standby_region or self._offers_global(region) else {}
        network = self._network(region, "primary")
        primary = AuroraCluster(
            f"{name}-primary",
            {
                **self._site(region, network, self._key.arn),
                **self._cluster_size(args["instances"]),
                **self._password,
                **whole,
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn, self.endpoint, self.reader_endpoint = primary.arn, primary.endpoint, primary.reader_endpoint
        self.resource_id, self.security_group_id = primary.resource_id, network.security_group_id
        if not standby_region:
            return "none"
        standby = AuroraCluster(
            f"{name}-standby",
            {
                **self._site(standby_region, self._network(standby_region, "standby"), self._key.replica_arn),
                **self._cluster_size(args.get("standby_instances", 1)),
                **whole,
                "standby_of": region,
                "engine_version": primary.engine_version,
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.standby_arn, self.standby_endpoint = standby.arn, standby.reader_endpoint
        self.standby_resource_id = standby.resource_id
        return "aurora-global"

    def _offers_global(self, region: str) -> bool:
        return jurisdiction_of(self._args["placement"]).region(region).offers("aurora.global")

    def _global_database(self) -> dict[str, pulumi.Input[str]]:
        """The frame that clusters of several regions stand in; data and its tags are in the clusters. A hospital with
        one region has it too, where it is offered: a cluster cannot be put into one later, and the standby region may
        come later."""
        args, placement = self._args, self._args["placement"]
        whole = aws.rds.GlobalCluster(
            f"{self._name}-global",
            region=args["region"],
            global_cluster_identifier=f"{placement['hospital']}-{placement['account_id']}-{self._role}",
            engine="aurora-postgresql",
            engine_version=AURORA_VERSION,
            storage_encrypted=True,
            deletion_protection=lifecycle_of(placement) is Lifecycle.LIVE,
            opts=pulumi.ResourceOptions(
                parent=self, protect=is_protected(placement, self._class), ignore_changes=["engineVersion"]
            ),
        )
        return {"global_cluster": whole.id}

    def _instances(self, standby_region: Optional[str]) -> str:
        """The writing instance and, with a standby region, its replica there."""
        name, args = self._name, self._args
        network = self._network(args["region"], "primary")
        storage = args["storage_gib"]
        size = {
            "instance_class": args["instance_class"],
            "storage_gib": storage,
            "maximum_storage_gib": args.get("maximum_storage_gib", storage * 2),
        }
        primary = PostgresInstance(
            f"{name}-primary",
            {**self._site(args["region"], network, self._key.arn), **size, **self._password},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn, self.endpoint, self.reader_endpoint = primary.arn, primary.endpoint, primary.endpoint
        self.resource_id, self.security_group_id = primary.resource_id, network.security_group_id
        if not standby_region:
            self.secret_arn = primary.secret_arn
            return "none"
        standby = PostgresInstance(
            f"{name}-standby",
            {
                **self._site(standby_region, self._network(standby_region, "standby"), self._key.replica_arn),
                **size,
                "replica_of": primary.arn,
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.standby_arn, self.standby_endpoint = standby.arn, standby.endpoint
        self.standby_resource_id = standby.resource_id
        return "read-replica"

    def _site(self, region: str, network: DatabaseNetwork, key_arn: pulumi.Input[str]) -> dict[str, object]:
        """What both kinds need to know in either region."""
        args = self._args
        return {
            "placement": args["placement"],
            "region": region,
            "role": self._role,
            "data_class": self._class,
            "record_kind": args["record_kind"],
            "subnet_group": network.subnet_group,
            "security_group_id": network.security_group_id,
            "key_arn": key_arn,
            "monitoring_role_arn": self._monitoring,
            "backup_retention_days": args.get("backup_retention_days", 35),
        }

    def _cluster_size(self, instances: int) -> dict[str, object]:
        args = self._args
        size: dict[str, object] = {"instance_class": args["instance_class"], "instances": instances}
        if DatabaseKind(args["kind"]) is DatabaseKind.AURORA_SERVERLESS:
            size |= {"minimum_acu": args["minimum_acu"], "maximum_acu": args["maximum_acu"]}
        return size

    def _network(self, region: str, side: str) -> DatabaseNetwork:
        args = self._args
        return DatabaseNetwork(
            f"{self._name}-{side}-network",
            {
                "region": region,
                "vpc_id": args["vpc_ids"][region],
                "subnet_ids": args["subnet_ids"][region],
                "client_cidrs": args.get("client_cidrs", {}).get(region, {}),
                "client_security_groups": args.get("client_security_groups", {}).get(region, {}),
                "tags": self._tags(),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _tags(self) -> dict[str, str]:
        """Tags of what belongs to the database and holds no data of its own."""
        return store_tags(self._class, self._args["record_kind"], BackupMode.NONE)


def _check(args: RecordDatabaseArgs) -> None:
    """What the types cannot say. Plain sentences: they reach whoever wrote the arguments."""
    kind = DatabaseKind(args["kind"])
    if args.get("standby_region") == args["region"]:
        raise ValueError(f"the standby region of the record database is its own region, {args['region']}")
    if kind is DatabaseKind.MULTI_AZ_INSTANCE and "storage_gib" not in args:
        raise ValueError("a record database of kind multi-az-instance needs storage_gib")
    if kind is DatabaseKind.AURORA_SERVERLESS and not {"minimum_acu", "maximum_acu"} <= args.keys():
        raise ValueError("a record database of kind aurora-serverless needs minimum_acu and maximum_acu")
    for region in filter(None, [args["region"], args.get("standby_region")]):
        missing = [what for what in ("vpc_ids", "subnet_ids") if region not in args[what]]
        if missing:
            raise ValueError(f"the record database has no {' and no '.join(missing)} for {region}")

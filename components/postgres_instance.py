"""PostgresInstance: one RDS for PostgreSQL instance with a synchronous copy in another zone, or the replica of one from
another region.

Promises: as `AuroraCluster`. Makes: log group, parameter group, instance, alarms, a rule for what RDS reports.
"""

from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.database_settings import (
    BACKUP_WINDOW,
    INSIGHTS_DAYS,
    MAINTENANCE_WINDOW,
    MASTER_USERNAME,
    MONITORING_SECONDS,
    PORT,
    POSTGRES_FAMILY,
    POSTGRES_VERSION,
    alarm,
    announce,
    log_group,
    parameters,
)
from components.placement import Lifecycle, Placement, is_protected, lifecycle_of, physical_name, store_tags
from jurisdictions import BackupMode, RecordKind

_LAG_S = 60
"""A replica in another region lags by seconds; a minute means that it does not keep up."""

_REPORTED = ["availability", "deletion", "failover", "failure", "low storage", "maintenance", "read replica"]


class PostgresInstanceArgs(TypedDict):
    """Arguments of PostgresInstance."""

    placement: Placement
    region: str
    role: str
    """What it holds, in its name: `records`."""
    data_class: int
    record_kind: RecordKind
    subnet_group: pulumi.Input[str]
    security_group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    """Customer key, in this region."""
    monitoring_role_arn: pulumi.Input[str]
    instance_class: str
    storage_gib: int
    """At the start; a replica takes its source's."""
    maximum_storage_gib: int
    """How far RDS may grow it by itself."""
    backup_retention_days: int
    master_password: NotRequired[pulumi.Input[str]]
    """Left out, RDS makes one and keeps it in Secrets Manager, which it cannot where there is a replica."""
    replica_of: NotRequired[pulumi.Input[str]]
    """ARN of the instance in the other region that this one follows; left out, the instance writes."""


class PostgresInstance(pulumi.ComponentResource):
    """See the module."""

    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    resource_id: pulumi.Output[str]
    """The id that IAM policies for `rds-db:connect` name."""
    secret_arn: pulumi.Output[Optional[str]]
    """Secret with the owner's password, where RDS keeps it."""

    def __init__(self, name: str, args: PostgresInstanceArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:PostgresInstance", name, dict(args), opts)
        self._name, self._args = name, args
        placement, region = args["placement"], args["region"]
        identifier = physical_name(placement, region, args["role"])

        log = log_group(
            f"{name}-log",
            placement,
            region,
            f"/aws/rds/instance/{identifier}/postgresql",
            args["data_class"],
            args["key_arn"],
            self,
        )
        instance = self._instance(identifier, log)
        self._alarms(identifier)

        self.arn = instance.arn
        self.endpoint = instance.address
        self.resource_id = instance.resource_id
        self.secret_arn = pulumi.Output.from_input(None)
        if "master_password" not in args and "replica_of" not in args:
            self.secret_arn = instance.master_user_secrets.apply(lambda rows: rows[0].secret_arn if rows else None)
        self.register_outputs(
            {
                "arn": self.arn,
                "endpoint": self.endpoint,
                "resourceId": self.resource_id,
                "secretArn": self.secret_arn,
            }
        )

    def _instance(self, identifier: str, log: aws.cloudwatch.LogGroup) -> aws.rds.Instance:
        name, args = self._name, self._args
        placement, region = args["placement"], args["region"]
        trial, live = (lifecycle_of(placement) is state for state in (Lifecycle.TRIAL, Lifecycle.LIVE))
        group = aws.rds.ParameterGroup(
            f"{name}-parameters",
            region=region,
            family=POSTGRES_FAMILY,
            description="TLS 1.3 only, audit log",
            parameters=parameters(),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return aws.rds.Instance(
            f"{name}-instance",
            region=region,
            identifier=identifier,
            engine="postgres",
            instance_class=args["instance_class"],
            multi_az=True,
            port=PORT,
            publicly_accessible=False,
            db_subnet_group_name=args["subnet_group"],
            vpc_security_group_ids=[args["security_group_id"]],
            parameter_group_name=group.name,
            max_allocated_storage=args["maximum_storage_gib"],
            storage_type="gp3",
            storage_encrypted=True,
            kms_key_id=args["key_arn"],
            iam_database_authentication_enabled=True,
            enabled_cloudwatch_logs_exports=["postgresql"],
            backup_retention_period=args["backup_retention_days"],
            backup_window=BACKUP_WINDOW,
            maintenance_window=MAINTENANCE_WINDOW,
            copy_tags_to_snapshot=True,
            delete_automated_backups=trial,
            deletion_protection=live,
            auto_minor_version_upgrade=True,
            allow_major_version_upgrade=False,
            apply_immediately=False,
            monitoring_interval=MONITORING_SECONDS,
            monitoring_role_arn=args["monitoring_role_arn"],
            performance_insights_enabled=True,
            performance_insights_kms_key_id=args["key_arn"],
            performance_insights_retention_period=INSIGHTS_DAYS,
            tags=store_tags(args["data_class"], args["record_kind"], BackupMode.DAILY),
            **self._origin(identifier, trial),
            # A promoted replica must not be made a replica again by the next deployment; AWS moves minor versions on.
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=is_protected(placement, args["data_class"]),
                depends_on=[log],
                ignore_changes=["engineVersion", "replicateSourceDb"],
            ),
        )

    def _origin(self, identifier: str, trial: bool) -> dict[str, object]:
        """Where the data comes from: the other region's instance, or here."""
        args = self._args
        if "replica_of" in args:
            # RDS takes no last snapshot of a replica (DeleteDBInstance); its source's is taken.
            return {"replicate_source_db": args["replica_of"], "skip_final_snapshot": True}
        first = {
            "engine_version": POSTGRES_VERSION,
            "allocated_storage": args["storage_gib"],
            "db_name": args["role"].replace("-", "_"),
            "username": MASTER_USERNAME,
            "skip_final_snapshot": trial,
            **({} if trial else {"final_snapshot_identifier": f"{identifier}-final"}),
        }
        if "master_password" in args:
            return {**first, "password": args["master_password"]}
        return {**first, "manage_master_user_password": True, "master_user_secret_kms_key_id": args["key_arn"]}

    def _alarms(self, identifier: str) -> None:
        name, args = self._name, self._args
        where = (args["placement"], args["region"])
        instance = {"DBInstanceIdentifier": identifier}
        alarm(
            f"{name}-cpu-alarm",
            *where,
            "CPUUtilization",
            instance,
            self,
            above=80,
            description=f"{identifier}: processors above 80 % for 15 minutes",
        )
        alarm(
            f"{name}-storage-alarm",
            *where,
            "FreeStorageSpace",
            instance,
            self,
            below=args["storage_gib"] * 1024**3 // 10,
            description=f"{identifier}: less than a tenth of the first storage is free",
        )
        if "replica_of" in args:
            alarm(
                f"{name}-lag-alarm",
                *where,
                "ReplicaLag",
                instance,
                self,
                above=_LAG_S,
                # No figure means that nothing says how far behind the replica is.
                missing="breaching",
                description=f"{identifier}: more than {_LAG_S} s behind the writing region, or unknown",
            )
        announce(f"{name}-report", *where, "Instance", identifier, _REPORTED, self)

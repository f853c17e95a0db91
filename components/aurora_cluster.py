"""AuroraCluster: one region's Aurora PostgreSQL cluster, the writing one or the standby of a global database.

Promises: encrypted with the given key; TLS 1.3 only; IAM login; point-in-time recovery; who connected and what was
written, defined or granted is logged, encrypted, kept as long as the jurisdiction asks; not deleted while live, and not
without a last snapshot unless on trial; load and replication lag raise alarms. Makes: log group, parameter group,
cluster, instances, alarms, a rule for what RDS reports.
"""

from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.database_settings import (
    AURORA_FAMILY,
    AURORA_VERSION,
    BACKUP_WINDOW,
    INSIGHTS_DAYS,
    MAINTENANCE_WINDOW,
    MASTER_USERNAME,
    MONITORING_SECONDS,
    PORT,
    alarm,
    announce,
    log_group,
    member_tags,
    parameters,
)
from components.placement import Lifecycle, Placement, is_protected, lifecycle_of, physical_name, store_tags
from jurisdictions import BackupMode, RecordKind

_LAG_MS = 10_000
"""Replication is usually less than a second behind (Aurora guide, "Using Amazon Aurora Global Database")."""

_REPORTED = ["deletion", "failover", "failure", "global-failover", "maintenance"]


class AuroraClusterArgs(TypedDict):
    """Arguments of AuroraCluster."""

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
    """`db.serverless`, or a class such as `db.r6g.xlarge`."""
    instances: int
    """How many, the writer included. A standby may have none: then only the storage is replicated."""
    minimum_acu: NotRequired[float]
    """Least capacity of `db.serverless`, in Aurora capacity units."""
    maximum_acu: NotRequired[float]
    backup_retention_days: int
    master_password: NotRequired[pulumi.Input[str]]
    """Secret; of the writing cluster only."""
    global_cluster: NotRequired[pulumi.Input[str]]
    """The global database this cluster is in."""
    standby_of: NotRequired[str]
    """Region of the writing cluster; left out, this one writes."""
    engine_version: NotRequired[pulumi.Input[str]]
    """Version of the writing cluster, which a standby must have too."""


class AuroraCluster(pulumi.ComponentResource):
    """See the module."""

    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """Where the writer is; on a standby it answers after promotion only."""
    reader_endpoint: pulumi.Output[str]
    resource_id: pulumi.Output[str]
    """The id that IAM policies for `rds-db:connect` name."""
    engine_version: pulumi.Output[str]
    """The version that runs, handed out when the instances run."""

    def __init__(self, name: str, args: AuroraClusterArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:AuroraCluster", name, dict(args), opts)
        self._name, self._args = name, args
        placement, region = args["placement"], args["region"]
        identifier = physical_name(placement, region, args["role"])
        self._protected = pulumi.ResourceOptions(parent=self, protect=is_protected(placement, args["data_class"]))

        log = log_group(
            f"{name}-log",
            placement,
            region,
            f"/aws/rds/cluster/{identifier}/postgresql",
            args["data_class"],
            args["key_arn"],
            self,
        )
        cluster = self._cluster(identifier, log)
        instances = self._instances(identifier, cluster)
        self._alarms(identifier)

        def when_ready(value: pulumi.Output[str]) -> pulumi.Output[str]:
            return pulumi.Output.all(value, *[i.id for i in instances]).apply(lambda values: str(values[0]))

        self.arn = cluster.arn
        self.endpoint = when_ready(cluster.endpoint)
        self.reader_endpoint = when_ready(cluster.reader_endpoint)
        self.resource_id = cluster.cluster_resource_id
        self.engine_version = when_ready(cluster.engine_version_actual)
        self.register_outputs(
            {
                "arn": self.arn,
                "endpoint": self.endpoint,
                "readerEndpoint": self.reader_endpoint,
                "resourceId": self.resource_id,
                "engineVersion": self.engine_version,
            }
        )

    def _cluster(self, identifier: str, log: aws.cloudwatch.LogGroup) -> aws.rds.Cluster:
        name, args = self._name, self._args
        placement, region = args["placement"], args["region"]
        trial, live = (lifecycle_of(placement) is state for state in (Lifecycle.TRIAL, Lifecycle.LIVE))
        group = aws.rds.ClusterParameterGroup(
            f"{name}-parameters",
            region=region,
            family=AURORA_FAMILY,
            description="TLS 1.3 only, audit log",
            parameters=parameters(),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return aws.rds.Cluster(
            f"{name}-cluster",
            region=region,
            cluster_identifier=identifier,
            engine="aurora-postgresql",
            engine_version=args.get("engine_version", AURORA_VERSION),
            port=PORT,
            db_subnet_group_name=args["subnet_group"],
            vpc_security_group_ids=[args["security_group_id"]],
            db_cluster_parameter_group_name=group.name,
            storage_encrypted=True,
            kms_key_id=args["key_arn"],
            iam_database_authentication_enabled=True,
            enabled_cloudwatch_logs_exports=["postgresql"],
            backup_retention_period=args["backup_retention_days"],
            preferred_backup_window=BACKUP_WINDOW,
            preferred_maintenance_window=MAINTENANCE_WINDOW,
            copy_tags_to_snapshot=True,
            delete_automated_backups=trial,
            deletion_protection=live,
            skip_final_snapshot=trial,
            apply_immediately=False,
            allow_major_version_upgrade=False,
            tags=store_tags(args["data_class"], args["record_kind"], BackupMode.DAILY),
            **({} if trial else {"final_snapshot_identifier": f"{identifier}-final"}),
            **self._capacity(),
            **self._origin(),
            # A switchover swaps the parts of the two clusters, and AWS moves minor versions on: neither
            # is to be undone by the next deployment. Taking `global_cluster_identifier` away detaches a standby.
            opts=pulumi.ResourceOptions.merge(
                self._protected,
                pulumi.ResourceOptions(
                    depends_on=[log],
                    ignore_changes=["engineVersion", "globalClusterIdentifier", "replicationSourceIdentifier"],
                ),
            ),
        )

    def _capacity(self) -> dict[str, object]:
        if "maximum_acu" not in self._args:
            return {}
        return {
            "serverlessv2_scaling_configuration": {
                "min_capacity": self._args["minimum_acu"],
                "max_capacity": self._args["maximum_acu"],
            }
        }

    def _origin(self) -> dict[str, object]:
        """Where the data comes from: the writing region, or here."""
        args = self._args
        whole = {"global_cluster_identifier": args["global_cluster"]} if "global_cluster" in args else {}
        if "standby_of" in args:
            return {**whole, "source_region": args["standby_of"]}
        return {
            **whole,
            "database_name": args["role"].replace("-", "_"),
            "master_username": MASTER_USERNAME,
            "master_password": args["master_password"],
        }

    def _instances(self, identifier: str, cluster: aws.rds.Cluster) -> list[aws.rds.ClusterInstance]:
        name, args = self._name, self._args
        return [
            aws.rds.ClusterInstance(
                f"{name}-instance-{number}",
                region=args["region"],
                identifier=f"{identifier}-{number}",
                cluster_identifier=cluster.id,
                engine="aurora-postgresql",
                instance_class=args["instance_class"],
                publicly_accessible=False,
                auto_minor_version_upgrade=True,
                apply_immediately=False,
                copy_tags_to_snapshot=True,
                preferred_maintenance_window=MAINTENANCE_WINDOW,
                monitoring_interval=MONITORING_SECONDS,
                monitoring_role_arn=args["monitoring_role_arn"],
                performance_insights_enabled=True,
                performance_insights_kms_key_id=args["key_arn"],
                performance_insights_retention_period=INSIGHTS_DAYS,
                tags=member_tags(args["data_class"], args["record_kind"]),
                opts=pulumi.ResourceOptions.merge(
                    self._protected, pulumi.ResourceOptions(ignore_changes=["engineVersion"])
                ),
            )
            for number in range(1, args["instances"] + 1)
        ]

    def _alarms(self, identifier: str) -> None:
        name, args = self._name, self._args
        where = (args["placement"], args["region"])
        cluster = {"DBClusterIdentifier": identifier}
        alarm(
            f"{name}-cpu-alarm",
            *where,
            "CPUUtilization",
            cluster,
            self,
            above=80,
            description=f"{identifier}: processors above 80 % for 15 minutes",
        )
        alarm(
            f"{name}-memory-alarm",
            *where,
            "FreeableMemory",
            cluster,
            self,
            below=512 * 1024**2,
            description=f"{identifier}: less than 512 MiB of memory free",
        )
        if "standby_of" in args:
            alarm(
                f"{name}-lag-alarm",
                *where,
                "AuroraGlobalDBReplicationLag",
                cluster,
                self,
                above=_LAG_MS,
                # No figure means that nothing says how far behind the standby is.
                missing="breaching",
                description=f"{identifier}: more than {_LAG_MS // 1000} s behind the writing region, or unknown",
            )
        announce(f"{name}-report", *where, "Cluster", identifier, _REPORTED, self)

"""The HIS database: Aurora PostgreSQL in Beijing, a secondary in Ningxia, nightly backups copied over."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else
import pulumi
import pulumi_aws as aws
from group_in_china import BEIJING, NINGXIA, PROVIDERS, REGIONS, Network, backups

settings = {
    BEIJING: {"prefix": "10.61", "zones": ["cn-north-1a", "cn-north-1b", "cn-north-1d"]},
    NINGXIA: {"prefix": "10.62", "zones": ["cn-northwest-1a", "cn-northwest-1b"]},
}
world = aws.rds.GlobalCluster(
    "his",
    global_cluster_identifier="his",
    engine="aurora-postgresql",
    engine_version="16.6",
    storage_encrypted=True,
    deletion_protection=True,
    opts=pulumi.ResourceOptions(provider=PROVIDERS[BEIJING], protect=True),
)
first = None
for region, s in settings.items():
    o = pulumi.ResourceOptions(provider=PROVIDERS[region])
    kept = pulumi.ResourceOptions(provider=PROVIDERS[region], protect=True, depends_on=[first] if first else [])
    net = Network(f"his-{region}", region, s["prefix"], s["zones"])
    sg = aws.ec2.SecurityGroup(f"his-{region}", vpc_id=net.vpc.id, description="his database", opts=o)
    clients = aws.ec2.SecurityGroup(f"his-clients-{region}", vpc_id=net.vpc.id, description="his clients", opts=o)
    aws.vpc.SecurityGroupIngressRule(
        f"his-{region}",
        security_group_id=sg.id,
        referenced_security_group_id=clients.id,
        ip_protocol="tcp",
        from_port=5432,
        to_port=5432,
        description="clients",
        opts=o,
    )
    subnets = aws.rds.SubnetGroup(f"his-{region}", subnet_ids=net.subnet_ids, opts=o)
    params = aws.rds.ClusterParameterGroup(
        f"his-{region}",
        family="aurora-postgresql16",
        parameters=[
            aws.rds.ClusterParameterGroupParameterArgs(name="rds.force_ssl", value="1", apply_method="pending-reboot"),
            aws.rds.ClusterParameterGroupParameterArgs(name="pgaudit.log", value="all"),
            aws.rds.ClusterParameterGroupParameterArgs(
                name="shared_preload_libraries", value="pgaudit", apply_method="pending-reboot"
            ),
        ],
        opts=o,
    )
    cluster = aws.rds.Cluster(
        f"his-{region}",
        cluster_identifier=f"his-{region}",
        engine=aws.rds.EngineType.AURORA_POSTGRESQL,
        engine_version="16.6",
        global_cluster_identifier=world.id,
        database_name="his" if first is None else None,
        master_username="hisadmin" if first is None else None,
        manage_master_user_password=True if first is None else None,
        master_user_secret_kms_key_id=REGIONS[region].data_key.arn if first is None else None,
        storage_encrypted=True,
        kms_key_id=REGIONS[region].data_key.arn,
        db_subnet_group_name=subnets.name,
        vpc_security_group_ids=[sg.id],
        db_cluster_parameter_group_name=params.name,
        backup_retention_period=35,
        preferred_backup_window="17:00-18:00",
        copy_tags_to_snapshot=True,
        deletion_protection=True,
        final_snapshot_identifier=f"his-{region}-final",
        enabled_cloudwatch_logs_exports=["postgresql"],
        iam_database_authentication_enabled=True,
        opts=kept,
    )
    for n in range(2):
        aws.rds.ClusterInstance(
            f"his-{region}-{n}",
            cluster_identifier=cluster.id,
            engine=cluster.engine,
            instance_class="db.r6g.2xlarge",
            performance_insights_enabled=True,
            performance_insights_kms_key_id=REGIONS[region].data_key.arn,
            opts=pulumi.ResourceOptions(parent=cluster, provider=PROVIDERS[region], protect=True),
        )
    first = first or cluster
backups()

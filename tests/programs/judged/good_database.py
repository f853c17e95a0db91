"""A database in Beijing with a second cluster in Ningxia."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else

import json

import pulumi
import pulumi_aws as aws
from hospital_in_china import ACCOUNT, HOME, LOG_TAGS, PARTNER, TAGS, guarded, hospital, keys, make_key, opts


def network(region, cidr, zones):
    vpc = aws.ec2.Vpc(f"db-{region}", region=region, cidr_block=cidr, opts=opts)
    aws.ec2.DefaultSecurityGroup(f"db-{region}", region=region, vpc_id=vpc.id, opts=opts)
    lk = make_key(f"flow-{region}", region, services=(f"logs.{region}.amazonaws.com.cn",))
    g = aws.cloudwatch.LogGroup(
        f"flow-{region}",
        region=region,
        name="/vpc/db",
        retention_in_days=365,
        kms_key_id=lk.arn,
        tags=LOG_TAGS,
        opts=guarded,
    )
    r = aws.iam.Role(
        f"flow-{region}",
        assume_role_policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                    }
                ],
            }
        ),
        opts=opts,
    )
    aws.iam.RolePolicy(
        f"flow-{region}",
        role=r.id,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                        "Resource": pulumi.Output.concat(g.arn, ":*"),
                    }
                ],
            }
        ),
        opts=opts,
    )
    aws.ec2.FlowLog(
        f"db-{region}",
        region=region,
        vpc_id=vpc.id,
        traffic_type="ALL",
        log_destination=g.arn,
        iam_role_arn=r.arn,
        opts=opts,
    )
    subnets = [
        aws.ec2.Subnet(
            f"db-{z}",
            region=region,
            vpc_id=vpc.id,
            cidr_block=cidr.replace("0.0/16", f"{i}.0/24"),
            availability_zone=z,
            opts=opts,
        )
        for i, z in enumerate(zones)
    ]
    group = aws.rds.SubnetGroup(f"db-{region}", region=region, subnet_ids=[s.id for s in subnets], opts=opts)
    sg = aws.ec2.SecurityGroup(f"db-{region}", region=region, vpc_id=vpc.id, description="databases", opts=opts)
    app = aws.ec2.SecurityGroup(f"app-{region}", region=region, vpc_id=vpc.id, description="apps", opts=opts)
    aws.vpc.SecurityGroupIngressRule(
        f"db-{region}",
        region=region,
        security_group_id=sg.id,
        referenced_security_group_id=app.id,
        ip_protocol="tcp",
        from_port=5432,
        to_port=5432,
        opts=opts,
    )
    return group, sg


settings = {
    r: aws.rds.ClusterParameterGroup(
        f"tls-{r}",
        region=r,
        family="aurora-postgresql16",
        parameters=[{"name": "rds.force_ssl", "value": "1"}, {"name": "pgaudit.log", "value": "ddl,role"}],
        opts=opts,
    )
    for r in (HOME, PARTNER)
}
everywhere = aws.rds.GlobalCluster(
    "emr",
    region=HOME,
    global_cluster_identifier="emr",
    engine="aurora-postgresql",
    engine_version="16.6",
    storage_encrypted=True,
    deletion_protection=True,
    opts=guarded,
)
clusters = {}
for region, cidr, zones in (
    (HOME, "10.1.0.0/16", ["cn-north-1a", "cn-north-1b"]),
    (PARTNER, "10.2.0.0/16", ["cn-northwest-1a", "cn-northwest-1b", "cn-northwest-1c"]),
):
    group, sg = network(region, cidr, zones)
    first = (
        {
            "master_username": "emr",
            "manage_master_user_password": True,
            "master_user_secret_kms_key_id": keys[region].key_id,
            "database_name": "emr",
        }
        if region == HOME
        else {}
    )
    clusters[region] = aws.rds.Cluster(
        f"emr-{region}",
        region=region,
        engine=everywhere.engine,
        engine_version=everywhere.engine_version,
        global_cluster_identifier=everywhere.id,
        storage_encrypted=True,
        kms_key_id=keys[region].arn,
        db_subnet_group_name=group.name,
        vpc_security_group_ids=[sg.id],
        db_cluster_parameter_group_name=settings[region].name,
        backup_retention_period=35,
        deletion_protection=True,
        skip_final_snapshot=False,
        final_snapshot_identifier=f"emr-{region}-last",
        copy_tags_to_snapshot=True,
        enabled_cloudwatch_logs_exports=["postgresql"],
        iam_database_authentication_enabled=True,
        tags=TAGS,
        opts=pulumi.ResourceOptions(
            provider=hospital,
            protect=True,
            depends_on=list(clusters.values()),
            ignore_changes=["replication_source_identifier"],
        ),
        **first,
    )
    for i in range(2):
        aws.rds.ClusterInstance(
            f"emr-{region}-{i}",
            region=region,
            cluster_identifier=clusters[region].id,
            engine="aurora-postgresql",
            instance_class="db.r6g.large",
            publicly_accessible=False,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=keys[region].arn,
            auto_minor_version_upgrade=True,
            tags=TAGS,
            opts=pulumi.ResourceOptions(provider=hospital, protect=True),
        )

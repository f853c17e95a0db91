"""Some thirty services of one hospital, each as it should be in itself: what their switches and keys say is right. Real-time
copies to Dublin are not made yet, and that alone is said."""

# jurisdiction: eu
# exit: 1
# says: real-time-off-site-copy @ docs
# says: real-time-off-site-copy @ graph
# says: real-time-off-site-copy @ efs
# says: real-time-off-site-copy @ records
# silent: everything else
import json

import pulumi
import pulumi_aws as aws
from university_in_europe import (
    ACCOUNT,
    FRA,
    KEYS,
    OPS,
    PATIENT,
    allow,
    bucket,
    daily_backups,
    doc,
    log_group,
    network,
    on,
    role,
)


def here(**more):
    return on(FRA, **more)


K = KEYS[FRA].arn
vpc, subnets, table = network("wide", "10.80.0.0/16")
ids = [s.id for s in subnets]
app = aws.ec2.SecurityGroup("app", vpc_id=vpc.id, description="applications", opts=here())
db = aws.ec2.SecurityGroup("db", vpc_id=vpc.id, description="databases", opts=here())
for port in (443, 445, 2049, 5432, 6379, 8182, 27017, 5439, 9098):
    aws.vpc.SecurityGroupIngressRule(
        f"db-{port}",
        security_group_id=db.id,
        referenced_security_group_id=app.id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        opts=here(),
    )
    aws.vpc.SecurityGroupEgressRule(
        f"app-{port}",
        security_group_id=app.id,
        referenced_security_group_id=db.id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        opts=here(),
    )
vaults = daily_backups()
logs = bucket("access-logs", tags={**OPS}, days=400)
records = bucket("records", logs=logs)
results = bucket("results", logs=logs)
g = log_group("wide", "/wide")
D = {**PATIENT}
NB = {**PATIENT, "hospital-cloud:backup": "none"}
# file systems
for n, cls in (("win", aws.fsx.WindowsFileSystem),):
    cls(
        n,
        kms_key_id=K,
        subnet_ids=ids[:2],
        preferred_subnet_id=ids[0],
        deployment_type="MULTI_AZ_1",
        storage_capacity=300,
        throughput_capacity=32,
        security_group_ids=[db.id],
        active_directory_id="d-1234567890",
        automatic_backup_retention_days=35,
        copy_tags_to_backups=True,
        skip_final_backup=False,
        audit_log_configuration={
            "audit_log_destination": g.arn,
            "file_access_audit_log_level": "SUCCESS_AND_FAILURE",
            "file_share_access_audit_log_level": "SUCCESS_AND_FAILURE",
        },
        tags=D,
        opts=here(protect=True),
    )
aws.fsx.OntapFileSystem(
    "ontap",
    kms_key_id=K,
    subnet_ids=ids[:2],
    preferred_subnet_id=ids[0],
    deployment_type="MULTI_AZ_1",
    storage_capacity=1024,
    throughput_capacity=128,
    security_group_ids=[db.id],
    automatic_backup_retention_days=35,
    tags=D,
    opts=here(protect=True),
)
aws.fsx.OpenZfsFileSystem(
    "zfs",
    kms_key_id=K,
    subnet_ids=ids[:2],
    preferred_subnet_id=ids[0],
    deployment_type="MULTI_AZ_1",
    storage_capacity=64,
    throughput_capacity=160,
    security_group_ids=[db.id],
    automatic_backup_retention_days=35,
    copy_tags_to_backups=True,
    tags=D,
    opts=here(protect=True),
)
fs = aws.efs.FileSystem("efs", encrypted=True, kms_key_id=K, tags=D, opts=here(protect=True))
aws.efs.FileSystemPolicy(
    "efs",
    file_system_id=fs.id,
    policy=doc(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "*",
            "Resource": fs.arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        allow(
            ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
            fs.arn,
            Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/clinical"},
        ),
    ),
    opts=here(),
)
for i, s in enumerate(ids):
    aws.efs.MountTarget(f"efs-{i}", file_system_id=fs.id, subnet_id=s, security_groups=[db.id], opts=here())
# warehouses and databases
pg = aws.redshift.ParameterGroup(
    "wh",
    family="redshift-1.0",
    parameters=[{"name": "require_ssl", "value": "true"}, {"name": "enable_user_activity_logging", "value": "true"}],
    opts=here(),
)
sg = aws.redshift.SubnetGroup("wh", subnet_ids=ids, opts=here())
wh = aws.redshift.Cluster(
    "wh",
    cluster_identifier="wh",
    node_type="ra3.large",
    number_of_nodes=2,
    cluster_type="multi-node",
    multi_az=True,
    encrypted="true",
    kms_key_id=K,
    manage_master_password=True,
    master_password_secret_kms_key_id=K,
    master_username="owner",
    database_name="dwh",
    publicly_accessible=False,
    enhanced_vpc_routing=True,
    automated_snapshot_retention_period=35,
    cluster_subnet_group_name=sg.name,
    vpc_security_group_ids=[db.id],
    cluster_parameter_group_name=pg.name,
    skip_final_snapshot=False,
    final_snapshot_identifier="last",
    tags=D,
    opts=here(protect=True),
)
aws.redshift.Logging(
    "wh",
    cluster_identifier=wh.id,
    log_destination_type="cloudwatch",
    log_exports=["connectionlog", "userlog", "useractivitylog"],
    opts=here(),
)
ns = aws.redshiftserverless.Namespace(
    "ns",
    namespace_name="ns",
    kms_key_id=K,
    manage_admin_password=True,
    admin_password_secret_kms_key_id=K,
    log_exports=["userlog", "connectionlog", "useractivitylog"],
    tags=D,
    opts=here(protect=True),
)
aws.redshiftserverless.Workgroup(
    "wg",
    namespace_name=ns.namespace_name,
    workgroup_name="wg",
    publicly_accessible=False,
    enhanced_vpc_routing=True,
    subnet_ids=ids,
    security_group_ids=[db.id],
    config_parameters=[{"parameter_key": "require_ssl", "parameter_value": "true"}],
    opts=here(),
)
ds = aws.docdb.SubnetGroup("docs", subnet_ids=ids, opts=here())
dp = aws.docdb.ClusterParameterGroup(
    "docs",
    family="docdb5.0",
    parameters=[{"name": "tls", "value": "tls1.2+"}, {"name": "audit_logs", "value": "all"}],
    opts=here(),
)
dc = aws.docdb.Cluster(
    "docs",
    engine="docdb",
    storage_encrypted=True,
    kms_key_id=K,
    deletion_protection=True,
    backup_retention_period=35,
    master_username="owner",
    manage_master_user_password=True,
    db_subnet_group_name=ds.name,
    vpc_security_group_ids=[db.id],
    db_cluster_parameter_group_name=dp.name,
    enabled_cloudwatch_logs_exports=["audit", "profiler"],
    skip_final_snapshot=False,
    final_snapshot_identifier="docs",
    tags=D,
    opts=here(protect=True),
)
for i in range(2):
    aws.docdb.ClusterInstance(
        f"docs-{i}", cluster_identifier=dc.id, instance_class="db.r6g.large", opts=here(protect=True)
    )
nsg = aws.neptune.SubnetGroup("graph", subnet_ids=ids, opts=here())
npg = aws.neptune.ClusterParameterGroup(
    "graph",
    family="neptune1.3",
    parameters=[{"name": "neptune_enable_audit_log", "value": "1"}, {"name": "neptune_enforce_ssl", "value": "1"}],
    opts=here(),
)
nc = aws.neptune.Cluster(
    "graph",
    engine="neptune",
    storage_encrypted=True,
    kms_key_arn=K,
    deletion_protection=True,
    backup_retention_period=35,
    iam_database_authentication_enabled=True,
    neptune_subnet_group_name=nsg.name,
    neptune_cluster_parameter_group_name=npg.name,
    vpc_security_group_ids=[db.id],
    enable_cloudwatch_logs_exports=["audit"],
    skip_final_snapshot=False,
    final_snapshot_identifier="graph",
    copy_tags_to_snapshot=True,
    tags=D,
    opts=here(protect=True),
)
for i in range(2):
    aws.neptune.ClusterInstance(
        f"graph-{i}",
        cluster_identifier=nc.id,
        instance_class="db.r6g.large",
        publicly_accessible=False,
        opts=here(protect=True),
    )
ct = aws.secretsmanager.Secret("redis", kms_key_id=K, tags=NB, recovery_window_in_days=30, opts=here(protect=True))
csg = aws.elasticache.SubnetGroup("cache", subnet_ids=ids, opts=here())
aws.elasticache.ReplicationGroup(
    "cache",
    description="sessions",
    engine="valkey",
    node_type="cache.r7g.large",
    num_cache_clusters=2,
    automatic_failover_enabled=True,
    multi_az_enabled=True,
    at_rest_encryption_enabled=True,
    kms_key_id=K,
    transit_encryption_enabled=True,
    transit_encryption_mode="required",
    user_group_ids=["clinical"],
    subnet_group_name=csg.name,
    security_group_ids=[db.id],
    snapshot_retention_limit=35,
    auto_minor_version_upgrade=True,
    log_delivery_configurations=[
        {"destination": g.name, "destination_type": "cloudwatch-logs", "log_format": "json", "log_type": "slow-log"}
    ],
    tags=NB,
    opts=here(protect=True),
)
msg = aws.memorydb.SubnetGroup("mem", subnet_ids=ids, opts=here())
aws.memorydb.Cluster(
    "mem",
    acl_name="clinical",
    node_type="db.r7g.large",
    num_shards=1,
    num_replicas_per_shard=1,
    tls_enabled=True,
    kms_key_arn=K,
    snapshot_retention_limit=35,
    subnet_group_name=msg.name,
    security_group_ids=[db.id],
    final_snapshot_name="mem",
    tags=NB,
    opts=here(protect=True),
)
aws.keyspaces.Keyspace("ks", name="ks", opts=here())
aws.keyspaces.Table(
    "kt",
    keyspace_name="ks",
    table_name="kt",
    schema_definition={"columns": [{"name": "id", "type": "ascii"}], "partition_keys": [{"name": "id"}]},
    encryption_specification={"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_identifier": K},
    point_in_time_recovery={"status": "ENABLED"},
    tags=NB,
    opts=here(protect=True),
)
# analytics
glue = role(
    "glue",
    "glue.amazonaws.com",
    allow(["s3:GetObject"], pulumi.Output.concat(records.arn, "/*")),
    allow(["s3:PutObject"], pulumi.Output.concat(results.arn, "/*")),
    allow(["kms:Decrypt", "kms:GenerateDataKey"], K),
)
sc = aws.glue.SecurityConfiguration(
    "etl",
    encryption_configuration={
        "cloudwatch_encryption": {"cloudwatch_encryption_mode": "SSE-KMS", "kms_key_arn": K},
        "job_bookmarks_encryption": {"job_bookmarks_encryption_mode": "CSE-KMS", "kms_key_arn": K},
        "s3_encryption": {"s3_encryption_mode": "SSE-KMS", "kms_key_arn": K},
    },
    opts=here(),
)
con = aws.glue.Connection(
    "net",
    connection_type="NETWORK",
    physical_connection_requirements={
        "availability_zone": f"{FRA}a",
        "subnet_id": ids[0],
        "security_group_id_lists": [app.id],
    },
    opts=here(),
)
aws.glue.DataCatalogEncryptionSettings(
    "cat",
    data_catalog_encryption_settings={
        "connection_password_encryption": {"aws_kms_key_id": K, "return_connection_password_encrypted": True},
        "encryption_at_rest": {"catalog_encryption_mode": "SSE-KMS", "sse_aws_kms_key_id": K},
    },
    opts=here(),
)
gdb = aws.glue.CatalogDatabase("lake", name="lake", opts=here())
aws.glue.Job(
    "etl",
    role_arn=glue.arn,
    glue_version="5.0",
    security_configuration=sc.name,
    connections=[con.name],
    command={"script_location": pulumi.Output.concat("s3://", results.bucket, "/etl.py")},
    default_arguments={
        "--enable-continuous-cloudwatch-log": "true",
        "--TempDir": pulumi.Output.concat("s3://", results.bucket, "/tmp/"),
    },
    tags=NB,
    opts=here(),
)
aws.glue.Crawler(
    "crawl",
    role=glue.arn,
    database_name=gdb.name,
    security_configuration=sc.name,
    s3_targets=[{"path": pulumi.Output.concat("s3://", records.bucket, "/"), "connection_name": con.name}],
    tags=NB,
    opts=here(),
)
aws.athena.Workgroup(
    "query",
    configuration={
        "enforce_workgroup_configuration": True,
        "publish_cloudwatch_metrics_enabled": True,
        "result_configuration": {
            "output_location": pulumi.Output.concat("s3://", results.bucket, "/athena/"),
            "expected_bucket_owner": ACCOUNT,
            "encryption_configuration": {"encryption_option": "SSE_KMS", "kms_key_arn": K},
        },
    },
    tags=NB,
    opts=here(),
)
sm = role("sm", "sagemaker.amazonaws.com", allow(["s3:GetObject"], pulumi.Output.concat(records.arn, "/*")))
aws.sagemaker.NotebookInstance(
    "nb",
    role_arn=sm.arn,
    instance_type="ml.t3.medium",
    kms_key_id=K,
    subnet_id=ids[0],
    security_groups=[app.id],
    direct_internet_access="Disabled",
    root_access="Disabled",
    instance_metadata_service_configuration={"minimum_instance_metadata_service_version": "2"},
    tags=NB,
    opts=here(protect=True),
)
aws.sagemaker.Domain(
    "studio",
    domain_name="studio",
    auth_mode="IAM",
    vpc_id=vpc.id,
    subnet_ids=ids,
    app_network_access_type="VpcOnly",
    kms_key_id=K,
    default_user_settings={
        "execution_role": sm.arn,
        "security_groups": [app.id],
        "sharing_settings": {
            "notebook_output_option": "Allowed",
            "s3_kms_key_id": K,
            "s3_output_path": pulumi.Output.concat("s3://", results.bucket, "/share/"),
        },
    },
    tags=NB,
    opts=here(protect=True),
)
model = aws.sagemaker.Model(
    "triage",
    execution_role_arn=sm.arn,
    enable_network_isolation=True,
    vpc_config={"subnets": ids, "security_group_ids": [app.id]},
    primary_container={
        "image": f"{ACCOUNT}.dkr.ecr.{FRA}.amazonaws.com/triage@sha256:" + "0" * 64,
        "model_data_url": pulumi.Output.concat("s3://", results.bucket, "/model.tar.gz"),
    },
    tags=NB,
    opts=here(),
)
aws.sagemaker.EndpointConfiguration(
    "triage",
    kms_key_arn=K,
    production_variants=[
        {"variant_name": "a", "model_name": model.name, "instance_type": "ml.m5.large", "initial_instance_count": 2}
    ],
    data_capture_config={
        "enable_capture": True,
        "initial_sampling_percentage": 10,
        "destination_s3_uri": pulumi.Output.concat("s3://", results.bucket, "/capture/"),
        "kms_key_id": K,
        "capture_options": [{"capture_mode": "Input"}],
    },
    tags=NB,
    opts=here(),
)
# moving
tr = role("tr", "transfer.amazonaws.com", allow(["s3:PutObject"], pulumi.Output.concat(records.arn, "/in/*")))
srv = aws.transfer.Server(
    "sftp",
    protocols=["SFTP"],
    identity_provider_type="SERVICE_MANAGED",
    endpoint_type="VPC",
    endpoint_details={"vpc_id": vpc.id, "subnet_ids": ids, "security_group_ids": [db.id]},
    security_policy_name="TransferSecurityPolicy-2025-03",
    structured_log_destinations=[pulumi.Output.concat(g.arn, ":*")],
    tags=NB,
    opts=here(),
)
aws.transfer.User(
    "lab",
    server_id=srv.id,
    user_name="lab",
    role=tr.arn,
    home_directory_type="LOGICAL",
    home_directory_mappings=[{"entry": "/", "target": pulumi.Output.concat("/", records.bucket, "/in")}],
    tags=NB,
    opts=here(),
)
src = aws.datasync.NfsLocation(
    "pacs",
    server_hostname="10.80.0.9",
    subdirectory="/export",
    on_prem_config={"agent_arns": [f"arn:aws:datasync:{FRA}:{ACCOUNT}:agent/agent-00000000000000001"]},
    opts=here(),
)
dsr = role(
    "ds",
    "datasync.amazonaws.com",
    allow(["s3:PutObject", "s3:ListBucket"], [records.arn, pulumi.Output.concat(records.arn, "/*")]),
)
dst = aws.datasync.S3Location(
    "dst", s3_bucket_arn=records.arn, subdirectory="/pacs", s3_config={"bucket_access_role_arn": dsr.arn}, opts=here()
)
aws.datasync.Task(
    "pacs",
    source_location_arn=src.arn,
    destination_location_arn=dst.arn,
    cloudwatch_log_group_arn=g.arn,
    options={"log_level": "TRANSFER", "verify_mode": "ONLY_FILES_TRANSFERRED"},
    tags=NB,
    opts=here(),
)
dsg = aws.dms.ReplicationSubnetGroup(
    "mig", replication_subnet_group_description="m", replication_subnet_group_id="mig", subnet_ids=ids, opts=here()
)
ri = aws.dms.ReplicationInstance(
    "mig",
    replication_instance_class="dms.t3.large",
    replication_instance_id="mig",
    kms_key_arn=K,
    publicly_accessible=False,
    multi_az=True,
    auto_minor_version_upgrade=True,
    replication_subnet_group_id=dsg.id,
    vpc_security_group_ids=[app.id],
    tags=NB,
    opts=here(),
)
his = aws.secretsmanager.Secret("his", kms_key_id=K, tags=NB, recovery_window_in_days=30, opts=here(protect=True))
e1 = aws.dms.Endpoint(
    "a",
    endpoint_id="a",
    endpoint_type="source",
    engine_name="oracle",
    kms_key_arn=K,
    ssl_mode="verify-ca",
    certificate_arn=f"arn:aws:dms:{FRA}:{ACCOUNT}:cert:A",
    secrets_manager_arn=his.arn,
    secrets_manager_access_role_arn=dsr.arn,
    database_name="HIS",
    tags=NB,
    opts=here(),
)
e2 = aws.dms.Endpoint(
    "b",
    endpoint_id="b",
    endpoint_type="target",
    engine_name="aurora-postgresql",
    kms_key_arn=K,
    ssl_mode="verify-full",
    certificate_arn=f"arn:aws:dms:{FRA}:{ACCOUNT}:cert:A",
    secrets_manager_arn=his.arn,
    secrets_manager_access_role_arn=dsr.arn,
    database_name="his",
    tags=NB,
    opts=here(),
)
aws.dms.ReplicationTask(
    "mig",
    migration_type="full-load-and-cdc",
    replication_task_id="mig",
    replication_instance_arn=ri.replication_instance_arn,
    source_endpoint_arn=e1.endpoint_arn,
    target_endpoint_arn=e2.endpoint_arn,
    table_mappings="{}",
    replication_task_settings=json.dumps({"Logging": {"EnableLogging": True}}),
    tags=NB,
    opts=here(),
)
gw = aws.storagegateway.Gateway(
    "gw",
    gateway_name="gw",
    gateway_timezone="GMT",
    gateway_type="FILE_S3",
    activation_key="AAAAA-BBBBB-CCCCC-DDDDD-EEEEE",
    cloudwatch_log_group_arn=g.arn,
    tags=NB,
    opts=here(),
)
aws.storagegateway.SmbFileShare(
    "share",
    gateway_arn=gw.arn,
    location_arn=records.arn,
    role_arn=dsr.arn,
    authentication="ActiveDirectory",
    kms_encrypted=True,
    kms_key_arn=K,
    audit_destination_arn=g.arn,
    valid_user_lists=["@clinic"],
    smb_acl_enabled=True,
    tags=NB,
    opts=here(),
)
# identity and interfaces
pool = aws.cognito.UserPool(
    "staff",
    name="staff",
    mfa_configuration="ON",
    software_token_mfa_configuration={"enabled": True},
    password_policy={
        "minimum_length": 14,
        "require_lowercase": True,
        "require_numbers": True,
        "require_symbols": True,
        "require_uppercase": True,
        "temporary_password_validity_days": 1,
    },
    user_pool_add_ons={"advanced_security_mode": "ENFORCED"},
    deletion_protection="ACTIVE",
    admin_create_user_config={"allow_admin_create_user_only": True},
    user_pool_tier="PLUS",
    tags=NB,
    opts=here(protect=True),
)
client = aws.cognito.UserPoolClient(
    "staff",
    user_pool_id=pool.id,
    generate_secret=True,
    allowed_oauth_flows=["code"],
    allowed_oauth_flows_user_pool_client=True,
    allowed_oauth_scopes=["openid"],
    callback_urls=["https://portal.ukf.example/cb"],
    prevent_user_existence_errors="ENABLED",
    enable_token_revocation=True,
    supported_identity_providers=["COGNITO"],
    opts=here(),
)
api = aws.apigatewayv2.Api("api", protocol_type="HTTP", disable_execute_api_endpoint=True, opts=here())
auth = aws.apigatewayv2.Authorizer(
    "api",
    api_id=api.id,
    authorizer_type="JWT",
    identity_sources=["$request.header.Authorization"],
    jwt_configuration={"audiences": [client.id], "issuer": pulumi.Output.concat("https://", pool.endpoint)},
    name="staff",
    opts=here(),
)
fr = role("fn", "lambda.amazonaws.com", allow(["s3:GetObject"], pulumi.Output.concat(records.arn, "/*")))
fn = aws.lambda_.Function(
    "fn",
    runtime="python3.13",
    handler="a.b",
    role=fr.arn,
    s3_bucket=results.bucket,
    s3_key="fn.zip",
    kms_key_arn=K,
    environment={"variables": {"BUCKET": records.bucket}},
    vpc_config={"subnet_ids": ids, "security_group_ids": [app.id]},
    logging_config={"log_format": "JSON", "log_group": g.name},
    tracing_config={"mode": "Active"},
    tags=NB,
    opts=here(),
)
integ = aws.apigatewayv2.Integration(
    "api",
    api_id=api.id,
    integration_type="AWS_PROXY",
    integration_uri=fn.invoke_arn,
    payload_format_version="2.0",
    opts=here(),
)
aws.apigatewayv2.Route(
    "api",
    api_id=api.id,
    route_key="GET /records/{id}",
    authorization_type="JWT",
    authorizer_id=auth.id,
    target=pulumi.Output.concat("integrations/", integ.id),
    opts=here(),
)
aws.apigatewayv2.Stage(
    "api",
    api_id=api.id,
    name="live",
    access_log_settings={"destination_arn": g.arn, "format": "$context.requestId"},
    tags=NB,
    opts=here(),
)
aws.lambda_.Permission(
    "api",
    function=fn.name,
    action="lambda:InvokeFunction",
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/*"),
    source_account=ACCOUNT,
    opts=here(),
)
aws.appsync.GraphQLApi(
    "gql",
    authentication_type="AMAZON_COGNITO_USER_POOLS",
    user_pool_config={"default_action": "ALLOW", "user_pool_id": pool.id, "aws_region": FRA},
    log_config={"cloudwatch_logs_role_arn": dsr.arn, "field_log_level": "ERROR", "exclude_verbose_content": True},
    visibility="PRIVATE",
    introspection_config="DISABLED",
    query_depth_limit=10,
    xray_enabled=True,
    tags=NB,
    opts=here(),
)
# events
bus = aws.cloudwatch.EventBus("orders", kms_key_identifier=K, tags=NB, opts=here())
dlq = aws.sqs.Queue("dead", kms_master_key_id=K, message_retention_seconds=1209600, tags=NB, opts=here(protect=True))
q = aws.sqs.Queue(
    "orders",
    kms_master_key_id=K,
    redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dlq.arn, "maxReceiveCount": 5}),
    tags=NB,
    opts=here(protect=True),
)
for n, one in (("dead", dlq), ("orders", q)):
    aws.sqs.QueuePolicy(
        n,
        queue_url=one.id,
        policy=doc(
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": one.arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            allow(
                "sqs:SendMessage",
                one.arn,
                Principal={"Service": "events.amazonaws.com"},
                Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            ),
        ),
        opts=here(),
    )
rule_ = aws.cloudwatch.EventRule(
    "orders", event_bus_name=bus.name, event_pattern=json.dumps({"source": ["his"]}), opts=here()
)
aws.cloudwatch.EventTarget(
    "orders", rule=rule_.name, event_bus_name=bus.name, arn=q.arn, dead_letter_config={"arn": dlq.arn}, opts=here()
)
pr = role(
    "pipe", "pipes.amazonaws.com", allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], q.arn)
)
aws.pipes.Pipe(
    "pipe",
    role_arn=pr.arn,
    source=q.arn,
    target=fn.arn,
    kms_key_identifier=K,
    log_configuration={"level": "ERROR", "cloudwatch_logs_log_destination": {"log_group_arn": g.arn}},
    tags=NB,
    opts=here(),
)
aws.scheduler.Schedule(
    "nightly",
    flexible_time_window={"mode": "OFF"},
    schedule_expression="rate(1 day)",
    kms_key_arn=K,
    target={"arn": q.arn, "role_arn": pr.arn, "dead_letter_config": {"arn": dlq.arn}},
    opts=here(),
)
stream = aws.kinesis.Stream(
    "vitals",
    encryption_type="KMS",
    kms_key_id=K,
    retention_period=168,
    stream_mode_details={"stream_mode": "ON_DEMAND"},
    tags=NB,
    opts=here(protect=True),
)
frole = role("fire", "firehose.amazonaws.com", allow(["s3:PutObject"], pulumi.Output.concat(records.arn, "/*")))
aws.kinesis.FirehoseDeliveryStream(
    "vitals",
    destination="extended_s3",
    kinesis_source_configuration={"kinesis_stream_arn": stream.arn, "role_arn": frole.arn},
    extended_s3_configuration={
        "bucket_arn": records.arn,
        "role_arn": frole.arn,
        "kms_key_arn": K,
        "cloudwatch_logging_options": {"enabled": True, "log_group_name": g.name, "log_stream_name": "s3"},
    },
    tags=NB,
    opts=here(),
)
aws.mq.Broker(
    "mq",
    broker_name="mq",
    engine_type="ActiveMQ",
    engine_version="5.18",
    host_instance_type="mq.m5.large",
    deployment_mode="ACTIVE_STANDBY_MULTI_AZ",
    publicly_accessible=False,
    auto_minor_version_upgrade=True,
    encryption_options={"use_aws_owned_key": False, "kms_key_id": K},
    logs={"general": True, "audit": True},
    subnet_ids=ids[:2],
    security_groups=[db.id],
    users=[{"username": "u", "password": pulumi.Output.secret("x" * 20)}],
    tags=NB,
    opts=here(protect=True),
)
conf = aws.msk.Configuration(
    "bus", kafka_versions=["3.8.x"], server_properties="auto.create.topics.enable=false\n", opts=here()
)
aws.msk.Cluster(
    "bus",
    cluster_name="bus",
    kafka_version="3.8.x",
    number_of_broker_nodes=3,
    broker_node_group_info={
        "client_subnets": ids,
        "instance_type": "kafka.m7g.large",
        "security_groups": [db.id],
        "storage_info": {"ebs_storage_info": {"volume_size": 100}},
    },
    encryption_info={
        "encryption_at_rest_kms_key_arn": K,
        "encryption_in_transit": {"client_broker": "TLS", "in_cluster": True},
    },
    client_authentication={"sasl": {"iam": True}, "unauthenticated": False},
    configuration_info={"arn": conf.arn, "revision": 1},
    logging_info={"broker_logs": {"cloudwatch_logs": {"enabled": True, "log_group": g.name}}},
    enhanced_monitoring="PER_BROKER",
    tags=NB,
    opts=here(protect=True),
)
# machines
aws.ebs.EncryptionByDefault("d", enabled=True, opts=here())
aws.ebs.DefaultKmsKey("d", key_arn=K, opts=here())
vol = aws.ebs.Volume(
    "scan", availability_zone=f"{FRA}a", size=500, encrypted=True, kms_key_id=K, tags=D, opts=here(protect=True)
)
prof = aws.iam.InstanceProfile("vm", role=sm.name, opts=here())
vm = aws.ec2.Instance(
    "vm",
    ami="ami-00000000000000001",
    instance_type="m7g.large",
    subnet_id=ids[0],
    vpc_security_group_ids=[app.id],
    associate_public_ip_address=False,
    metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1},
    root_block_device={"encrypted": True, "kms_key_id": K},
    iam_instance_profile=prof.name,
    disable_api_termination=True,
    monitoring=True,
    tags=D,
    opts=here(protect=True),
)
aws.ec2.VolumeAttachment("scan", device_name="/dev/sdf", instance_id=vm.id, volume_id=vol.id, opts=here())
ar = role("cb", "codebuild.amazonaws.com")
aws.codebuild.Project(
    "build",
    service_role=ar.arn,
    artifacts={"type": "NO_ARTIFACTS"},
    encryption_key=K,
    environment={
        "compute_type": "BUILD_GENERAL1_SMALL",
        "image": "aws/codebuild/amazonlinux2-x86_64-standard:5.0",
        "type": "LINUX_CONTAINER",
        "privileged_mode": False,
    },
    source={"type": "CODECOMMIT", "location": f"https://git-codecommit.{FRA}.amazonaws.com/v1/repos/a"},
    vpc_config={"vpc_id": vpc.id, "subnets": ids, "security_group_ids": [app.id]},
    logs_config={"cloudwatch_logs": {"group_name": g.name}},
    tags={"hospital-cloud:data-class": "2"},
    opts=here(),
)
repo = aws.ecr.Repository(
    "app",
    image_tag_mutability="IMMUTABLE",
    image_scanning_configuration={"scan_on_push": True},
    encryption_configurations=[{"encryption_type": "KMS", "kms_key": K}],
    tags={
        "hospital-cloud:data-class": "2",
        "hospital-cloud:record-kind": "operational",
        "hospital-cloud:backup": "none",
    },
    opts=here(protect=True),
)

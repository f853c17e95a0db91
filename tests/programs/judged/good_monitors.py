"""Bedside monitors write to Kafka; Firehose puts what arrives into the archive."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else
import pulumi
import pulumi_aws as aws
from group_in_china import BEIJING, LOGS, NINGXIA, PROVIDERS, REGIONS, Bucket, Network, backups, trust
from pulumi import ResourceOptions

p = PROVIDERS[BEIJING]
o = ResourceOptions(provider=p)
PASSING = {"hospital-cloud:data-class": "4", "hospital-cloud:record-kind": "inpatient", "hospital-cloud:backup": "none"}
net = Network("vitals", BEIJING, "10.80", ["cn-north-1a", "cn-north-1b", "cn-north-1d"])
brokers = aws.ec2.SecurityGroup("vitals", vpc_id=net.vpc.id, description="brokers", opts=o)
clients = aws.ec2.SecurityGroup("gateways", vpc_id=net.vpc.id, description="gateways", opts=o)
aws.vpc.SecurityGroupIngressRule(
    "vitals",
    security_group_id=brokers.id,
    referenced_security_group_id=clients.id,
    ip_protocol="tcp",
    from_port=9098,
    to_port=9098,
    opts=o,
)
broker_logs = aws.cloudwatch.LogGroup(
    "vitals",
    name="/msk/vitals",
    retention_in_days=400,
    kms_key_id=REGIONS[BEIJING].log_key.arn,
    tags=LOGS,
    opts=ResourceOptions(provider=p, protect=True),
)
kafka = aws.msk.Cluster(
    "vitals",
    cluster_name="vitals",
    kafka_version="3.6.0",
    number_of_broker_nodes=3,
    broker_node_group_info=aws.msk.ClusterBrokerNodeGroupInfoArgs(
        instance_type="kafka.m5.large",
        client_subnets=net.subnet_ids,
        security_groups=[brokers.id],
        storage_info={"ebs_storage_info": {"volume_size": 500}},
    ),
    encryption_info=aws.msk.ClusterEncryptionInfoArgs(
        encryption_at_rest_kms_key_arn=REGIONS[BEIJING].data_key.arn,
        encryption_in_transit={"client_broker": "TLS", "in_cluster": True},
    ),
    client_authentication={"sasl": {"iam": True}, "unauthenticated": False},
    logging_info={"broker_logs": {"cloudwatch_logs": {"enabled": True, "log_group": broker_logs.name}}},
    tags=PASSING,
    opts=ResourceOptions(provider=p, protect=True),
)
archive = Bucket("vitals", BEIJING, REGIONS[BEIJING].data_key, log_bucket=REGIONS[BEIJING].logs)
copy = Bucket("vitals-copy", NINGXIA, REGIONS[NINGXIA].data_key, log_bucket=REGIONS[NINGXIA].logs)
replication = aws.iam.Role("vitals-replication", assume_role_policy=trust("s3.amazonaws.com"), opts=o)
aws.iam.RolePolicy(
    "vitals-replication",
    role=replication.id,
    policy=aws.iam.get_policy_document_output(
        statements=[
            {"actions": ["s3:GetReplicationConfiguration", "s3:ListBucket"], "resources": [archive.arn]},
            {
                "actions": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
                "resources": [archive.arn.apply(lambda a: a + "/*")],
            },
            {"actions": ["s3:ReplicateObject", "s3:ReplicateTags"], "resources": [copy.arn.apply(lambda a: a + "/*")]},
        ]
    ).json,
    opts=o,
)
aws.s3.BucketReplicationConfig(
    "vitals",
    bucket=archive.bucket.id,
    role=replication.arn,
    rules=[
        {
            "status": "Enabled",
            "filter": {},
            "delete_marker_replication": {"status": "Enabled"},
            "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
            "destination": {
                "bucket": copy.arn,
                "encryption_configuration": {"replica_kms_key_id": REGIONS[NINGXIA].data_key.arn},
            },
        }
    ],
    opts=o,
)
out_logs = aws.cloudwatch.LogGroup(
    "vitals-out",
    name="/firehose/vitals",
    retention_in_days=400,
    kms_key_id=REGIONS[BEIJING].log_key.arn,
    tags=LOGS,
    opts=ResourceOptions(provider=p, protect=True),
)
writer = aws.iam.Role("vitals-out", assume_role_policy=trust("firehose.amazonaws.com"), opts=o)
aws.iam.RolePolicy(
    "vitals-out",
    role=writer.id,
    policy=pulumi.Output.all(kafka=kafka.arn, bucket=archive.arn, key=REGIONS[BEIJING].data_key.arn).apply(
        lambda a: (
            aws.iam.get_policy_document(
                statements=[
                    {
                        "actions": [
                            "kafka:GetBootstrapBrokers",
                            "kafka:DescribeCluster",
                            "kafka:DescribeClusterV2",
                            "kafka-cluster:Connect",
                        ],
                        "resources": [a["kafka"]],
                    },
                    {"actions": ["s3:PutObject", "s3:AbortMultipartUpload"], "resources": [f"{a['bucket']}/*"]},
                    {"actions": ["kms:GenerateDataKey", "kms:Decrypt"], "resources": [a["key"]]},
                ]
            ).json
        )
    ),
    opts=o,
)
aws.kinesis.FirehoseDeliveryStream(
    "vitals",
    name="vitals",
    destination="extended_s3",
    msk_source_configuration={
        "msk_cluster_arn": kafka.arn,
        "topic_name": "vitals",
        "authentication_configuration": {"connectivity": "PRIVATE", "role_arn": writer.arn},
    },
    extended_s3_configuration={
        "role_arn": writer.arn,
        "bucket_arn": archive.arn,
        "kms_key_arn": REGIONS[BEIJING].data_key.arn,
        "buffering_interval": 300,
        "buffering_size": 64,
        "cloudwatch_logging_options": {"enabled": True, "log_group_name": out_logs.name, "log_stream_name": "s3"},
    },
    tags=PASSING,
    opts=o,
)
backups()

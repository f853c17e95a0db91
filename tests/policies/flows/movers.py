"""What carries data from service to service: flows of applications, models, contact centres, connectors, roles of databases."""

from typing import Any

from policies.graph import Resource
from tests.policies.flows.cases import (
    ABROAD,
    BUCKET,
    CLUSTER,
    OBJECTS,
    READS,
    ROLE,
    ROLE_POLICY,
    STREAM,
    TOPIC,
    Case,
    bucket,
    private,
    reader,
    resource,
    store,
)
from tests.resources import ACCOUNT, REGION, TAGS, arn, document, ref

FLOW, PROFILE = "aws:appflow/flow:Flow", "aws:appflow/connectorProfile:ConnectorProfile"
BASE, SOURCE = "aws:bedrock/agentKnowledgeBase:AgentKnowledgeBase", "aws:bedrock/agentDataSource:AgentDataSource"
MSK, CONNECTOR = "aws:msk/cluster:Cluster", "aws:mskconnect/connector:Connector"
TRAINING = "aws:sagemaker/trainingJob:TrainingJob"
CHAT = "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration"


def _from_bucket(target: dict[str, Any]) -> Resource:
    source = {"connectorType": "S3", "sourceConnectorProperties": {"s3": {"bucketName": "records"}}}
    return resource(FLOW, "nightly", sourceFlowConfig=source, destinationFlowConfigs=[target])


def _to_bucket(name: str) -> Resource:
    return _from_bucket({"connectorType": "S3", "destinationConnectorProperties": {"s3": {"bucketName": name}}})


def _indexed_by(address: str) -> Resource:
    return resource(BASE, "guidelines", storageConfiguration={"pineconeConfiguration": {"connectionString": address}})


_ingest = resource(
    SOURCE,
    "letters",
    knowledgeBaseId=ref(BASE, "guidelines", "id"),
    dataSourceConfiguration={"s3Configuration": {"bucketArn": ref(BUCKET, "records")}},
)


def _connector(**settings: str) -> Resource:
    return resource(
        CONNECTOR,
        "sink",
        kafkaCluster={"apacheKafkaCluster": {"bootstrapServers": ref(MSK, "records", "bootstrapBrokersTls")}},
        connectorConfiguration=settings,
    )


def _training(path: str) -> Resource:
    return resource(
        TRAINING,
        "train",
        roleArn=ref(ROLE, "reader"),
        outputDataConfig={"s3OutputPath": path},
        enableNetworkIsolation=True,
    )


_RDS_TRUST = document({"Effect": "Allow", "Principal": {"Service": "rds.amazonaws.com"}, "Action": "sts:AssumeRole"})


def _exports_to(target: str) -> Resource:
    statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": target}
    return resource(ROLE_POLICY, "exporting", role=ref(ROLE, "exporter", "id"), policy=document(statement))


def _contacts(target: str) -> Resource:
    return resource(
        "aws:connect/instanceStorageConfig:InstanceStorageConfig",
        "recordings",
        instanceId=ref("aws:connect/instance:Instance", "records", "id"),
        storageConfig={"storageType": "KINESIS_STREAM", "kinesisStreamConfig": {"streamArn": target}},
    )


def _mirrored(target: str) -> Resource:
    return resource("aws:rds/integration:Integration", "zero-etl", sourceArn=ref(CLUSTER, "records"), targetArn=target)


_far = f"arn:aws-cn:kinesis:{ABROAD}:{ACCOUNT}:stream/far"

MOVERS = [
    Case(
        "appflow to a bucket",
        bucket,
        [_to_bucket("arn:aws-cn:s3:::lake")],
        _to_bucket("arn:aws:s3:::lake"),
        ("nightly", "sourceConnectorProperties.s3.bucketName", "destinationConnectorProperties.s3.bucketName"),
    ),
    Case(
        "appflow to an application",
        bucket,
        [_to_bucket("arn:aws-cn:s3:::lake")],
        _from_bucket({"connectorType": "Salesforce", "connectorProfileName": "crm"}),
        ("nightly", "crm, a connection that is not of this program"),
        "unknown",
    ),
    Case(
        "appflow to an application that says where it is",
        bucket,
        [
            _from_bucket({"connectorType": "Salesforce", "connectorProfileName": "crm"}),
            resource(
                PROFILE,
                "crm",
                name="crm",
                connectorProfileConfig={
                    "connectorProfileProperties": {
                        "salesforce": {"instanceUrl": f"https://x.{REGION}.amazonaws.com.cn"}
                    }
                },
            ),
        ],
        resource(
            PROFILE,
            "crm",
            name="crm",
            connectorProfileConfig={
                "connectorProfileProperties": {"salesforce": {"instanceUrl": f"https://x.{ABROAD}.amazonaws.com"}}
            },
        ),
        ("nightly", "crm", "salesforce.instanceUrl"),
    ),
    Case(
        "knowledge base in an index elsewhere",
        bucket,
        [_ingest, _indexed_by(f"https://x.{REGION}.es.amazonaws.com.cn")],
        _indexed_by("https://records.pinecone.io"),
        ("letters", "guidelines", "pinecone.io"),
        "unknown",
    ),
    Case(
        "contact records to a stream",
        store("aws:connect/instance:Instance"),
        [_contacts(arn("kinesis", "stream/near"))],
        _contacts(_far),
        ("recordings", "storageConfig.kinesisStreamConfig.streamArn"),
    ),
    Case(
        "connector of a message log",
        store(MSK),
        [_connector(**{"s3.bucket.name": "arn:aws-cn:s3:::lake"})],
        _connector(**{"connection.url": f"jdbc:postgresql://db.{ABROAD}.rds.amazonaws.com:5432/x"}),
        ("sink", "connectorConfiguration.connection.url"),
    ),
    Case(
        "what a model learned",
        bucket,
        [*private, *reader(READS, OBJECTS), _training("arn:aws-cn:s3:::models")],
        _training("arn:aws:s3:::models"),
        ("reader", "train", "outputDataConfig.s3OutputPath"),
    ),
    Case(
        "a database's own export",
        store(CLUSTER),
        [
            resource(ROLE, "exporter", name="exporter", assumeRolePolicy=_RDS_TRUST),
            resource(
                "aws:rds/clusterRoleAssociation:ClusterRoleAssociation",
                "may-export",
                dbClusterIdentifier=ref(CLUSTER, "records", "id"),
                roleArn=ref(ROLE, "exporter"),
            ),
            _exports_to("arn:aws-cn:s3:::exports/*"),
        ],
        _exports_to("arn:aws:s3:::exports/*"),
        ("may-export", "exporter", "exporting, policy.Statement[0]"),
    ),
    Case(
        "integration without a pipeline",
        store(CLUSTER),
        [_mirrored(arn("redshift", "namespace:near"))],
        _mirrored(f"arn:aws-cn:redshift:{ABROAD}:{ACCOUNT}:namespace:far"),
        ("zero-etl", "targetArn"),
    ),
    Case(
        "analysis of a stream",
        store(STREAM),
        [
            resource(
                "aws:kinesis/analyticsApplication:AnalyticsApplication",
                "counts",
                inputs={"kinesisStream": {"resourceArn": ref(STREAM, "records")}},
                outputs=[{"kinesisStream": {"resourceArn": arn("kinesis", "stream/near")}}],
            )
        ],
        resource(
            "aws:kinesis/analyticsApplication:AnalyticsApplication",
            "counts",
            inputs={"kinesisStream": {"resourceArn": ref(STREAM, "records")}},
            outputs=[{"kinesisStream": {"resourceArn": _far}}],
        ),
        ("counts", "inputs.kinesisStream.resourceArn", "outputs[0].kinesisStream.resourceArn"),
    ),
    Case(
        "chat of a topic with records",
        store(TOPIC, kmsMasterKeyId=None, tags={**TAGS}),
        [resource(CHAT, "desk", slackChannelId="C1", snsTopicArns=[])],
        resource(CHAT, "desk", slackChannelId="C1", snsTopicArns=[ref(TOPIC, "records")]),
        ("Slack", "desk, slackChannelId"),
        "unknown",
    ),
]

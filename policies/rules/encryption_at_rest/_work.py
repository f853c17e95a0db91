"""Where services that work on data name the key of what they keep meanwhile and of what they write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_JOB = ("outputDataConfig.kmsKeyId", "resourceConfig[*].volumeKmsKeyId")

WORK_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:appflow/connectorProfile:ConnectorProfile": ("kmsArn",),
    "aws:appflow/flow:Flow": ("kmsArn",),
    "aws:appintegrations/dataIntegration:DataIntegration": ("kmsKey",),
    "aws:apprunner/service:Service": ("encryptionConfiguration.kmsKey",),
    "aws:athena/database:Database": ("encryptionConfiguration.kmsKey",),
    "aws:bedrock/agentAgent:AgentAgent": ("customerEncryptionKeyArn",),
    "aws:bedrock/agentDataSource:AgentDataSource": ("serverSideEncryptionConfiguration.kmsKeyArn",),
    "aws:bedrock/agentFlow:AgentFlow": ("customerEncryptionKeyArn",),
    "aws:bedrock/agentcoreGateway:AgentcoreGateway": ("kmsKeyArn",),
    "aws:bedrock/evaluationJob:EvaluationJob": ("customerEncryptionKeyId",),
    "aws:bedrock/guardrail:Guardrail": ("kmsKeyArn",),
    "aws:bedrockmodel/invocationJob:InvocationJob": ("outputDataConfig.s3OutputDataConfig.s3EncryptionKeyId",),
    "aws:cloudwatch/eventConnection:EventConnection": ("kmsKeyIdentifier",),
    "aws:comprehend/documentClassifier:DocumentClassifier": ("modelKmsKeyId", "volumeKmsKeyId"),
    "aws:comprehend/entityRecognizer:EntityRecognizer": ("modelKmsKeyId", "volumeKmsKeyId"),
    "aws:connect/instanceStorageConfig:InstanceStorageConfig": (
        "storageConfig.s3Config[*].encryptionConfig.keyId",
        "storageConfig.kinesisVideoStreamConfig[*].encryptionConfig.keyId",
    ),
    "aws:dataexchange/eventAction:EventAction": ("action.exportRevisionToS3.encryption.kmsKeyArn",),
    "aws:dms/endpoint:Endpoint": ("kmsKeyArn",),
    "aws:dms/replicationConfig:ReplicationConfig": ("computeConfig.kmsKeyId",),
    "aws:dms/s3Endpoint:S3Endpoint": ("serverSideEncryptionKmsKeyId",),
    "aws:drs/replicationConfigurationTemplate:ReplicationConfigurationTemplate": ("ebsEncryptionKeyArn",),
    "aws:dynamodb/tableExport:TableExport": ("s3SseKmsKeyId",),
    "aws:ecs/cluster:Cluster": ("configuration[*].executeCommandConfiguration[*].kmsKeyId",),
    "aws:elastictranscoder/pipeline:Pipeline": ("awsKmsKeyArn",),
    "aws:emrserverless/application:Application": (
        "monitoringConfiguration[*].cloudwatchLoggingConfiguration[*].encryptionKeyArn",
        "monitoringConfiguration[*].s3MonitoringConfiguration[*].encryptionKeyArn",
    ),
    "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": (
        "dataCatalogEncryptionSettings.connectionPasswordEncryption.awsKmsKeyId",
        "dataCatalogEncryptionSettings.encryptionAtRest.sseAwsKmsKeyId",
    ),
    "aws:glue/securityConfiguration:SecurityConfiguration": (
        "encryptionConfiguration.cloudwatchEncryption.kmsKeyArn",
        "encryptionConfiguration.jobBookmarksEncryption.kmsKeyArn",
        "encryptionConfiguration.s3Encryption.kmsKeyArn",
    ),
    "aws:guardduty/publishingDestination:PublishingDestination": ("kmsKeyArn",),
    "aws:m2/application:Application": ("kmsKeyId",),
    "aws:m2/environment:Environment": ("kmsKeyId",),
    "aws:macie2/classificationExportConfiguration:ClassificationExportConfiguration": ("s3Destination.kmsKeyArn",),
    "aws:msk/channel:Channel": ("encryptionConfiguration.kmsKeyArn",),
    "aws:observabilityadmin/s3TableIntegration:S3TableIntegration": ("encryption.kmsKeyArn",),
    "aws:opensearch/application:Application": ("kmsKeyArn",),
    "aws:rds/clusterActivityStream:ClusterActivityStream": ("kmsKeyId",),
    "aws:rds/integration:Integration": ("kmsKeyId",),
    "aws:redshift/integration:Integration": ("kmsKeyId",),
    "aws:rekognition/streamProcessor:StreamProcessor": ("kmsKeyId",),
    "aws:s3/bucketMetadataConfiguration:BucketMetadataConfiguration": (
        "metadataConfiguration.inventoryTableConfiguration[*].encryptionConfiguration.kmsKeyArn",
        "metadataConfiguration.journalTableConfiguration[*].encryptionConfiguration.kmsKeyArn",
    ),
    "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": (
        "dataQualityJobOutputConfig.kmsKeyId",
        "jobResources.clusterConfig.volumeKmsKeyId",
    ),
    "aws:sagemaker/deviceFleet:DeviceFleet": ("outputConfig.kmsKeyId",),
    "aws:sagemaker/domain:Domain": ("defaultUserSettings[*].sharingSettings[*].s3KmsKeyId",),
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": ("dataCaptureConfig[*].kmsKeyId",),
    "aws:sagemaker/flowDefinition:FlowDefinition": ("outputConfig.kmsKeyId",),
    "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob": tuple(
        f"{block}[*].{path}" for block in ("trainingJobDefinition", "trainingJobDefinitions") for path in _JOB
    ),
    "aws:sagemaker/labelingJob:LabelingJob": ("outputConfig.kmsKeyId",),
    "aws:sagemaker/monitoringSchedule:MonitoringSchedule": (
        "monitoringScheduleConfig.monitoringJobDefinition[*].monitoringOutputConfig.kmsKeyId",
    ),
    "aws:sagemaker/trainingJob:TrainingJob": ("outputDataConfig.kmsKeyId", "resourceConfig.volumeKmsKeyId"),
    "aws:ses/receiptRule:ReceiptRule": ("s3Actions[*].kmsKeyArn",),
    "aws:ssm/resourceDataSync:ResourceDataSync": ("s3Destination.kmsKeyArn",),
    "aws:ssmincidents/replicationSet:ReplicationSet": ("regions[*].kmsKeyArn",),
    "aws:timestreamquery/scheduledQuery:ScheduledQuery": ("kmsKeyId",),
    "aws:workspacesweb/portal:Portal": ("customerManagedKey",),
    "aws:workspacesweb/sessionLogger:SessionLogger": ("customerManagedKey",),
    "aws:xray/encryptionConfig:EncryptionConfig": ("keyId",),
}
"""Type -> its keys, each a customer's. Where the path passes `[*]`, the block need not be there."""

_DELIVERED_TO = (
    *("elasticsearch", "httpEndpoint", "iceberg", "opensearch", "opensearchserverless", "redshift"),
    *("snowflake", "splunk"),
)
WORK_KEYS_IF_NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (
        "extendedS3Configuration.kmsKeyArn",
        *(f"{block}Configuration.s3BackupConfiguration.kmsKeyArn" for block in ("extendedS3", "redshift")),
        *(f"{block}Configuration.s3Configuration.kmsKeyArn" for block in _DELIVERED_TO),
    ),
}
"""Type -> keys that may be left out, because what is written then takes the key of the bucket it is written to."""

WORK_KEYS_OF_WHAT_IS_CLASSED: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:bedrock/agentPrompt:AgentPrompt": ("customerEncryptionKeyArn",),
    "aws:codebuild/project:Project": ("encryptionKey",),
    "aws:codepipeline/pipeline:Pipeline": ("artifactStores[*].encryptionKey.id",),
    "aws:emr/studio:Studio": ("encryptionKeyArn",),
    "aws:imagebuilder/component:Component": ("kmsKeyId",),
    "aws:lambda/eventSourceMapping:EventSourceMapping": ("kmsKeyArn",),
    "aws:pipes/pipe:Pipe": ("kmsKeyIdentifier",),
    "aws:scheduler/schedule:Schedule": ("kmsKeyArn",),
    "aws:sfn/activity:Activity": ("encryptionConfiguration.kmsKeyId",),
    "aws:sfn/stateMachine:StateMachine": ("encryptionConfiguration.kmsKeyId",),
    "aws:synthetics/canary:Canary": ("artifactConfig.s3Encryption.kmsKeyArn",),
    "aws:verifiedaccess/endpoint:Endpoint": ("sseSpecification.kmsKeyArn",),
}
"""The same for types that mostly carry orders, code or names: asked only of one that states class 3 and up."""

ONLY_WITH: Final[Mapping[str, str]] = {"aws:lambda/eventSourceMapping:EventSourceMapping": "filterCriteria"}
"""Type -> the input that its key encrypts: where it is left out, there is nothing to encrypt."""

"""Where data can go from each resource type: the inputs that name the other side, and how they name it.

Kinds of names: `region` (a region's name), `arn` (an ARN, or a plain identifier of the resource's own region), `bucket`
(a bucket's name, ARN or s3:// address), `host` (a name or URL outside the cloud's own naming). A test holds each path
against the types of pulumi_aws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Flows = Mapping[str, Mapping[str, str]]
"""Type -> path -> kind of name."""

COPIES: Final[Flows] = {
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": {"rules[*].destination.bucket": "bucket"},
    "aws:s3/bucket:Bucket": {"replicationConfiguration.rules[*].destination.bucket": "bucket"},
    "aws:s3/bucketV2:BucketV2": {"replicationConfigurations[*].rules[*].destinations[*].bucket": "bucket"},
    "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint": {"details.regions[*].bucket": "bucket"},
    "aws:dynamodb/table:Table": {"replicas[*].regionName": "region"},
    "aws:dynamodb/globalTable:GlobalTable": {"replicas[*].regionName": "region"},
    "aws:dynamodb/tableReplica:TableReplica": {"globalTableArn": "arn"},
    "aws:keyspaces/keyspace:Keyspace": {"replicationSpecification.regionLists[*]": "region"},
    "aws:kms/replicaKey:ReplicaKey": {"primaryKeyArn": "arn"},
    "aws:kms/replicaExternalKey:ReplicaExternalKey": {"primaryKeyArn": "arn"},
    "aws:rds/cluster:Cluster": {"replicationSourceIdentifier": "arn", "sourceRegion": "region"},
    "aws:rds/instance:Instance": {"replicateSourceDb": "arn"},
    "aws:rds/globalCluster:GlobalCluster": {"sourceDbClusterIdentifier": "arn"},
    "aws:docdb/globalCluster:GlobalCluster": {"sourceDbClusterIdentifier": "arn"},
    "aws:neptune/cluster:Cluster": {"replicationSourceIdentifier": "arn"},
    "aws:neptune/globalCluster:GlobalCluster": {"sourceDbClusterIdentifier": "arn"},
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": {"primaryReplicationGroupId": "arn"},
    "aws:dsql/cluster:Cluster": {
        "multiRegionProperties.witnessRegion": "region",
        "multiRegionProperties.clusters[*]": "arn",
    },
    "aws:dsql/clusterPeering:ClusterPeering": {"witnessRegion": "region", "clusters[*]": "arn"},
    "aws:secretsmanager/secret:Secret": {"replicas[*].region": "region"},
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": {
        "replicationConfiguration.rules[*].destinations[*].region": "region"
    },
    "aws:efs/replicationConfiguration:ReplicationConfiguration": {
        "destination.region": "region",
        "destination.fileSystemId": "arn",
    },
    "aws:ebs/snapshotCopy:SnapshotCopy": {"sourceRegion": "region"},
    "aws:ec2/amiCopy:AmiCopy": {"sourceAmiRegion": "region"},
    "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": {"distributions[*].region": "region"},
    "aws:msk/replicator:Replicator": {
        "kafkaClusters[*].amazonMskCluster.mskClusterArn": "arn",
        "kafkaClusters[*].apacheKafkaCluster.bootstrapBrokerString": "host",
    },
    "aws:opensearch/outboundConnection:OutboundConnection": {
        "remoteDomainInfo.region": "region",
        "localDomainInfo.region": "region",
    },
    "aws:datasync/task:Task": {"sourceLocationArn": "arn", "destinationLocationArn": "arn"},
    "aws:datasync/s3Location:S3Location": {"s3BucketArn": "bucket"},
    "aws:datasync/locationObjectStorage:LocationObjectStorage": {"serverHostname": "host"},
    "aws:datasync/locationAzureBlob:LocationAzureBlob": {"containerUrl": "host"},
    "aws:directoryservice/serviceRegion:ServiceRegion": {"regionName": "region"},
    "aws:redshift/dataShareConsumerAssociation:DataShareConsumerAssociation": {"consumerRegion": "region"},
    "aws:cloudformation/stackSetInstance:StackSetInstance": {"stackSetInstanceRegion": "region"},
    "aws:cloudformation/stackInstances:StackInstances": {"regions[*]": "region"},
    "aws:storagegateway/nfsFileShare:NfsFileShare": {"bucketRegion": "region", "locationArn": "bucket"},
    "aws:storagegateway/smbFileShare:SmbFileShare": {"bucketRegion": "region", "locationArn": "bucket"},
    "aws:dms/endpoint:Endpoint": {"serverName": "host"},
    "aws:dms/s3Endpoint:S3Endpoint": {"bucketName": "bucket"},
    "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation": {"dataRepositoryPath": "bucket"},
    "aws:fsx/lustreFileSystem:LustreFileSystem": {"importPath": "bucket", "exportPath": "bucket"},
}
"""The store itself is somewhere else too: replicas, their sources, transfers."""

BACKUPS: Final[Flows] = {
    "aws:backup/plan:Plan": {"rules[*].copyActions[*].destinationVaultArn": "arn"},
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": {"sourceDbInstanceArn": "arn"},
    "aws:rds/snapshotCopy:SnapshotCopy": {"destinationRegion": "region", "sourceDbSnapshotIdentifier": "arn"},
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": {
        "destinationRegion": "region",
        "sourceDbClusterSnapshotIdentifier": "arn",
    },
    "aws:redshift/snapshotCopy:SnapshotCopy": {"destinationRegion": "region"},
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": {
        "policyDetails.schedules[*].crossRegionCopyRules[*].target": "region",
        "policyDetails.schedules[*].crossRegionCopyRules[*].targetRegion": "region",
        "policyDetails.action.crossRegionCopies[*].target": "region",
    },
    "aws:rds/exportTask:ExportTask": {"s3BucketName": "bucket"},
    "aws:dynamodb/tableExport:TableExport": {"s3Bucket": "bucket"},
}
"""A copy of the store at one moment goes somewhere else."""

DELIVERIES: Final[Flows] = {
    "aws:cloudwatch/eventTarget:EventTarget": {"arn": "arn", "deadLetterConfig.arn": "arn"},
    "aws:cloudwatch/eventApiDestination:EventApiDestination": {"invocationEndpoint": "host"},
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": {"destinationArn": "arn"},
    "aws:cloudwatch/logDestination:LogDestination": {"targetArn": "arn"},
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {
        "deliveryDestinationConfiguration.destinationResourceArn": "arn"
    },
    "aws:cloudwatch/metricStream:MetricStream": {"firehoseArn": "arn"},
    "aws:sns/topicSubscription:TopicSubscription": {"endpoint": "subscriber"},
    "aws:s3/bucketNotification:BucketNotification": {
        "queues[*].queueArn": "arn",
        "topics[*].topicArn": "arn",
        "lambdaFunctions[*].lambdaFunctionArn": "arn",
    },
    "aws:s3/bucketLogging:BucketLogging": {"targetBucket": "bucket"},
    "aws:s3/inventory:Inventory": {"destination.bucket.bucketArn": "bucket"},
    "aws:s3/analyticsConfiguration:AnalyticsConfiguration": {
        "storageClassAnalysis.dataExport.destination.s3BucketDestination.bucketArn": "bucket"
    },
    "aws:ec2/flowLog:FlowLog": {"logDestination": "bucket"},
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": {"destinationArn": "bucket"},
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {"logDestinationConfigs[*]": "bucket"},
    "aws:networkfirewall/loggingConfiguration:LoggingConfiguration": {
        "loggingConfiguration.logDestinationConfigs[*].logDestination.bucketName": "bucket"
    },
    "aws:cloudtrail/trail:Trail": {"s3BucketName": "bucket", "cloudWatchLogsGroupArn": "arn"},
    "aws:cfg/deliveryChannel:DeliveryChannel": {"s3BucketName": "bucket", "snsTopicArn": "arn"},
    "aws:cfg/aggregateAuthorization:AggregateAuthorization": {"authorizedAwsRegion": "region"},
    "aws:guardduty/publishingDestination:PublishingDestination": {"destinationArn": "bucket"},
    "aws:lb/loadBalancer:LoadBalancer": {"accessLogs.bucket": "bucket", "connectionLogs.bucket": "bucket"},
    "aws:alb/loadBalancer:LoadBalancer": {"accessLogs.bucket": "bucket", "connectionLogs.bucket": "bucket"},
    "aws:elb/loadBalancer:LoadBalancer": {"accessLogs.bucket": "bucket"},
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
        "extendedS3Configuration.bucketArn": "bucket",
        "extendedS3Configuration.s3BackupConfiguration.bucketArn": "bucket",
        "httpEndpointConfiguration.s3Configuration.bucketArn": "bucket",
        "httpEndpointConfiguration.url": "host",
        "opensearchConfiguration.domainArn": "arn",
        "opensearchConfiguration.s3Configuration.bucketArn": "bucket",
        "elasticsearchConfiguration.domainArn": "arn",
        "redshiftConfiguration.clusterJdbcurl": "host",
        "redshiftConfiguration.s3Configuration.bucketArn": "bucket",
        "snowflakeConfiguration.accountUrl": "host",
        "splunkConfiguration.hecEndpoint": "host",
    },
    "aws:lambda/function:Function": {"deadLetterConfig.targetArn": "arn"},
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
        "destinationConfig.onSuccess.destination": "arn",
        "destinationConfig.onFailure.destination": "arn",
    },
    "aws:lambda/eventSourceMapping:EventSourceMapping": {"destinationConfig.onFailure.destinationArn": "arn"},
    "aws:pipes/pipe:Pipe": {"source": "arn", "target": "arn"},
    "aws:scheduler/schedule:Schedule": {"target.arn": "arn", "target.deadLetterConfig.arn": "arn"},
    "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination": {"streamArn": "arn"},
    "aws:ssm/resourceDataSync:ResourceDataSync": {"s3Destination.region": "region"},
    "aws:backup/reportPlan:ReportPlan": {"reportDeliveryChannel.s3BucketName": "bucket"},
    "aws:backup/vaultNotifications:VaultNotifications": {"snsTopicArn": "arn"},
    "aws:athena/workgroup:Workgroup": {"configuration.resultConfiguration.outputLocation": "bucket"},
    "aws:securityhub/findingAggregator:FindingAggregator": {"specifiedRegions[*]": "region"},
    "aws:oam/link:Link": {"sinkIdentifier": "arn"},
}
"""Messages, events and logs go on: each can carry what a record says."""

CONNECTIONS: Final[Flows] = {
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": {"peerRegion": "region"},
    "aws:ec2transitgateway/peeringAttachment:PeeringAttachment": {"peerRegion": "region"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"serviceRegion": "region"},
    "aws:ec2/vpcEndpointService:VpcEndpointService": {"supportedRegions[*]": "region"},
    "aws:globalaccelerator/endpointGroup:EndpointGroup": {"endpointGroupRegion": "region"},
    "aws:route53/zoneAssociation:ZoneAssociation": {"vpcRegion": "region"},
    "aws:route53/zone:Zone": {"vpcs[*].vpcRegion": "region"},
    "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization": {"vpcRegion": "region"},
    "aws:cloudfront/distribution:Distribution": {"origins[*].originShield.originShieldRegion": "region"},
}
"""Two networks, or a service and a network, reach each other."""

"""One known-good resource a type, as rules see it. A bad case changes exactly one field of a good one.

`resource("aws:sqs/queue:Queue", kmsMasterKeyId=None)` is the good queue without its key.
"""

import json
from collections.abc import Mapping
from typing import Any

from policies.context import Context, of_jurisdiction
from policies.facts import Facts
from policies.graph import Graph, Reference, Resource, Unknown, marker
from policies.registry import Scope, all_rules
from policies.resolve import GLOBAL, is_global_type
from policies.results import Outcome, Verdict

REGION = "cn-north-1"
PARTNER = "cn-northwest-1"
ACCOUNT = "111122223333"


def urn(type_token: str, name: str) -> str:
    return f"urn:pulumi:test::hospital::{type_token}::{name}"


def ref(type_token: str, name: str, output: str = "arn") -> str:
    """The value of another resource's output, as door 1 shows it."""
    return marker(urn(type_token, name), output)


PROVIDER = urn("pulumi:providers:aws", "workload")
TAGS = {
    "hospital-cloud:data-class": "4",
    "hospital-cloud:record-kind": "inpatient",
    "hospital-cloud:backup": "daily",
}
_KEY = ref("aws:kms/key:Key", "key")


def document(*statements: dict[str, Any]) -> str:
    """A policy document as programs write it: JSON text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def without_tls(service: str, *resources: str) -> dict[str, Any]:
    """The statement that denies everyone who comes without TLS."""
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": f"{service}:*",
        "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def arn(service: str, name: str, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws-cn:{service}:{region}:{account}:{name}"


ROOT = f"arn:aws-cn:iam::{ACCOUNT}:root"
KEY_POLICY = document(
    {
        "Effect": "Allow",
        "Principal": {"AWS": ROOT},
        "Action": ["kms:DescribeKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"],
        "Resource": "*",
    },
    {
        "Effect": "Allow",
        "Principal": {"AWS": ROOT},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com.cn"}},
    },
)
_TRUST = document(
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com.cn"}, "Action": "sts:AssumeRole"},
)
_READING = document(
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws-cn:s3:::records/*"},
)
_REDIRECT = [{"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}]
_SUBNETS = [ref("aws:ec2/subnet:Subnet", "subnet", "id")]
_VPC = ref("aws:ec2/vpc:Vpc", "vpc", "id")
_GROUP = ref("aws:ec2/securityGroup:SecurityGroup", "securityGroup", "id")
_BUCKET = ref("aws:s3/bucket:Bucket", "bucket", "id")
_CLOSED_BUCKET = {
    "blockPublicAcls": True,
    "blockPublicPolicy": True,
    "ignorePublicAcls": True,
    "restrictPublicBuckets": True,
}
_FORCE_SSL = [{"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"}]

_ATTACK_GROUPS = ("CommonRuleSet", "KnownBadInputsRuleSet", "SQLiRuleSet")
_SEEN = {"cloudwatchMetricsEnabled": True, "metricName": "entry", "sampledRequestsEnabled": False}
_RATE_LIMIT = {
    "name": "rate",
    "priority": 0,
    "action": {"block": {}},
    "statement": {"rateBasedStatement": {"aggregateKeyType": "IP", "limit": 20000}},
    "visibilityConfig": _SEEN,
}


def _attacks_of(group: str, priority: int) -> dict[str, Any]:
    """A web firewall's rule that refuses what a group of AWS's takes for an attack."""
    return {
        "name": group,
        "priority": priority,
        "overrideAction": {"none": {}},
        "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": f"AWSManagedRules{group}"}},
        "visibilityConfig": _SEEN,
    }


GOOD: dict[str, dict[str, Any]] = {
    "aws:accessanalyzer/analyzer:Analyzer": {"analyzerName": "outside-access", "type": "ACCOUNT"},
    "aws:cfg/deliveryChannel:DeliveryChannel": {"name": "default", "s3BucketName": _BUCKET, "s3KmsKeyArn": _KEY},
    "aws:cfg/recorder:Recorder": {
        "name": "default",
        "roleArn": ref("aws:iam/role:Role", "role"),
        "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
    },
    "aws:cfg/recorderStatus:RecorderStatus": {
        "name": ref("aws:cfg/recorder:Recorder", "recorder", "name"),
        "isEnabled": True,
    },
    "aws:cloudtrail/trail:Trail": {
        "name": "audit",
        "s3BucketName": _BUCKET,
        "isMultiRegionTrail": True,
        "enableLogFileValidation": True,
        "kmsKeyId": _KEY,
        "cloudWatchLogsGroupArn": f"{ref('aws:cloudwatch/logGroup:LogGroup', 'logGroup')}:*",
        "cloudWatchLogsRoleArn": ref("aws:iam/role:Role", "role"),
        "tags": {**TAGS, "hospital-cloud:data-class": "3", "hospital-cloud:record-kind": "audit-log"},
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        "name": "/hospital/applications",
        "retentionInDays": 180,
        "kmsKeyId": _KEY,
        "tags": {**TAGS, "hospital-cloud:data-class": "3", "hospital-cloud:record-kind": "audit-log"},
    },
    "aws:dynamodb/table:Table": {
        "name": "sessions",
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": _KEY},
        "deletionProtectionEnabled": True,
        "pointInTimeRecovery": {"enabled": True},
        "replicas": [
            {
                "regionName": PARTNER,
                "kmsKeyArn": ref("aws:kms/replicaKey:ReplicaKey", "replicaKey"),
                "propagateTags": True,
                "pointInTimeRecovery": True,
                "deletionProtectionEnabled": True,
            }
        ],
        "tags": TAGS,
    },
    "aws:ebs/defaultKmsKey:DefaultKmsKey": {"keyArn": _KEY},
    "aws:ebs/encryptionByDefault:EncryptionByDefault": {"enabled": True},
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"vpcId": _VPC},
    "aws:ec2/flowLog:FlowLog": {
        "vpcId": _VPC,
        "trafficType": "ALL",
        "logDestination": ref("aws:cloudwatch/logGroup:LogGroup", "logGroup"),
        "iamRoleArn": ref("aws:iam/role:Role", "role"),
    },
    "aws:ec2/instance:Instance": {
        "subnetId": _SUBNETS[0],
        "associatePublicIpAddress": False,
        "metadataOptions": {"httpTokens": "required"},
        "rootBlockDevice": {"encrypted": True, "kmsKeyId": _KEY},
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
        "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "kmsKeyId": _KEY}}],
        "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required"},
    },
    "aws:ec2/route:Route": {
        "routeTableId": ref("aws:ec2/routeTable:RouteTable", "routeTable", "id"),
        "destinationCidrBlock": "0.0.0.0/0",
        "vpcEndpointId": Unknown((Reference(urn("aws:networkfirewall/firewall:Firewall", "firewall"), ""),)),
    },
    "aws:ec2/routeTable:RouteTable": {"vpcId": _VPC},
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {
        "routeTableId": ref("aws:ec2/routeTable:RouteTable", "routeTable", "id"),
        "subnetId": _SUBNETS[0],
    },
    "aws:ec2/securityGroup:SecurityGroup": {"vpcId": _VPC, "description": "Applications"},
    "aws:ec2/subnet:Subnet": {"vpcId": _VPC, "cidrBlock": "10.16.0.0/20", "mapPublicIpOnLaunch": False},
    "aws:ec2/vpc:Vpc": {"cidrBlock": "10.16.0.0/16"},
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": {
        "replicationConfiguration": {"rules": [{"destinations": [{"region": PARTNER, "registryId": ACCOUNT}]}]}
    },
    "aws:ecr/repository:Repository": {
        "name": "viewer",
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": _KEY}],
        "tags": {**TAGS, "hospital-cloud:data-class": "2", "hospital-cloud:record-kind": "operational"},
    },
    "aws:efs/fileSystem:FileSystem": {"encrypted": True, "kmsKeyId": _KEY, "tags": TAGS},
    "aws:efs/fileSystemPolicy:FileSystemPolicy": {
        "fileSystemId": ref("aws:efs/fileSystem:FileSystem", "fileSystem", "id"),
        "policy": document({**without_tls("elasticfilesystem", "*"), "Action": "*"}),
    },
    "aws:eks/cluster:Cluster": {
        "roleArn": ref("aws:iam/role:Role", "role"),
        "vpcConfig": {"endpointPublicAccess": False, "endpointPrivateAccess": True, "subnetIds": _SUBNETS},
        "encryptionConfig": {"provider": {"keyArn": _KEY}, "resources": ["secrets"]},
        "enabledClusterLogTypes": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "replicationGroupId": "sessions",
        "description": "Sessions",
        "atRestEncryptionEnabled": True,
        "kmsKeyId": _KEY,
        "transitEncryptionEnabled": True,
        "automaticFailoverEnabled": True,
        "multiAzEnabled": True,
        "userGroupIds": [ref("aws:elasticache/userGroup:UserGroup", "userGroup", "id")],
        "tags": TAGS,
    },
    "aws:guardduty/detector:Detector": {"enable": True},
    "aws:guardduty/detectorFeature:DetectorFeature": {
        "detectorId": ref("aws:guardduty/detector:Detector", "detector", "id"),
        "name": "S3_DATA_EVENTS",
        "status": "ENABLED",
    },
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": {
        "minimumPasswordLength": 14,
        "requireLowercaseCharacters": True,
        "requireUppercaseCharacters": True,
        "requireNumbers": True,
        "requireSymbols": True,
        "passwordReusePrevention": 24,
        "maxPasswordAge": 90,
    },
    "aws:iam/policy:Policy": {"name": "reads-records", "policy": _READING},
    "aws:iam/role:Role": {"name": "reader", "assumeRolePolicy": _TRUST},
    "aws:iam/rolePolicy:RolePolicy": {"role": ref("aws:iam/role:Role", "role", "id"), "policy": _READING},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
        "role": ref("aws:iam/role:Role", "role", "name"),
        "policyArn": ref("aws:iam/policy:Policy", "policy"),
    },
    "aws:kms/key:Key": {"enableKeyRotation": True, "deletionWindowInDays": 30, "policy": KEY_POLICY},
    "aws:kms/replicaKey:ReplicaKey": {
        "primaryKeyArn": _KEY,
        "deletionWindowInDays": 30,
        "policy": KEY_POLICY,
    },
    "aws:lb/listener:Listener": {
        "loadBalancerArn": ref("aws:lb/loadBalancer:LoadBalancer", "loadBalancer"),
        "port": 443,
        "protocol": "HTTPS",
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
        "defaultActions": [{"type": "forward", "targetGroupArn": ref("aws:lb/targetGroup:TargetGroup", "targetGroup")}],
    },
    "aws:lb/listenerRule:ListenerRule": {
        "listenerArn": ref("aws:lb/listener:Listener", "listener"),
        "conditions": [{"pathPattern": {"values": ["/fhir/*"]}}],
        "actions": [{"type": "forward", "targetGroupArn": ref("aws:lb/targetGroup:TargetGroup", "targetGroup")}],
    },
    "aws:lb/loadBalancer:LoadBalancer": {
        "internal": True,
        "loadBalancerType": "application",
        "securityGroups": [_GROUP],
        "subnets": _SUBNETS,
        "accessLogs": {"bucket": "access-logs", "enabled": True},
        "connectionLogs": {"bucket": "access-logs", "enabled": True},
    },
    "aws:lb/targetGroup:TargetGroup": {"protocol": "HTTPS", "port": 8443, "vpcId": _VPC},
    "aws:msk/cluster:Cluster": {
        "kafkaVersion": "3.8.x",
        "numberOfBrokerNodes": 3,
        "brokerNodeGroupInfo": {
            "instanceType": "kafka.m7g.large",
            "clientSubnets": _SUBNETS,
            "securityGroups": [_GROUP],
        },
        "clientAuthentication": {"sasl": {"iam": True}},
        "encryptionInfo": {
            "encryptionAtRestKmsKeyArn": _KEY,
            "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
        },
        "tags": TAGS,
    },
    "aws:networkfirewall/firewall:Firewall": {
        "vpcId": _VPC,
        "firewallPolicyArn": ref("aws:networkfirewall/firewallPolicy:FirewallPolicy", "firewallPolicy"),
        "deleteProtection": True,
    },
    "aws:networkfirewall/firewallPolicy:FirewallPolicy": {
        "firewallPolicy": {
            "statelessDefaultActions": ["aws:forward_to_sfe"],
            "statelessFragmentDefaultActions": ["aws:drop"],
            "statefulEngineOptions": {"ruleOrder": "STRICT_ORDER"},
            "statefulDefaultActions": ["aws:alert_established", "aws:drop_established"],
            "statefulRuleGroupReferences": [
                {"priority": 1, "resourceArn": ref("aws:networkfirewall/ruleGroup:RuleGroup", "ruleGroup")}
            ],
        },
    },
    "aws:networkfirewall/ruleGroup:RuleGroup": {
        "type": "STATEFUL",
        "capacity": 100,
        "ruleGroup": {
            "statefulRuleOptions": {"ruleOrder": "STRICT_ORDER"},
            "rulesSource": {
                "rulesSourceList": {
                    "generatedRulesType": "ALLOWLIST",
                    "targetTypes": ["TLS_SNI"],
                    "targets": ["api.insurance.example"],
                }
            },
        },
    },
    "aws:networkfirewall/loggingConfiguration:LoggingConfiguration": {
        "firewallArn": ref("aws:networkfirewall/firewall:Firewall", "firewall"),
        "loggingConfiguration": {
            "logDestinationConfigs": [
                {"logType": kind, "logDestinationType": "CloudWatchLogs", "logDestination": {"logGroup": "egress"}}
                for kind in ("ALERT", "FLOW")
            ]
        },
    },
    "aws:opensearch/domain:Domain": {
        "domainName": "records-search",
        "clusterConfig": {"instanceCount": 3, "zoneAwarenessEnabled": True},
        "encryptAtRest": {"enabled": True, "kmsKeyId": _KEY},
        "nodeToNodeEncryption": {"enabled": True},
        "domainEndpointOptions": {"enforceHttps": True, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
        "vpcOptions": {"subnetIds": _SUBNETS, "securityGroupIds": [_GROUP]},
        "tags": TAGS,
    },
    "aws:rds/cluster:Cluster": {
        "clusterIdentifier": "records",
        "engine": "aurora-postgresql",
        "storageEncrypted": True,
        "kmsKeyId": _KEY,
        "deletionProtection": True,
        "backupRetentionPeriod": 35,
        "dbClusterParameterGroupName": ref(
            "aws:rds/clusterParameterGroup:ClusterParameterGroup", "clusterParameterGroup", "name"
        ),
        "enabledCloudwatchLogsExports": ["postgresql"],
        "tags": TAGS,
    },
    "aws:rds/clusterInstance:ClusterInstance": {
        "clusterIdentifier": ref("aws:rds/cluster:Cluster", "cluster", "id"),
        "engine": "aurora-postgresql",
        "instanceClass": "db.r7g.large",
        "publiclyAccessible": False,
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": _KEY,
    },
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": {"family": "aurora-postgresql16", "parameters": _FORCE_SSL},
    "aws:rds/instance:Instance": {
        "identifier": "clinic",
        "engine": "postgres",
        "instanceClass": "db.m7g.large",
        "storageEncrypted": True,
        "kmsKeyId": _KEY,
        "deletionProtection": True,
        "backupRetentionPeriod": 35,
        "multiAz": True,
        "publiclyAccessible": False,
        "parameterGroupName": ref("aws:rds/parameterGroup:ParameterGroup", "parameterGroup", "name"),
        "enabledCloudwatchLogsExports": ["postgresql"],
        "tags": TAGS,
    },
    "aws:rds/parameterGroup:ParameterGroup": {"family": "postgres16", "parameters": _FORCE_SSL},
    "aws:s3/bucket:Bucket": {"bucket": "records", "tags": TAGS},
    "aws:s3/bucketLogging:BucketLogging": {
        "bucket": _BUCKET,
        "targetBucket": "access-logs",
        "targetPrefix": "s3/records/",
    },
    "aws:s3/bucketPolicy:BucketPolicy": {
        "bucket": _BUCKET,
        "policy": document(without_tls("s3", "arn:aws-cn:s3:::records", "arn:aws-cn:s3:::records/*")),
    },
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {"bucket": _BUCKET, **_CLOSED_BUCKET},
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": {
        "bucket": _BUCKET,
        "role": ref("aws:iam/role:Role", "role"),
        "rules": [
            {
                "id": "everything",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "deleteMarkerReplication": {"status": "Disabled"},
                "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
                "destination": {
                    "bucket": "arn:aws-cn:s3:::records-replica",
                    "encryptionConfiguration": {"replicaKmsKeyId": ref("aws:kms/replicaKey:ReplicaKey", "replicaKey")},
                    "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
                    "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}},
                },
            }
        ],
    },
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "bucket": _BUCKET,
        "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": _KEY}}],
    },
    "aws:secretsmanager/secret:Secret": {
        "name": "owner",
        "kmsKeyId": _KEY,
        "replicas": [{"region": PARTNER, "kmsKeyId": ref("aws:kms/replicaKey:ReplicaKey", "replicaKey")}],
        "tags": TAGS,
    },
    "aws:sns/topic:Topic": {
        "name": "alarms",
        "kmsMasterKeyId": _KEY,
        "policy": document({**without_tls("sns", arn("sns", "alarms")), "Action": "sns:Publish"}),
        "tags": {**TAGS, "hospital-cloud:data-class": "2", "hospital-cloud:record-kind": "operational"},
    },
    "aws:sns/topicSubscription:TopicSubscription": {
        "topic": ref("aws:sns/topic:Topic", "topic"),
        "protocol": "email",
        "endpoint": "operations@hospital.example",
    },
    "aws:sqs/queue:Queue": {
        "name": "results",
        "kmsMasterKeyId": _KEY,
        "policy": document(without_tls("sqs", arn("sqs", "results"))),
        "tags": TAGS,
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        "securityGroupId": _GROUP,
        "cidrIpv4": "0.0.0.0/0",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "securityGroupId": _GROUP,
        "cidrIpv4": "10.16.0.0/16",
        "ipProtocol": "tcp",
        "fromPort": 8443,
        "toPort": 8443,
    },
    "aws:wafv2/webAcl:WebAcl": {
        "scope": "REGIONAL",
        "defaultAction": {"allow": {}},
        "rules": [_RATE_LIMIT, *(_attacks_of(group, at) for at, group in enumerate(_ATTACK_GROUPS, 1))],
        "visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "entry", "sampledRequestsEnabled": False},
    },
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
        "resourceArn": ref("aws:wafv2/webAcl:WebAcl", "webAcl"),
        "logDestinationConfigs": [ref("aws:cloudwatch/logGroup:LogGroup", "logGroup")],
        "redactedFields": [
            {"singleHeader": {"name": "authorization"}},
            {"singleHeader": {"name": "cookie"}},
            {"queryString": {}},
        ],
    },
    "pulumi:providers:aws": {"region": REGION, "allowedAccountIds": f'["{ACCOUNT}"]'},
}
"""Type -> the inputs of a resource that no rule objects to."""


_regions = {"aws:kms/replicaKey:ReplicaKey": PARTNER}


def short_name(type_token: str) -> str:
    """The name of the good resource of a type: `key` for aws:kms/key:Key."""
    return type_token.rpartition("/")[2].partition(":")[0] or type_token


def resource(type_token: str, name: str | None = None, **changes: Any) -> Resource:
    """The good resource of a type with inputs replaced; None takes an input away. `protect_`, `provider_`, `region_`
    change what is not an input."""
    region = GLOBAL if is_global_type(type_token) else changes.get("region_", _regions.get(type_token, REGION))
    stated = {"region": region} if region not in (GLOBAL, None) else {}
    inputs = {**stated, **GOOD.get(type_token, {}), **{k: v for k, v in changes.items() if not k.endswith("_")}}
    inputs = {k: v for k, v in inputs.items() if v is not None}
    name = name or ("workload" if type_token.startswith("pulumi:providers") else short_name(type_token))
    return Resource(
        urn=urn(type_token, name),
        type=type_token,
        name=name,
        custom=True,
        inputs=inputs,
        region=region,
        account=ACCOUNT,
        provider=changes.get("provider_", None if type_token.startswith("pulumi:") else PROVIDER),
        protect=changes.get("protect_", True),
        retain_on_delete=changes.get("retain_on_delete_", False),
        ignore_changes=tuple(changes.get("ignore_changes_", ())),
        secrets_in_clear=tuple(changes.get("secrets_in_clear_", ())),
        parent=changes.get("parent_"),
    )


def graph(*resources: Resource, with_good: tuple[str, ...] = ("pulumi:providers:aws", "aws:kms/key:Key")) -> Graph:
    """A graph of these and the good resources that nearly everything refers to."""
    return Graph.of([*resources, *(resource(t) for t in with_good)], project="hospital", stack="test", door="test")


def context(**fields: Any) -> Context:
    return of_jurisdiction(fields.pop("jurisdiction", "cn-mainland"), **fields)


def outcomes(rule_id: str, subject: Resource, *others: Resource, **fields: Any) -> list[Outcome]:
    """What one rule says of `subject` among others."""
    rule = next(r for r in all_rules() if r.id == rule_id)
    assert rule.concerns(subject.type), f"{rule_id} does not concern {subject.type}"
    found = list(rule.check(subject, Facts(graph(subject, *others), context(**fields))))
    if rule.scope is Scope.RESOURCE:  # the engine's pack shows such a rule its resource and that one's provider alone
        beside = (other for other in others if other.type.startswith("pulumi:providers:"))
        alone = rule.check(subject, Facts(graph(subject, *beside), context(**fields)))
        assert {Verdict.FAIL} & {o.verdict for o in alone} == {Verdict.FAIL} & {o.verdict for o in found}, (
            f"{rule_id} looks at other resources: its scope is the graph"
        )
    return found


def assert_passes(rule_id: str, subject: Resource, *others: Resource, **fields: Any) -> None:
    found = outcomes(rule_id, subject, *others, **fields)
    assert found, f"{rule_id} said nothing of {subject.name}"
    assert {o.verdict for o in found} <= {Verdict.PASS, Verdict.NOT_APPLICABLE}, found


def assert_fails(
    rule_id: str, subject: Resource, *others: Resource, found: str, wanted: str = "", **fields: Any
) -> None:
    """The rule fails `subject`, and its message holds what was found (and wanted)."""
    bad = [o for o in outcomes(rule_id, subject, *others, **fields) if o.verdict is Verdict.FAIL]
    assert bad, f"{rule_id} did not fail {subject.name}"
    assert any(found in o.found and wanted in o.wanted for o in bad), bad


def assert_unknown(rule_id: str, subject: Resource, *others: Resource, **fields: Any) -> None:
    assert any(o.verdict is Verdict.UNKNOWN for o in outcomes(rule_id, subject, *others, **fields))


def with_inputs(base: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {**base, **changes}


__all__ = [
    "ACCOUNT",
    "GOOD",
    "KEY_POLICY",
    "PARTNER",
    "REGION",
    "ROOT",
    "TAGS",
    "Reference",
    "arn",
    "assert_fails",
    "assert_passes",
    "assert_unknown",
    "context",
    "document",
    "graph",
    "outcomes",
    "ref",
    "resource",
    "urn",
    "without_tls",
]

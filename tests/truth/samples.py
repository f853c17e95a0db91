"""Good resources of many types, as a graph holds them, and bad ones that differ in one field."""

from __future__ import annotations

import copy
import json
from typing import Any

from policies.graph import Graph, Reference, Resource, Unknown, marker


def urn(token: str, name: str = "sample") -> str:
    return f"urn:pulumi:test::hospital-cloud::{token}::{name}"


def ref(token: str, output: str = "arn") -> str:
    """Another resource's output, as door 1 shows it."""
    return marker(urn(token), output)


KEY = ref("aws:kms/key:Key")
BUCKET = ref("aws:s3/bucket:Bucket", "id")
VPC = ref("aws:ec2/vpc:Vpc", "id")
SUBNET = ref("aws:ec2/subnet:Subnet", "id")
ROLE = ref("aws:iam/role:Role")
TAGS = {"hospital-cloud:data-class": "4", "hospital-cloud:record-kind": "inpatient", "名": "住院"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})

GOOD: dict[str, dict[str, Any]] = {
    "pulumi:providers:aws": {"region": "cn-north-1", "allowedAccountIds": '["111122223333"]', "version": "7.51.1"},
    "kubernetes:core/v1:ConfigMap": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {}},
    "aws:kms/key:Key": {
        "deletionWindowInDays": 30,
        "enableKeyRotation": True,
        "rotationPeriodInDays": 365,
        "multiRegion": True,
        "policy": POLICY,
        "tags": TAGS,
    },
    "aws:s3/bucket:Bucket": {"bucket": "records-cn-north-1", "objectLockEnabled": True, "tags": TAGS},
    "aws:s3/bucketVersioning:BucketVersioning": {
        "bucket": BUCKET,
        "versioningConfiguration": {"status": "Enabled", "mfaDelete": "Disabled"},
    },
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "bucket": BUCKET,
        "rules": [
            {
                "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY},
                "bucketKeyEnabled": True,
            }
        ],
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "bucket": BUCKET,
        "rules": [
            {
                "id": "images",
                "status": "Enabled",
                "filter": {"prefix": "images/"},
                "transitions": [{"days": 90, "storageClass": "GLACIER_IR"}],
            }
        ],
    },
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
        "bucket": BUCKET,
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    },
    "aws:dynamodb/table:Table": {
        "name": "sessions",
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "session",
        "attributes": [{"name": "session", "type": "S"}, {"name": "patient", "type": "S"}],
        "globalSecondaryIndexes": [
            {
                "name": "by-patient",
                "projectionType": "KEYS_ONLY",
                "keySchemas": [{"attributeName": "patient", "keyType": "HASH"}],
            }
        ],
        "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 35},
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY},
        "ttl": {"attributeName": "ends", "enabled": True},
        "replicas": [{"regionName": "cn-northwest-1", "kmsKeyArn": Unknown((Reference(urn("x:y:Z"), "arn"),))}],
        "tags": TAGS,
    },
    "aws:rds/cluster:Cluster": {
        "clusterIdentifier": "records",
        "engine": "aurora-postgresql",
        "engineVersion": "16.8",
        "engineMode": "provisioned",
        "storageEncrypted": True,
        "kmsKeyId": KEY,
        "manageMasterUserPassword": True,
        "masterUsername": "records",
        "backupRetentionPeriod": 35,
        "preferredBackupWindow": "18:00-19:00",
        "iamDatabaseAuthenticationEnabled": True,
        "deletionProtection": True,
        "enabledCloudwatchLogsExports": ["postgresql"],
        "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 16},
        "vpcSecurityGroupIds": [ref("aws:ec2/securityGroup:SecurityGroup", "id")],
    },
    "aws:lb/listener:Listener": {
        "loadBalancerArn": ref("aws:lb/loadBalancer:LoadBalancer"),
        "port": 443,
        "protocol": "HTTPS",
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
        "certificateArn": ref("aws:acm/certificate:Certificate"),
        "defaultActions": [
            {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}}
        ],
    },
    "aws:lb/targetGroup:TargetGroup": {
        "port": 8443,
        "protocol": "HTTPS",
        "targetType": "ip",
        "vpcId": VPC,
        "deregistrationDelay": 60,
        "healthCheck": {"path": "/healthz", "protocol": "HTTPS", "interval": 10, "matcher": "200"},
    },
    "aws:backup/plan:Plan": {
        "name": "daily",
        "rules": [
            {
                "ruleName": "daily",
                "targetVaultName": ref("aws:backup/vault:Vault", "name"),
                "schedule": "cron(0 18 * * ? *)",
                "startWindow": 60,
                "lifecycle": {"deleteAfter": 35},
                "copyActions": [
                    {"destinationVaultArn": ref("aws:backup/vault:Vault"), "lifecycle": {"deleteAfter": 35}}
                ],
            }
        ],
    },
    "aws:eks/cluster:Cluster": {
        "name": "clinical",
        "roleArn": ROLE,
        "version": "1.33",
        "enabledClusterLogTypes": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        "vpcConfig": {"subnetIds": [SUBNET, SUBNET], "endpointPrivateAccess": True, "endpointPublicAccess": False},
        "encryptionConfig": {"provider": {"keyArn": KEY}, "resources": ["secrets"]},
        "accessConfig": {"authenticationMode": "API"},
    },
    "aws:ec2/vpc:Vpc": {
        "cidrBlock": "10.20.0.0/16",
        "enableDnsHostnames": True,
        "enableDnsSupport": True,
        "instanceTenancy": "default",
        "tags": TAGS,
    },
    "aws:ec2/subnet:Subnet": {
        "vpcId": VPC,
        "cidrBlock": "10.20.0.0/20",
        "availabilityZone": "cn-north-1a",
        "mapPublicIpOnLaunch": False,
    },
    "aws:ec2/securityGroup:SecurityGroup": {
        "vpcId": VPC,
        "description": "database",
        "ingress": [{"fromPort": 5432, "toPort": 5432, "protocol": "tcp", "cidrBlocks": ["10.20.0.0/16"]}],
        "egress": [],
    },
    "aws:iam/role:Role": {
        "name": "hospital-deploy",
        "assumeRolePolicy": POLICY,
        "maxSessionDuration": 3600,
        "permissionsBoundary": ref("aws:iam/policy:Policy"),
        "tags": TAGS,
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        "name": "/hospital/flow",
        "retentionInDays": 365,
        "kmsKeyId": KEY,
        "logGroupClass": "STANDARD",
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "name": "key-deletion",
        "comparisonOperator": "GreaterThanOrEqualToThreshold",
        "evaluationPeriods": 1,
        "metricName": "Deletions",
        "namespace": "Hospital",
        "period": 300,
        "statistic": "Sum",
        "threshold": 1.0,
        "treatMissingData": "notBreaching",
        "alarmActions": [ref("aws:sns/topic:Topic")],
    },
    "aws:route53/record:Record": {
        "name": "his",
        "zoneId": ref("aws:route53/zone:Zone", "zoneId"),
        "type": "A",
        "setIdentifier": "primary",
        "healthCheckId": ref("aws:route53/healthCheck:HealthCheck", "id"),
        "failoverRoutingPolicies": [{"type": "PRIMARY"}],
        "aliases": [{"name": "a.example", "zoneId": "Z1", "evaluateTargetHealth": True}],
    },
    "aws:lambda/function:Function": {
        "name": "drill",
        "code": {"path": "services/drill"},
        "role": ROLE,
        "handler": "main.run",
        "runtime": "python3.13",
        "timeout": 60,
        "environment": {"variables": {"HOSPITAL": "a"}},
    },
}


def good(token: str) -> Resource:
    """The good resource of a type."""
    region = {} if token in _GLOBAL or not token.startswith("aws:") else {"region": "cn-north-1"}
    name = token.rpartition(":")[2].lower()
    return Resource(urn(token, name), token, name, True, {**region, **copy.deepcopy(GOOD[token])})


_GLOBAL = ("aws:iam/role:Role", "aws:route53/record:Record")


def changed(token: str, path: str, value: Any) -> Resource:
    """The good resource of a type with the value at a dotted path (`rules[0].id`) replaced; None takes it away."""
    found = good(token)
    *steps, last = path.replace("[", ".[").split(".")
    at: Any = found.inputs
    for step in steps:
        at = at[int(step[1:-1])] if step.startswith("[") else at.setdefault(step, {})
    if last.startswith("["):
        at[int(last[1:-1])] = value
    elif value is None:
        del at[last]
    else:
        at[last] = value
    return found


def graph() -> Graph:
    """All good resources."""
    return Graph.of([good(token) for token in GOOD], stack="samples")

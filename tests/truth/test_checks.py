"""Each check catches what it is for: good resources pass all three, and one wrong field fails the right one."""

from __future__ import annotations

from typing import Any

import pytest

from policies.graph import SECRET, Unknown, marker
from tests.truth import botocore_models, check, sdk_types, terraform_schema
from tests.truth.samples import GOOD, changed, good, graph, urn

CHECKS = {
    "sdk": sdk_types.problems,
    "terraform": terraform_schema.problems,
    "botocore": botocore_models.problems,
}

S3_KEY = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
S3_LIFE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
S3_VERSIONS = "aws:s3/bucketVersioning:BucketVersioning"
BUCKET = "aws:s3/bucket:Bucket"
KEY = "aws:kms/key:Key"
TABLE = "aws:dynamodb/table:Table"
CLUSTER = "aws:rds/cluster:Cluster"
LISTENER = "aws:lb/listener:Listener"
GROUP = "aws:lb/targetGroup:TargetGroup"
PLAN = "aws:backup/plan:Plan"
EKS = "aws:eks/cluster:Cluster"
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
SECURITY = "aws:ec2/securityGroup:SecurityGroup"
ROLE = "aws:iam/role:Role"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
RECORD = "aws:route53/record:Record"

BAD: list[tuple[str, str, str, Any, str]] = [
    # A name that nothing has, at the top and inside, and in Python's spelling instead of Pulumi's.
    ("sdk", BUCKET, "bucketName", "a", "bucketName = 'a': unknown argument; did you mean bucketNamespace? allowed: "),
    ("sdk", KEY, "enableKeyRotaton", True, "unknown argument; did you mean enableKeyRotation?"),
    ("sdk", CLUSTER, "backup_retention_period", 7, "unknown argument; did you mean backupRetentionPeriod?"),
    (
        "sdk",
        S3_KEY,
        "rules[0].applyServerSideEncryptionByDefault.kms_master_key_id",
        "a",
        "did you mean kmsMasterKeyId?",
    ),
    ("sdk", PLAN, "rules[0].copyActions[0].destinationVault", "a", "did you mean destinationVaultArn?"),
    ("sdk", "kubernetes:core/v1:ConfigMap", "metadata.namespaces", "a", "did you mean namespace?"),
    ("sdk", "pulumi:providers:aws", "allowedAccountId", "1", "did you mean allowedAccountIds?"),
    # What the SDK calls deprecated, also deep inside.
    (
        "sdk",
        BUCKET,
        "versioning",
        {"enabled": True},
        "deprecated argument: versioning is deprecated. Use the s3.Bucket",
    ),
    ("sdk", TABLE, "globalSecondaryIndexes[0].hashKey", "patient", "deprecated argument: hash_key is deprecated"),
    # Types and forms.
    ("sdk", KEY, "deletionWindowInDays", "30", "= '30': is of type string; allowed: integer"),
    ("sdk", KEY, "deletionWindowInDays", 7.5, "is of type number; allowed: integer"),
    ("sdk", SECURITY, "ingress[0].cidrBlocks", "10.0.0.0/8", "is of type string; allowed: list of string"),
    ("sdk", EKS, "vpcConfig", [{"subnetIds": []}], "is of type list; allowed: object"),
    ("sdk", PLAN, "rules", {"ruleName": "daily"}, "is of type object; allowed: list of object"),
    ("sdk", ROLE, "tags", {"a": 1}, "tags.a = 1: is of type integer; allowed: string"),
    (
        "sdk",
        EKS,
        "encryptionConfig.resources",
        None,
        "encryptionConfig.resources = None: required; wanted: list of string",
    ),
    # What Terraform's provider refuses.
    ("terraform", BUCKET, "bucketNme", "a", "not in aws_s3_bucket of Terraform's provider 5"),
    ("terraform", BUCKET, "arn", "arn:aws:s3:::a", "computed by the provider; allowed: not to set it"),
    ("terraform", BUCKET, "logging", {"targetBucket": "a"}, "deprecated in Terraform's provider"),
    ("terraform", EKS, "vpcConfig.vpcId", "vpc-1", "vpcConfig.vpcId = 'vpc-1': computed by the provider"),
    ("terraform", SECURITY, "ingress[0].port", 1, "not in aws_security_group of Terraform's provider"),
    (
        "terraform",
        LISTENER,
        "defaultActions[0].redirect.statusCode",
        None,
        "required by aws_lb_listener; wanted: string",
    ),
    (
        "terraform",
        TABLE,
        "globalSecondaryIndexes[0].keySchemas",
        None,
        "globalSecondaryIndexes[0].hashKey = None: required",
    ),
    ("terraform", TABLE, "ttl", [{"attributeName": "a"}, {"attributeName": "b"}], "2 blocks; allowed: at most 1"),
    ("terraform", PLAN, "rules", [], "0 blocks; allowed: at least 1"),
    ("terraform", VPC, "enableDnsSupport", "true", "= 'true': allowed: a boolean"),
    ("terraform", LOGS, "retentionInDays", "365", "= '365': allowed: a number"),
    ("terraform", S3_VERSIONS, "versioningConfiguration.status", True, "= True: allowed: a string"),
    ("terraform", "pulumi:providers:aws", "regoin", "a", "the provider block of Terraform's provider"),
    # What a service's own model refuses.
    ("botocore", S3_VERSIONS, "versioningConfiguration.status", "enabled", "allowed: Enabled, Suspended"),
    ("botocore", S3_KEY, "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", "kms", "aws:kms, aws:kms:dsse"),
    ("botocore", S3_LIFE, "rules[0].transitions[0].storageClass", "GLACIER_INSTANT", "allowed: GLACIER, "),
    (
        "botocore",
        KEY,
        "rotationPeriodInDays",
        30,
        "kms.EnableKeyRotation:RotationPeriodInDays refuses it; allowed: 90 to 2560",
    ),
    (
        "botocore",
        KEY,
        "deletionWindowInDays",
        90,
        "the service's documentation refuses it; allowed: 7 to 30",
    ),
    ("botocore", TABLE, "billingMode", "ON_DEMAND", "allowed: PROVISIONED, PAY_PER_REQUEST"),
    (
        "botocore",
        TABLE,
        "attributes[0].type",
        "String",
        "CreateTable:AttributeDefinitions.AttributeType refuses it; allowed: S",
    ),
    ("botocore", TABLE, "pointInTimeRecovery.recoveryPeriodInDays", 90, "allowed: 1 to 35"),
    ("botocore", CLUSTER, "databaseInsightsMode", "full", "allowed: standard, advanced"),
    ("botocore", LISTENER, "port", 70000, "allowed: 1 to 65535"),
    ("botocore", LISTENER, "defaultActions[0].redirect.statusCode", "301", "allowed: HTTP_301, HTTP_302"),
    ("botocore", GROUP, "loadBalancingAlgorithmType", "random", "allowed: round_robin, least_outstanding_requests"),
    ("botocore", GROUP, "healthCheck.protocol", "https", "CreateTargetGroup:HealthCheckProtocol refuses it"),
    ("botocore", PLAN, "rules[0].ruleName", "daily copy", "allowed: what matches ^[a-zA-Z0-9"),
    ("botocore", EKS, "accessConfig.authenticationMode", "IAM", "allowed: API, API_AND_CONFIG_MAP, CONFIG_MAP"),
    ("botocore", EKS, "enabledClusterLogTypes[0]", "apiserver", "allowed: api, audit, "),
    ("botocore", EKS, "name", "clinical east", "eks.CreateCluster:name refuses it; allowed: what matches"),
    ("botocore", VPC, "instanceTenancy", "shared", "allowed: default, dedicated, host"),
    ("botocore", SUBNET, "privateDnsHostnameTypeOnLaunch", "ip", "allowed: ip-name, resource-name"),
    ("botocore", SECURITY, "tags", {"owner": "v" * 300}, "AWS's tagging refuses it; allowed: keys of at most 128"),
    ("botocore", ROLE, "maxSessionDuration", 60, "allowed: 3600 to 43200"),
    ("botocore", ROLE, "name", "n" * 65, "65 characters; allowed: 1 to 64 characters"),
    ("botocore", ROLE, "tags", {"a;b": "c"}, "iam.CreateRole:Tags refuses it; allowed: what matches"),
    (
        "botocore",
        LOGS,
        "retentionInDays",
        180 + 1,
        "logs.PutRetentionPolicy:retentionInDays refuses it; allowed: 1, 3, 5",
    ),
    ("botocore", LOGS, "logGroupClass", "INFREQUENT", "allowed: STANDARD, INFREQUENT_ACCESS"),
    ("botocore", RECORD, "failoverRoutingPolicies[0].type", "primary", "allowed: PRIMARY, SECONDARY"),
    ("botocore", RECORD, "type", "ALIAS", "allowed: SOA, A, "),
]


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("token", GOOD)
def test_good_passes(token: str, name: str) -> None:
    assert CHECKS[name](good(token)) == []


@pytest.mark.parametrize(("name", "token", "path", "value", "says"), BAD, ids=[f"{b[0]}-{b[1]}-{b[2]}" for b in BAD])
def test_bad_is_caught(name: str, token: str, path: str, value: Any, says: str) -> None:
    bad = changed(token, path, value)
    found = CHECKS[name](bad)
    assert any(says in line for line in found), found
    assert all(line.startswith(f"{bad.urn}: ") for line in found)


@pytest.mark.parametrize("value", [Unknown(), SECRET, marker(urn(KEY), "arn"), "a-" + marker(urn(KEY), "id")])
@pytest.mark.parametrize(("name", "token", "path"), sorted({(b[0], b[1], b[2]) for b in BAD if b[0] == "botocore"}))
def test_what_is_not_known_is_left_to_the_deploy(name: str, token: str, path: str, value: Any) -> None:
    assert CHECKS[name](changed(token, path, value)) == []


@pytest.mark.parametrize("value", [Unknown(), SECRET, marker(urn(KEY), "arn")])
@pytest.mark.parametrize("path", ["deletionWindowInDays", "enableKeyRotation", "tags", "policy"])
@pytest.mark.parametrize("name", CHECKS)
def test_what_is_not_known_has_no_type(name: str, path: str, value: Any) -> None:
    assert CHECKS[name](changed(KEY, path, value)) == []


def test_a_name_is_wrong_whatever_its_value() -> None:
    assert sdk_types.problems(changed(KEY, "enableKeyRotaton", Unknown()))


def test_unknown_types_are_problems() -> None:
    odd = changed(KEY, "policy", None).__class__(urn("aws:kms/lock:Lock"), "aws:kms/lock:Lock", "a", True, {})
    assert sdk_types.problems(odd) == [f"{odd.urn}: type aws:kms/lock:Lock is not in the SDK"]
    assert "is not in Terraform's provider" in terraform_schema.problems(odd)[0]


def test_a_deprecated_type_is_a_problem() -> None:
    old = good(BUCKET).__class__(urn("aws:s3/bucketV2:BucketV2"), "aws:s3/bucketV2:BucketV2", "a", True, {})
    assert "has been deprecated in favor of s3.Bucket" in sdk_types.problems(old)[0]


def test_components_have_no_arguments_to_check() -> None:
    token = "hospital-cloud:index:DataCenter"
    component = good(BUCKET).__class__(urn(token), token, "a", False, {"whatever": 1})
    assert [line for run in CHECKS.values() for line in run(component)] == []


def test_most_values_have_a_model() -> None:
    """A mapping that breaks would pass everything in silence."""
    placed, unplaced = 0, 0
    for resource in graph().resources:
        if botocore_models.covers(resource):
            with_model, without = botocore_models.coverage(resource)
            placed, unplaced = placed + len(with_model), unplaced + len(without)
    assert placed / (placed + unplaced) > 0.85


def test_command(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "graph.json"
    file.write_text(graph().dumps(), encoding="utf-8")
    assert check.main([str(file)]) == 0
    file.write_text(graph().of([changed(KEY, "rotationPeriodInDays", 30)]).dumps(), encoding="utf-8")
    assert check.main([str(file), "--only", "botocore"]) == 1
    assert "rotationPeriodInDays = 30" in capsys.readouterr().out
    file.write_text("{}", encoding="utf-8")
    assert check.main([str(file)]) == 2
    assert "graph format None is not known" in capsys.readouterr().err

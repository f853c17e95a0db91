"""How names are written in each partition: the mistakes that only an account in that partition would show."""

import pytest

from jurisdictions import Partition, partition_of_region


def partition(region: str) -> Partition:
    found = partition_of_region(region)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("cn-north-1", "aws-cn"),
        ("eu-central-1", "aws"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
        ("us-isob-east-1", "aws-iso-b"),
    ],
)
def test_partition_of_region(region, expected):
    assert partition(region).id == expected


@pytest.mark.parametrize("region", ["mars-1", "", "cn-north-1a", "aws-cn-global", "CN-NORTH-1"])
def test_an_unknown_region_has_no_partition(region):
    assert partition_of_region(region) is None


def test_arn():
    china = partition("cn-north-1")
    assert china.arn("kms", "cn-north-1", "123456789012", "key/1") == "arn:aws-cn:kms:cn-north-1:123456789012:key/1"
    assert china.arn("s3", "", "", "records") == "arn:aws-cn:s3:::records"
    assert china.managed_policy("service-role/AWSBackup") == "arn:aws-cn:iam::aws:policy/service-role/AWSBackup"
    assert partition("eu-west-1").managed_policy("ReadOnlyAccess") == "arn:aws:iam::aws:policy/ReadOnlyAccess"


@pytest.mark.parametrize(
    ("region", "service", "expected"),
    [
        ("cn-north-1", "ec2", "ec2.amazonaws.com.cn"),
        ("cn-north-1", "lambda", "lambda.amazonaws.com"),
        ("cn-north-1", "eks", "eks.amazonaws.com"),
        ("cn-north-1", "s3", "s3.amazonaws.com"),
        ("cn-northwest-1", "logs", "logs.cn-northwest-1.amazonaws.com.cn"),
        ("cn-northwest-1", "codedeploy", "codedeploy.cn-northwest-1.amazonaws.com.cn"),
        ("cn-north-1", "elasticmapreduce", "elasticmapreduce.amazonaws.com.cn"),
        ("eu-central-1", "ec2", "ec2.amazonaws.com"),
        ("eu-central-1", "logs", "logs.eu-central-1.amazonaws.com"),
        ("us-iso-east-1", "config", "config.c2s.ic.gov"),
    ],
)
def test_principal(region, service, expected):
    assert partition(region).principal(service, region) == expected


def test_a_regional_principal_without_a_region_is_the_regionless_form():
    assert partition("cn-north-1").principal("logs") == "logs.amazonaws.com.cn"
    assert partition("eu-central-1").principal("logs") == "logs.amazonaws.com"


@pytest.mark.parametrize(
    ("region", "service", "endpoint_type", "expected"),
    [
        ("cn-north-1", "s3", "", "com.amazonaws.cn-north-1.s3"),
        ("cn-north-1", "s3", "Interface", "cn.com.amazonaws.cn-north-1.s3"),
        ("cn-north-1", "dynamodb", "", "com.amazonaws.cn-north-1.dynamodb"),
        ("cn-north-1", "dynamodb", "Gateway", "com.amazonaws.cn-north-1.dynamodb"),
        ("cn-north-1", "kms", "", "com.amazonaws.cn-north-1.kms"),
        ("cn-north-1", "logs", "", "com.amazonaws.cn-north-1.logs"),
        ("cn-northwest-1", "secretsmanager", "", "com.amazonaws.cn-northwest-1.secretsmanager"),
        ("cn-northwest-1", "ecr.dkr", "", "cn.com.amazonaws.cn-northwest-1.ecr.dkr"),
        ("cn-northwest-1", "sts", "", "cn.com.amazonaws.cn-northwest-1.sts"),
        ("cn-northwest-1", "monitoring", "Interface", "cn.com.amazonaws.cn-northwest-1.monitoring"),
        ("cn-north-1", "notebook", "", "aws.sagemaker.cn-north-1.notebook"),
        ("eu-central-1", "s3", "", "com.amazonaws.eu-central-1.s3"),
        ("eu-central-1", "ecr.api", "", "com.amazonaws.eu-central-1.ecr.api"),
        ("eusc-de-east-1", "ecr.api", "", "eu.amazonaws.eusc-de-east-1.ecr.api"),
        ("eusc-de-east-1", "kms", "", "com.amazonaws.eusc-de-east-1.kms"),
    ],
)
def test_endpoint_service(region, service, endpoint_type, expected):
    assert partition(region).endpoint_service(region, service, endpoint_type) == expected

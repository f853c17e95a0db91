"""What is said of types that no table lists: other clouds, Cloud Control, commands, components of plugins."""

from dataclasses import replace

import pytest

from policies.graph import Resource
from policies.results import Verdict
from policies.rules.coverage._elsewhere import counterpart
from tests.resources import TAGS, outcomes, ref, resource

RULE = "data-type-known"


def made(type_token: str, **inputs: object) -> Resource:
    return replace(resource(type_token, "made"), inputs=inputs)


def verdicts(subject: Resource, *others: Resource, patients: bool = True) -> set[Verdict]:
    return {o.verdict for o in outcomes(RULE, subject, *others, holds_patient_data=patients)}


@pytest.mark.parametrize(
    "token",
    [
        *("gcp:storage/bucket:Bucket", "gcp:spanner/instance:Instance", "gcp:healthcare/fhirStore:FhirStore"),
        *("azure-native:storage:StorageAccount", "azure-native:storage/v20230101:StorageAccount"),
        *("azure:cosmosdb/account:Account", "azure-native:healthcareapis:DicomService"),
        *("alicloud:oss/bucket:Bucket", "alicloud:polardb/cluster:Cluster", "alicloud:kvstore/instance:Instance"),
        *("tencentcloud:Cos/bucket:Bucket", "huaweicloud:Obs/bucket:Bucket", "cloudflare:index/r2Bucket:R2Bucket"),
        *("aws-native:s3:Bucket", "aws-native:rds:DbInstance", "aws-native:opensearchservice:Domain"),
        *("aws-native:elasticache:ReplicationGroup", "aws-native:logs:LogGroup", "aws-native:msk:Cluster"),
        *("aws-native:healthlake:FhirDatastore", "aws-native:omics:SequenceStore", "aws-native:connect:Instance"),
        *("terraform:google_storage_bucket", "terraform:azurerm_storage_account", "terraform:alicloud_oss_bucket"),
        *("postgresql:index/database:Database", "docker:index/volume:Volume"),
    ],
)
def test_a_store_of_another_provider_fails(token: str):
    assert verdicts(made(token)) == {Verdict.FAIL}
    assert verdicts(made(token, tags={**TAGS, "hospital-cloud:data-class": "2"})) == {Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize(
    "token",
    [
        *("gcp:compute/instance:Instance", "gcp:cloudrunv2/service:Service", "gcp:storage/transferJob:TransferJob"),
        *("azure-native:compute:VirtualMachine", "azure-native:datafactory:Factory", "alicloud:ecs/instance:Instance"),
        *(
            "cloudflare:index/logpushJob:LogpushJob",
            "fivetran:index/connector:Connector",
            "vsphere:index/virtualMachine:VirtualMachine",
        ),
        *(
            "aws-native:iam:Role",
            "aws-native:s3:BucketPolicy",
            "aws-native:cloudwatch:Alarm",
            "aws-native:kms:Key",
            "aws-native:ec2:Route",
        ),
        *(
            "aws-native:pipes:Pipe",
            "aws-native:datasync:Task",
            "aws-native:lambda:Function",
            "aws-native:cloudformation:Stack",
        ),
        *(
            "aws-native:index:ExtensionResource",
            "terraform:google_compute_instance",
            "docker:index/container:Container",
        ),
        *("command:remote:Command", "postgresql:index/subscription:Subscription"),
    ],
)
def test_what_runs_or_moves_there_is_undecided_where_there_are_patients(token: str):
    assert verdicts(made(token)) == {Verdict.UNKNOWN}
    assert verdicts(made(token), patients=False) == set()


@pytest.mark.parametrize(
    "token",
    [
        *(
            "random:index/randomPassword:RandomPassword",
            "random:index/randomId:RandomId",
            "tls:index/privateKey:PrivateKey",
        ),
        *("docker-build:index:Image", "docker:index/image:Image", "docker:index/registryImage:RegistryImage"),
        *("time:index/sleep:Sleep", "gcp:compute/network:Network", "gcp:projects/iAMMember:IAMMember"),
        *("azure-native:resources:ResourceGroup", "alicloud:vpc/network:Network", "cloudflare:index/record:Record"),
        *("datadog:index/monitor:Monitor", "datadog:index/dashboard:Dashboard", "pagerduty:index/service:Service"),
        *("postgresql:index/role:Role", "postgresql:index/grant:Grant", "postgresql:index/extension:Extension"),
        *(
            "aws-native:resourcegroups:Group",
            "aws-native:cloudwatch:Dashboard",
            "terraform:random_password",
            "terraform:tls_private_key",
        ),
    ],
)
def test_what_keeps_and_moves_nothing_is_only_listed(token: str):
    assert verdicts(made(token, name="x", length=20)) == set()


def test_a_command_is_shown():
    found = outcomes(RULE, made("command:local:Command", create="aws s3 sync s3://records s3://elsewhere"))
    assert [(o.verdict, o.property) for o in found] == [(Verdict.UNKNOWN, "create")]
    assert "aws s3 sync s3://records" in found[0].found


def test_a_name_before_a_proxy_of_others_is_undecided():
    assert verdicts(made("cloudflare:index/record:Record", proxied=True)) == {Verdict.UNKNOWN}
    assert verdicts(made("cloudflare:index/record:Record", proxied=False)) == set()


def test_a_database_in_a_server_of_this_program_is_judged_with_it():
    server = resource("aws:rds/instance:Instance", "records")
    provider = replace(
        resource("pulumi:providers:postgresql", "server"),
        inputs={"host": ref("aws:rds/instance:Instance", "records", "address")},
    )
    database = replace(made("postgresql:index/database:Database", name="emr"), provider=provider.urn)
    assert verdicts(database, server, provider) == set()
    assert verdicts(database, replace(provider, inputs={"host": "db.example"}), server) == {Verdict.FAIL}


def test_a_component_of_a_plugin_is_undecided_where_its_parts_are_not_seen():
    network = replace(made("awsx:ec2:Vpc"), custom=False, remote=True)
    part = replace(resource("aws:ec2/vpc:Vpc", "net"), parent=network.urn)
    assert verdicts(network) == {Verdict.UNKNOWN}
    assert verdicts(network, part) == set()
    assert verdicts(replace(network, remote=False)) == set(), "a component of the program's own"


def test_types_of_cloud_control_are_those_of_the_other_sdk():
    assert {
        token: counterpart(f"aws-native:{token}")
        for token in (
            "iam:Role",
            "rds:DbCluster",
            "events:EventBus",
            "logs:LogGroup",
            "backup:BackupVault",
            "ec2:Volume",
            "kms:Key",
            "no:Such",
        )
    } == {
        "iam:Role": "aws:iam/role:Role",
        "rds:DbCluster": "aws:rds/cluster:Cluster",
        "events:EventBus": "aws:cloudwatch/eventBus:EventBus",
        "logs:LogGroup": "aws:cloudwatch/logGroup:LogGroup",
        "backup:BackupVault": "aws:backup/vault:Vault",
        "ec2:Volume": "aws:ebs/volume:Volume",
        "kms:Key": "aws:kms/key:Key",
        "no:Such": "",
    }

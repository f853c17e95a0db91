import json
from dataclasses import replace

import pytest

from policies.graph import Unknown
from policies.results import Verdict
from tests.resources import PARTNER, TAGS, assert_fails, assert_passes, assert_unknown, outcomes, ref, resource, urn

RULE = "store-customer-key"
QUEUE = "aws:sqs/queue:Queue"
BUCKET = "aws:s3/bucket:Bucket"
SSE = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
KEY = "aws:kms/key:Key"


def test_a_queue_with_a_customer_key_passes():
    assert_passes(RULE, resource(QUEUE))


def test_a_queue_without_key_fails():
    assert_fails(RULE, resource(QUEUE, kmsMasterKeyId=None), found="nothing", wanted="customer key")


def test_the_services_own_alias_is_no_customer_key():
    for own in ("alias/aws/sqs", "arn:aws-cn:kms:cn-north-1:111122223333:alias/aws/sqs"):
        assert_fails(RULE, resource(QUEUE, kmsMasterKeyId=own), found="alias/aws/sqs")


def test_a_key_that_was_looked_up_is_judged_by_the_name_it_was_asked_for():
    own, services = (replace(resource(KEY, "k", keyId=f"alias/{n}"), external=True) for n in ("records", "aws/sqs"))
    assert_passes(RULE, resource(QUEUE, kmsMasterKeyId=ref(KEY, "k")), own)
    assert_fails(RULE, resource(QUEUE, kmsMasterKeyId=ref(KEY, "k")), services, found="alias/aws/sqs")


def test_a_delivery_stream_keeps_nothing_that_it_reads_from_a_stream():
    delivery = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
    reading = {
        "kinesisSourceConfiguration": {"kinesisStreamArn": "arn:aws-cn:kinesis:cn-north-1:111122223333:stream/v"}
    }
    assert outcomes(RULE, resource(delivery, serverSideEncryption=None, **reading))[0].verdict is Verdict.NOT_APPLICABLE
    assert_fails(RULE, resource(delivery, serverSideEncryption=None), found="nothing", wanted="true")


def test_a_key_that_is_named_beside_another_algorithm_is_not_used():
    stream, images = "aws:kinesis/stream:Stream", "aws:ecr/repository:Repository"
    key = ref(KEY, "key")
    assert_passes(RULE, resource(stream, encryptionType="KMS", kmsKeyId=key))
    assert_fails(RULE, resource(stream, kmsKeyId=key), found="nothing", wanted="KMS")
    assert_fails(RULE, resource(stream, encryptionType="NONE", kmsKeyId=key), found="NONE", wanted="KMS")
    assert_unknown(RULE, resource(stream, encryptionType=Unknown(), kmsKeyId=key))
    left_out = [{"kmsKey": key}]
    assert_fails(RULE, resource(images, encryptionConfigurations=left_out), found="nothing", wanted="KMS")


@pytest.mark.parametrize(
    ("token", "block", "named", "switch", "good", "bad", "wanted"),
    [
        (
            "aws:keyspaces/table:Table",
            "encryptionSpecification",
            {"kmsKeyIdentifier": ref(KEY, "key")},
            "type",
            "CUSTOMER_MANAGED_KMS_KEY",
            "AWS_OWNED_KMS_KEY",
            "CUSTOMER_MANAGED_KMS_KEY",
        ),
        (
            "aws:mq/broker:Broker",
            "encryptionOptions",
            {"kmsKeyId": ref(KEY, "key")},
            "useAwsOwnedKey",
            False,
            True,
            "false",
        ),
        (
            "aws:athena/workgroup:Workgroup",
            "configuration",
            {"resultConfiguration": {"encryptionConfiguration": {"kmsKeyArn": ref(KEY, "key")}}},
            "enforceWorkgroupConfiguration",
            None,
            False,
            "true",
        ),
    ],
)
def test_a_switch_beside_the_key_can_undo_it(
    token: str, block: str, named: dict[str, object], switch: str, good: object, bad: object, wanted: str
):
    assert_passes(RULE, resource(token, **{block: {**named, switch: good}}))
    assert_fails(
        RULE,
        resource(token, **{block: {**named, switch: bad}}),
        found=str(bad) if isinstance(bad, str) else str(bad).lower(),
        wanted=wanted,
    )
    assert_unknown(RULE, resource(token, **{block: {**named, switch: Unknown()}}))


def test_a_literal_key_or_alias_of_the_account_passes():
    for key in (
        "alias/records",
        "arn:aws-cn:kms:cn-north-1:111122223333:key/0b1c2d3e-0000-1111-2222-333344445555",
        "0b1c2d3e-0000-1111-2222-333344445555",
    ):
        assert_passes(RULE, resource(QUEUE, kmsMasterKeyId=key))


def test_a_key_of_somebody_else_fails():
    key = "arn:aws-cn:kms:cn-north-1:999999999999:key/0b1c2d3e-0000-1111-2222-333344445555"
    assert_fails(RULE, resource(QUEUE, kmsMasterKeyId=key), found="999999999999")
    alias = "arn:aws-cn:kms:cn-north-1:999999999999:alias/records"
    ours = replace(resource("aws:kms/alias:Alias"), inputs={"name": "alias/records"})
    assert_fails(RULE, resource(QUEUE, kmsMasterKeyId=alias), ours, found="999999999999")


def test_a_key_of_another_region_or_a_disabled_one_fails():
    there = resource(KEY, "there", region_=PARTNER)
    assert_fails(RULE, resource(QUEUE, kmsMasterKeyId=ref(KEY, "there")), there, found="there in cn-northwest-1")
    off = resource(KEY, "off", isEnabled=False)
    assert_fails(RULE, resource(QUEUE, kmsMasterKeyId=ref(KEY, "off")), off, found="disabled")


def test_a_key_of_which_nothing_is_known_is_unknown():
    assert_unknown(RULE, resource(QUEUE, kmsMasterKeyId=Unknown()))
    assert_unknown(RULE, resource("aws:rds/cluster:Cluster", storageEncrypted=Unknown()))


def test_a_database_must_be_encrypted_at_all():
    assert_passes(RULE, resource("aws:rds/cluster:Cluster"))
    assert_fails(RULE, resource("aws:rds/cluster:Cluster", storageEncrypted=None), found="nothing", wanted="true")
    assert_fails(RULE, resource("aws:rds/cluster:Cluster", storageEncrypted=False), found="false", wanted="true")


def test_a_bucket_is_judged_by_its_encryption_configuration():
    assert_passes(RULE, resource(BUCKET), resource(SSE))
    assert_fails(RULE, resource(BUCKET), found="no BucketServerSideEncryptionConfiguration")


def test_only_a_bucket_for_service_logs_may_use_the_services_key():
    own = resource(SSE, rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}])
    logs = {"hospital-cloud:data-class": "2", "hospital-cloud:record-kind": "audit-log"}
    assert_passes(RULE, resource(BUCKET, tags=logs), own)
    assert_fails(RULE, resource(BUCKET, tags=TAGS), own, found="nothing")


def test_a_replica_in_the_sources_region_takes_over_its_encryption():
    instance = "aws:rds/instance:Instance"
    replica = {"replicateSourceDb": ref(instance, "instance", "identifier"), "kmsKeyId": None, "storageEncrypted": None}
    assert_passes(RULE, resource(instance, "replica", **replica), resource(instance))
    assert_fails(RULE, resource(instance, "replica", region_=PARTNER, **replica), resource(instance), found="nothing")


def test_a_plain_parameter_is_no_secret():
    parameter = "aws:ssm/parameter:Parameter"
    assert_passes(RULE, resource(parameter, type="String"))
    assert_fails(RULE, resource(parameter, type="SecureString"), found="nothing")


def test_odd_shapes_fail():
    for odd in (7, True, ["key"], {"arn": "key"}, "", "key"):
        assert_fails(RULE, resource(QUEUE, kmsMasterKeyId=odd), found="")
    assert_fails(RULE, resource(BUCKET), resource(SSE, rules="AES256"), found="nothing")


def test_what_is_written_out_counts_before_what_it_depends_on():
    """A program may make the literal from an output of the key: the edge is there, the key is not."""
    queue = replace(
        resource(QUEUE, kmsMasterKeyId="alias/aws/sqs"), property_depends_on={"kmsMasterKeyId": (urn(KEY, "key"),)}
    )
    assert_fails(RULE, queue, found="alias/aws/sqs")


def test_a_bucket_may_carry_its_encryption_inside():
    block = {
        "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": ref(KEY, "key")}}
    }
    assert_passes(RULE, resource(BUCKET, serverSideEncryptionConfiguration=block))
    block = {"rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}}
    assert_fails(RULE, resource(BUCKET, serverSideEncryptionConfiguration=block), found="nothing")


def test_a_stated_low_class_may_be_under_the_services_own_key():
    low = {**TAGS, "hospital-cloud:data-class": "2"}
    assert_passes(RULE, resource(QUEUE, kmsMasterKeyId=None, sqsManagedSseEnabled=True, tags=low))
    assert_passes(RULE, resource(QUEUE, kmsMasterKeyId="alias/aws/sqs", tags=low))
    assert_passes(RULE, resource("aws:cloudwatch/logGroup:LogGroup", kmsKeyId=None, tags=low))
    assert_passes(RULE, resource("aws:efs/fileSystem:FileSystem", kmsKeyId=None, tags=low))
    assert_fails(RULE, resource(QUEUE, kmsMasterKeyId=None, tags=low), found="nothing")
    assert_fails(RULE, resource("aws:sns/topic:Topic", kmsMasterKeyId=None, tags=low), found="nothing")
    assert_fails(RULE, resource(QUEUE, kmsMasterKeyId=None, sqsManagedSseEnabled=True), found="nothing")
    assert_fails(
        RULE, resource("aws:rds/cluster:Cluster", storageEncrypted=None, tags=low), found="nothing", wanted="true"
    )
    assert_fails(RULE, resource("aws:secretsmanager/secret:Secret", kmsKeyId=None, tags=low), found="nothing")


def test_a_store_that_takes_no_key_fails_for_records():
    assert_fails(RULE, resource("aws:glacier/vault:Vault"), found="no customer key", wanted="a store that takes")
    assert_passes(RULE, resource("aws:msk/serverlessCluster:ServerlessCluster"))


def test_a_collection_is_judged_by_the_policy_that_takes_it_in():
    collection, policy = (
        f"aws:opensearch/{n}"
        for n in ("serverlessCollection:ServerlessCollection", "serverlessSecurityPolicy:ServerlessSecurityPolicy")
    )

    def said(**block: object):
        rules = [{"ResourceType": "collection", "Resource": ["collection/rec*"]}]
        return resource(policy, type="encryption", policy=json.dumps({"Rules": rules, **block}))

    subject = replace(resource(collection), inputs={"name": "records"})
    assert_passes(RULE, subject, said(KmsARN=ref(KEY, "key")))
    assert_fails(RULE, subject, said(AWSOwnedKey=True), found="nothing")
    assert_fails(
        RULE, replace(subject, inputs={"name": "other"}), said(KmsARN=ref(KEY, "key")), found="no encryption policy"
    )
    assert_unknown(RULE, subject, resource(policy, type="encryption", policy=Unknown()))
    assert_passes(RULE, resource(collection, encryptionConfigs=[{"kmsKeyArn": ref(KEY, "key")}]))


def test_a_trail_and_its_bucket_are_never_under_the_services_own_key():
    low = {**TAGS, "hospital-cloud:data-class": "2"}
    trail = resource("aws:cloudtrail/trail:Trail", tags=low, kmsKeyId="alias/aws/cloudtrail")
    assert_fails(RULE, trail, found="alias/aws/cloudtrail", wanted="customer key")
    kind = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    rules = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
    own = resource(kind, bucket=ref("aws:s3/bucket:Bucket", "bucket", "id"), rules=rules)
    bucket = resource("aws:s3/bucket:Bucket", tags=low)
    assert_passes(RULE, bucket, own)
    assert_fails(RULE, bucket, own, trail, found="nothing", wanted="customer key")


def test_a_log_that_is_evidence_is_under_the_own_key_whatever_its_class():
    group = "aws:cloudwatch/logGroup:LogGroup"
    low = {**TAGS, "hospital-cloud:data-class": "2", "hospital-cloud:record-kind": "operational"}
    assert_passes("store-customer-key", resource(group, kmsKeyId=None, tags=low))
    evidence = {**low, "hospital-cloud:record-kind": "audit-log"}
    assert_fails("store-customer-key", resource(group, kmsKeyId=None, tags=evidence), found="", wanted="customer key")


def test_a_global_cluster_is_encrypted_as_its_clusters_are():
    whole = "aws:rds/globalCluster:GlobalCluster"
    cluster = resource("aws:rds/cluster:Cluster", globalClusterIdentifier="g")
    assert_passes("store-customer-key", cluster, resource(whole, globalClusterIdentifier="g", storageEncrypted=True))
    assert_fails(
        "store-customer-key",
        cluster,
        resource(whole, globalClusterIdentifier="g"),
        found="",
        wanted="as its clusters are",
    )

"""Buckets: as they should be, and one field away from it."""

import json
from typing import Any

import pytest

from operations.live import Live
from policies.graph import Resource
from policies.results import Verdict
from tests.operations.verify.world import (
    OPEN,
    PARTNER,
    TLS_ONLY,
    World,
    all_pass,
    arn,
    fails,
    finding,
    resource,
    with_input,
)

ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"


def encrypted(world: World, bucket: Resource, key: Resource, **rule: Any) -> Resource:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn(key)}
    rules = [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True, **rule}]
    configuration = {"Rules": rules}
    name = bucket.name
    s3 = world.client("s3", str(bucket.region))
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=configuration)
    stated = {"kmsMasterKeyId": arn(key), "sseAlgorithm": "aws:kms"}
    inputs = {"bucket": name, "rules": [{"applyServerSideEncryptionByDefault": stated, "bucketKeyEnabled": True}]}
    return resource(ENCRYPTION, f"{name}-encryption", inputs, region=bucket.region)


def test_an_encrypted_bucket(world: World) -> None:
    key, bucket = world.key(), world.bucket("scans")
    all_pass(world.ask(key, bucket, encrypted(world, bucket, key)), "bucket-encrypted", "bucket-in-its-region")


def test_a_bucket_under_another_key(world: World) -> None:
    key, other, bucket = world.key(), world.key("other"), world.bucket("scans")
    stated = encrypted(world, bucket, key)
    encrypted(world, bucket, other)
    report = world.ask(key, other, bucket, stated)
    fails(report, "bucket-encrypted", "GetBucketEncryption KMSMasterKeyID", arn(other), arn(key))


def test_a_bucket_whose_key_waits_for_deletion(world: World) -> None:
    key, bucket = world.key(), world.bucket("scans")
    stated = encrypted(world, bucket, key)
    world.client("kms").schedule_key_deletion(KeyId=key.outputs["keyId"])
    report = world.ask(bucket, stated)
    fails(report, "bucket-encrypted", "GetBucketEncryption KMSMasterKeyID", "which is PendingDeletion", "Enabled")


def test_a_bucket_key_given_by_alias_is_the_key_behind_it(world: World) -> None:
    key, bucket = world.key(), world.bucket("scans")
    stated = encrypted(world, bucket, key)
    world.client("kms").create_alias(AliasName="alias/scans", TargetKeyId=arn(key))
    default = {"kmsMasterKeyId": "alias/scans", "sseAlgorithm": "aws:kms"}
    by_alias = with_input(stated, "rules", [{"applyServerSideEncryptionByDefault": default}])
    all_pass(world.ask(bucket, by_alias), "bucket-encrypted")


def test_a_bucket_without_encryption_or_without_bucket_key(world: World) -> None:
    key, bucket = world.key(), world.bucket("scans")
    stated = encrypted(world, bucket, key, BucketKeyEnabled=False)
    report = world.ask(bucket, stated)
    fails(report, "bucket-encrypted", "GetBucketEncryption BucketKeyEnabled", "false", "true")
    world.client("s3").delete_bucket_encryption(Bucket="scans")
    fails(world.ask(bucket, stated), "bucket-encrypted", "", "nothing of this name")


def test_a_bucket_for_which_the_state_names_no_encryption_is_said_so(world: World) -> None:
    report = world.ask(world.bucket("scans"))
    said = finding(report, "bucket-encrypted")
    assert said.verdict is Verdict.NOT_APPLICABLE and "names no encryption configuration" in said.found


def test_a_bucket_that_is_gone_or_elsewhere(world: World) -> None:
    here = world.bucket("scans")
    elsewhere = resource(here.type, "scans", here.inputs, here.outputs, region=PARTNER)
    fails(world.ask(elsewhere), "bucket-in-its-region", "GetBucketLocation", "cn-north-1", PARTNER)
    world.client("s3").delete_bucket(Bucket="scans")
    fails(world.ask(here), "bucket-in-its-region", "", "NoSuchBucket")


def test_versioning(world: World) -> None:
    world.bucket("scans")
    versioning = resource(VERSIONING, "v", {"bucket": "scans", "versioningConfiguration": {"status": "Enabled"}})
    fails(world.ask(versioning), "bucket-versioned", "GetBucketVersioning Status", "Disabled", "Enabled")
    s3 = world.client("s3")
    s3.put_bucket_versioning(Bucket="scans", VersioningConfiguration={"Status": "Enabled"})
    all_pass(world.ask(versioning), "bucket-versioned")
    s3.put_bucket_versioning(Bucket="scans", VersioningConfiguration={"Status": "Suspended"})
    fails(world.ask(versioning), "bucket-versioned", "GetBucketVersioning Status", "Suspended", "Enabled")


@pytest.mark.parametrize(
    "lifted", ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]
)
def test_public_access_block(world: World, lifted: str) -> None:
    world.bucket("scans")
    flags = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    block = resource(BLOCK, "b", {"bucket": "scans", **{f[0].lower() + f[1:]: True for f in flags}})
    s3 = world.client("s3")
    s3.put_public_access_block(Bucket="scans", PublicAccessBlockConfiguration=dict.fromkeys(flags, True))
    all_pass(world.ask(block), "bucket-public-access-blocked")
    opened = {**dict.fromkeys(flags, True), lifted: False}
    s3.put_public_access_block(Bucket="scans", PublicAccessBlockConfiguration=opened)
    fails(world.ask(block), "bucket-public-access-blocked", f"GetPublicAccessBlock {lifted}", "false", "true")
    s3.delete_public_access_block(Bucket="scans")
    fails(world.ask(block), "bucket-public-access-blocked", "", "NoSuchPublicAccessBlockConfiguration")


def test_object_lock(world: World) -> None:
    world.bucket("scans", ObjectLockEnabledForBucket=True)
    retention = {"Mode": "COMPLIANCE", "Days": 180}
    configuration = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}
    s3 = world.client("s3")
    s3.put_object_lock_configuration(Bucket="scans", ObjectLockConfiguration=configuration)
    stated = {"bucket": "scans", "rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 180}}}
    lock = resource(LOCK, "l", stated)
    all_pass(world.ask(lock), "bucket-locked")
    retention["Days"] = 18
    s3.put_object_lock_configuration(Bucket="scans", ObjectLockConfiguration=configuration)
    fails(world.ask(lock), "bucket-locked", "GetObjectLockConfiguration Days", "18", "180")
    retention.update(Days=180, Mode="GOVERNANCE")
    s3.put_object_lock_configuration(Bucket="scans", ObjectLockConfiguration=configuration)
    fails(world.ask(lock), "bucket-locked", "GetObjectLockConfiguration Mode", "GOVERNANCE", "COMPLIANCE")


def test_policy_against_plain_http(world: World) -> None:
    world.bucket("scans")
    s3 = world.client("s3")
    policy = resource(POLICY, "p", {"bucket": "scans", "policy": json.dumps(TLS_ONLY)})
    fails(world.ask(policy), "bucket-policy-denies-plain-http", "", "NoSuchBucketPolicy")
    s3.put_bucket_policy(Bucket="scans", Policy=json.dumps(TLS_ONLY))
    all_pass(world.ask(policy), "bucket-policy-denies-plain-http")
    s3.put_bucket_policy(Bucket="scans", Policy=json.dumps(OPEN))
    fails(world.ask(policy), "bucket-policy-denies-plain-http", "GetBucketPolicy", "a policy that does not")
    only_the_bucket = json.loads(json.dumps(TLS_ONLY))
    only_the_bucket["Statement"][0]["Resource"] = "arn:aws-cn:s3:::scans"
    s3.put_bucket_policy(Bucket="scans", Policy=json.dumps(only_the_bucket))
    fails(world.ask(policy), "bucket-policy-denies-plain-http", "GetBucketPolicy", "a policy that does not")


# --- replication -----------------------------------------------------------------------------------------------------


@pytest.fixture
def copied(world: World) -> tuple[Resource, dict[str, Any], Resource]:
    """A replication as the state has it, as the account has it, and the key of the copies."""
    key = world.key("partner-key", PARTNER)
    for name, region in (("scans", "cn-north-1"), ("scans-copy", PARTNER), ("elsewhere", PARTNER)):
        world.bucket(name, region)
        s3 = world.client("s3", region)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    role = world.role("replication")
    rule = {
        "ID": "everything",
        "Status": "Enabled",
        "Priority": 0,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": {
            "Bucket": "arn:aws-cn:s3:::scans-copy",
            "EncryptionConfiguration": {"ReplicaKmsKeyID": arn(key)},
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
        },
    }
    stated = {
        "bucket": "scans",
        "role": role,
        "rules": [
            {
                "id": "everything",
                "status": "Enabled",
                "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
                "destination": {
                    "bucket": "arn:aws-cn:s3:::scans-copy",
                    "encryptionConfiguration": {"replicaKmsKeyId": arn(key)},
                    "replicationTime": {"status": "Enabled"},
                },
            }
        ],
    }
    return resource(REPLICATION, "replicate", stated), {"Role": role, "Rules": [rule]}, key


def selecting(world: World, configuration: dict[str, Any]) -> Live:
    """The emulator forgets which objects a rule selects."""

    def amend(answer: dict[str, Any]) -> None:
        for rule, put in zip(answer["ReplicationConfiguration"]["Rules"], configuration["Rules"], strict=True):
            rule["SourceSelectionCriteria"] = put["SourceSelectionCriteria"]

    return world.amending(GetBucketReplication=amend)


def put(world: World, configuration: dict[str, Any]) -> None:
    world.client("s3").put_bucket_replication(Bucket="scans", ReplicationConfiguration=configuration)


def test_replication_in_force(world: World, copied: tuple[Resource, dict[str, Any], Resource]) -> None:
    stated, configuration, _ = copied
    put(world, configuration)
    all_pass(world.ask(stated, live=selecting(world, configuration)), "bucket-replicated")


@pytest.mark.parametrize(
    ("path", "value", "asked", "found"),
    [
        (["Status"], "Disabled", "Status", "Disabled"),
        (["Destination", "Bucket"], "arn:aws-cn:s3:::elsewhere", "Bucket", "elsewhere"),
        (["ID"], "something", "", "no such rule"),
        (
            ["SourceSelectionCriteria", "SseKmsEncryptedObjects", "Status"],
            "Disabled",
            "SseKmsEncryptedObjects",
            "Disabled",
        ),
        (["Destination", "ReplicationTime", "Status"], "Disabled", "ReplicationTime", "Disabled"),
    ],
)
def test_replication_one_field_away(
    world: World,
    copied: tuple[Resource, dict[str, Any], Resource],
    path: list[str],
    value: str,
    asked: str,
    found: str,
) -> None:
    stated, configuration, _ = copied
    # A second rule of the state: a rule is then found by its name alone.
    second = {**configuration["Rules"][0], "ID": "second", "Priority": 1}
    configuration["Rules"] = [json.loads(json.dumps(configuration["Rules"][0])), second]
    stated = with_input(stated, "rules", [*stated.inputs["rules"], {**stated.inputs["rules"][0], "id": "second"}])
    where = configuration["Rules"][0]
    for step in path[:-1]:
        where = where[step]
    where[path[-1]] = value
    put(world, configuration)
    report = world.ask(stated, live=selecting(world, configuration))
    fails(report, "bucket-replicated", f"GetBucketReplication everything {asked}".strip(), found)


def test_replication_under_another_key_or_none(world: World, copied: tuple[Resource, dict[str, Any], Resource]) -> None:
    stated, configuration, key = copied
    other = world.key("other", PARTNER)
    destination = configuration["Rules"][0]["Destination"]
    destination["EncryptionConfiguration"] = {"ReplicaKmsKeyID": arn(other)}
    put(world, configuration)
    asked = "GetBucketReplication everything ReplicaKmsKeyID"
    live = selecting(world, configuration)
    fails(world.ask(stated, live=live), "bucket-replicated", asked, arn(other), arn(key))
    del destination["EncryptionConfiguration"]
    put(world, configuration)
    fails(world.ask(stated, live=live), "bucket-replicated", asked, "no key of its own", arn(key))


def test_replication_that_is_gone(world: World, copied: tuple[Resource, dict[str, Any], Resource]) -> None:
    fails(world.ask(copied[0]), "bucket-replicated", "", "ReplicationConfigurationNotFoundError")

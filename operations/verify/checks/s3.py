"""S3: where a bucket lies, its key, versions, locks, who may reach it, and what it replicates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import must, only, plain_http_denied, right_key, same, silent, within
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.graph import Resource
from policies.registry import failed
from policies.resolve import GLOBAL
from policies.results import Outcome

_BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_ENCRYPTION: Final = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
_VERSIONING: Final = ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2")
_LOCK: Final = (
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
)
_GONE: Final = ("NoSuchBucket",)
_FLAGS: Final = {
    "blockPublicAcls": "BlockPublicAcls",
    "blockPublicPolicy": "BlockPublicPolicy",
    "ignorePublicAcls": "IgnorePublicAcls",
    "restrictPublicBuckets": "RestrictPublicBuckets",
}
_OLD_NAMES: Final = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}
"""What S3 calls the regions that are older than region names."""


@check(
    *_BUCKETS,
    title="The bucket is there, in its region",
    fix="Deploy again; a bucket in another region is another bucket.",
)
def bucket_in_its_region(bucket: Subject) -> Iterator[Outcome]:
    """Asks S3 where the bucket lies."""
    found = bucket.ask("s3", "get_bucket_location", gone=_GONE, Bucket=bucket.name("bucket", "id"))
    location = found.get("LocationConstraint")
    yield same(bucket, "GetBucketLocation", _OLD_NAMES.get(location, location), bucket.resource.region)


@check(
    *_BUCKETS,
    title="The bucket's default encryption uses the key that the state names",
    fix="Deploy again, so that the bucket's encryption configuration is as the program states it.",
)
def bucket_encrypted(bucket: Subject) -> Iterator[Outcome]:
    """Compares algorithm, key and bucket key of the default encryption with the encryption configuration that the state
    holds for the bucket."""
    name = bucket.name("bucket", "id")
    stated = _of_bucket(bucket, name)
    if stated is None:
        yield silent(bucket, "encryption configuration for it")
        return
    rules = list(Subject(stated, bucket.graph, bucket.asker).blocks("rules"))
    wanted = rules[0] if rules else {}
    default = wanted.get("applyServerSideEncryptionByDefault")
    default = default if isinstance(default, Mapping) else {}
    gone = (*_GONE, "ServerSideEncryptionConfigurationNotFoundError")
    answer = bucket.ask("s3", "get_bucket_encryption", gone=gone, Bucket=name)
    found = only(within(answer, "ServerSideEncryptionConfiguration", "Rules"))
    actual = within(found, "ApplyServerSideEncryptionByDefault") or {}
    yield same(bucket, "GetBucketEncryption SSEAlgorithm", actual.get("SSEAlgorithm"), default.get("sseAlgorithm"))
    if default.get("kmsMasterKeyId"):
        asked = "GetBucketEncryption KMSMasterKeyID"
        yield right_key(bucket, asked, actual.get("KMSMasterKeyID"), default["kmsMasterKeyId"])
    if wanted.get("bucketKeyEnabled") is not None:
        enabled = found.get("BucketKeyEnabled", False)
        yield same(bucket, "GetBucketEncryption BucketKeyEnabled", enabled, wanted["bucketKeyEnabled"])


def _of_bucket(bucket: Subject, name: str) -> Resource | None:
    """The encryption configuration that names the bucket."""
    for resource in bucket.graph.of_type(*_ENCRYPTION):
        if name in (resource.get("bucket"), resource.output("bucket")):
            return resource
    return None


@check(
    *_VERSIONING,
    title="The bucket keeps versions as the state says",
    fix="Switch the bucket's versioning on again; versions lost meanwhile do not come back.",
)
def bucket_versioned(subject: Subject) -> Iterator[Outcome]:
    """Compares the status of versioning."""
    answer = subject.ask("s3", "get_bucket_versioning", gone=_GONE, Bucket=subject.name("bucket"))
    wanted = subject.wanted("versioningConfiguration.status")
    yield same(subject, "GetBucketVersioning Status", answer.get("Status", "Disabled"), wanted)


@check(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    title="The bucket's public-access block is as the state says",
    fix="Deploy again, and find out who lifted the block.",
)
def bucket_public_access_blocked(subject: Subject) -> Iterator[Outcome]:
    """Compares the four switches."""
    gone = (*_GONE, "NoSuchPublicAccessBlockConfiguration")
    answer = subject.ask("s3", "get_public_access_block", gone=gone, Bucket=subject.name("bucket"))
    yield from _switches(subject, "GetPublicAccessBlock", answer)


@check(
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    title="The account's public-access block is as the state says",
    fix="Deploy again, and find out who lifted the block.",
)
def account_public_access_blocked(subject: Subject) -> Iterator[Outcome]:
    """Compares the four switches of the whole account."""
    account = subject.name("accountId", "id")
    gone = ("NoSuchPublicAccessBlockConfiguration",)
    answer = subject.ask("s3control", "get_public_access_block", at=GLOBAL, gone=gone, AccountId=account)
    yield from _switches(subject, "GetPublicAccessBlock", answer)


def _switches(subject: Subject, asked: str, answer: Mapping[str, Any]) -> Iterator[Outcome]:
    found = within(answer, "PublicAccessBlockConfiguration") or {}
    for stated, name in _FLAGS.items():
        yield same(subject, f"{asked} {name}", found.get(name, False), subject.wanted(stated) or False)


@check(
    *_LOCK,
    title="The bucket's Object Lock is as the state says",
    fix="Deploy again. A lock in compliance mode cannot be shortened: if it was never there, objects written so far are "
    "not locked.",
)
def bucket_locked(subject: Subject) -> Iterator[Outcome]:
    """Compares mode and length of the default retention."""
    gone = (*_GONE, "ObjectLockConfigurationNotFoundError")
    answer = subject.ask("s3", "get_object_lock_configuration", gone=gone, Bucket=subject.name("bucket"))
    found = within(answer, "ObjectLockConfiguration") or {}
    asked = "GetObjectLockConfiguration"
    yield same(subject, f"{asked} ObjectLockEnabled", found.get("ObjectLockEnabled"), "Enabled")
    retention = within(found, "Rule", "DefaultRetention") or {}
    for stated, name in {"mode": "Mode", "days": "Days", "years": "Years"}.items():
        wanted = subject.wanted(f"rule.defaultRetention.{stated}")
        if wanted:
            yield same(subject, f"{asked} {name}", retention.get(name), wanted)


@check(
    "aws:s3/bucketPolicy:BucketPolicy",
    title="The bucket's policy denies requests without TLS",
    fix="Deploy again, so that the policy is as the program states it.",
)
def bucket_policy_denies_plain_http(subject: Subject) -> Iterator[Outcome]:
    """Reads the policy that is in force."""
    gone = (*_GONE, "NoSuchBucketPolicy")
    answer = subject.ask("s3", "get_bucket_policy", gone=gone, Bucket=subject.name("bucket"))
    yield plain_http_denied(subject, "GetBucketPolicy", answer.get("Policy"), "s3:*", parts=True)


# --- replication -----------------------------------------------------------------------------------------------------


@check(
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    title="Every replication rule of the state is in force",
    fix="Deploy again; then replicate what was written meanwhile with S3 Batch Replication.",
)
def bucket_replicated(subject: Subject) -> Iterator[Outcome]:
    """Compares each rule: that it is there and enabled, where it copies to, under which key, and who copies."""
    name = subject.name("bucket")
    gone = (*_GONE, "ReplicationConfigurationNotFoundError")
    answer = subject.ask("s3", "get_bucket_replication", gone=gone, Bucket=name)
    found = within(answer, "ReplicationConfiguration") or {}
    yield same(subject, "GetBucketReplication Role", found.get("Role"), subject.wanted("role"))
    actual = [rule for rule in found.get("Rules", []) if isinstance(rule, Mapping)]
    wanted = list(subject.blocks("rules"))
    for rule in wanted:
        identifier = rule.get("id")
        match = [a for a in actual if a.get("ID") == identifier] or (actual if len(actual) == len(wanted) == 1 else [])
        if not match:
            yield failed(subject.resource, f"GetBucketReplication {identifier}", "no such rule", "the rule, enabled")
        else:
            yield from _rule(subject, f"GetBucketReplication {identifier}", match[0], rule)


def _rule(subject: Subject, asked: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Outcome]:
    yield same(subject, f"{asked} Status", found.get("Status"), wanted.get("status"))
    destination = found.get("Destination") or {}
    target = wanted.get("destination") or {}
    yield same(subject, f"{asked} Bucket", destination.get("Bucket"), target.get("bucket"))
    key = within(target, "encryptionConfiguration", "replicaKmsKeyId")
    if key:
        actual = within(destination, "EncryptionConfiguration", "ReplicaKmsKeyID")
        yield right_key(subject, f"{asked} ReplicaKmsKeyID", actual, key)
        encrypted = within(found, "SourceSelectionCriteria", "SseKmsEncryptedObjects", "Status")
        holds = encrypted == "Enabled"
        yield must(
            subject, f"{asked} SseKmsEncryptedObjects", holds, encrypted, "Enabled: else nothing encrypted is copied"
        )
    in_time = within(target, "replicationTime", "status")
    if in_time:
        yield same(subject, f"{asked} ReplicationTime", within(destination, "ReplicationTime", "Status"), in_time)

"""Encrypted storage, and the key, bucket, log archive and topic it stands on."""

import json

import pulumi
import pulumi_aws as aws
import pytest

import jurisdictions
from components.alarm_topic import AlarmTopic
from components.customer_key import key_policy
from components.encrypted_storage import AccessPattern, EncryptedStorage
from components.log_archive import LogArchive
from components.placement import Lifecycle, Placement, physical_name
from jurisdictions import RecordKind
from policies.graph import Graph, Unknown
from policies.sources.program import record

REGIONS = {"cn-mainland": ("cn-north-1", "cn-northwest-1"), "eu": ("eu-central-1", "eu-west-1")}


def placement(jurisdiction: str = "cn-mainland", lifecycle: Lifecycle = Lifecycle.LIVE) -> Placement:
    return {"hospital": "h", "account_id": "111122223333", "jurisdiction": jurisdiction, "lifecycle": lifecycle}


def built(
    jurisdiction: str = "cn-mainland", lifecycle: Lifecycle = Lifecycle.LIVE, *, strict: bool = False, **args
) -> Graph:
    home, partner = REGIONS[jurisdiction]

    def program() -> None:
        provider = aws.Provider("workload", region=home, allowed_account_ids=["111122223333"])
        opts = pulumi.ResourceOptions(provider=provider)
        where = placement(jurisdiction, lifecycle)
        AlarmTopic("alarms", {"placement": where, "region": home, "emails": {"operations": "a@example.org"}}, opts)
        LogArchive("logs", {"placement": where, "region": home}, opts)
        EncryptedStorage(
            "documents",
            {
                "placement": where,
                "region": home,
                "replica_region": partner,
                "role": "documents",
                "data_class": 4,
                "record_kind": RecordKind.INPATIENT,
                "access_pattern": AccessPattern.DOCUMENTS,
                **args,
            },
            opts,
        )

    loaded = jurisdictions.load(jurisdiction)
    return record(program, project="p", stack="s", jurisdiction=loaded, strict=strict).graph


def only(graph: Graph, type_token: str, region: str | None = None):
    return [r for r in graph.of_type(type_token) if region is None or r.region == region]


@pytest.mark.parametrize("jurisdiction", REGIONS)
def test_what_is_uploaded_is_locked_for_as_long_as_the_law_asks(jurisdiction: str):
    graph = built(jurisdiction)
    wanted = jurisdictions.load(jurisdiction).retention[RecordKind.INPATIENT].minimum_days
    locks = only(graph, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    assert {r.region for r in locks} == set(REGIONS[jurisdiction])
    assert all(r.get("rule.defaultRetention") == {"mode": "COMPLIANCE", "days": wanted} for r in locks)


def test_a_trial_can_be_torn_down_and_a_live_store_cannot():
    kept = only(built(), "aws:s3/bucket:Bucket")
    assert all(r.protect and not r.get("forceDestroy") for r in kept)
    gone = only(built(lifecycle=Lifecycle.TRIAL), "aws:s3/bucket:Bucket")
    assert all(not r.protect and r.get("forceDestroy") for r in gone)
    retiring = built(lifecycle=Lifecycle.RETIRING)
    assert not [r for r in retiring.resources if r.protect]
    assert not [r for r in only(retiring, "aws:s3/bucket:Bucket") if r.get("forceDestroy")]


def test_replication_is_encrypted_there_and_does_not_carry_deletions():
    graph = built()
    (config,) = only(graph, "aws:s3/bucketReplicationConfig:BucketReplicationConfig")
    rule = config.get("rules[0]")
    assert rule["deleteMarkerReplication"]["status"] == "Disabled"
    assert rule["destination"]["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
    key = graph.target(config, "rules[0].destination.encryptionConfiguration.replicaKmsKeyId")
    assert key is not None and key.region == "cn-northwest-1"


def test_without_partner_region_nothing_is_made_elsewhere():
    home = built(replica_region=None)
    assert {r.region for r in home.resources if r.custom} <= {"cn-north-1", "global"}


@pytest.mark.parametrize("jurisdiction", REGIONS)
def test_policies_are_whole_before_deploy_and_let_in_nobody_without_tls(jurisdiction: str):
    for policy in only(built(jurisdiction, strict=True), "aws:s3/bucketPolicy:BucketPolicy"):
        assert not isinstance(policy.get("policy"), Unknown)
        statements = json.loads(policy.get("policy"))["Statement"]
        refused = [s for s in statements if s["Effect"] == "Deny" and "aws:SecureTransport" in json.dumps(s)]
        assert refused and refused[0]["Principal"] == "*"


def test_who_administers_the_key_cannot_use_it_and_use_goes_through_named_services():
    statements = json.loads(key_policy(placement(), "cn-north-1", ["s3"]))["Statement"]
    use = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}
    for statement in statements:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not any(a == "*" or a == "kms:*" for a in actions)
        if use & set(actions):
            assert statement["Condition"]["StringEquals"]["kms:ViaService"] == ["s3.cn-north-1.amazonaws.com.cn"]


def test_the_partner_key_follows_what_the_jurisdiction_surely_offers():
    """docs/decisions/0006-keys-per-region.md"""
    assert not only(built("cn-mainland"), "aws:kms/replicaKey:ReplicaKey")
    assert len(only(built("cn-mainland"), "aws:kms/key:Key", "cn-northwest-1")) == 1
    assert len(only(built("eu"), "aws:kms/replicaKey:ReplicaKey", "eu-west-1")) == 1


def test_scheduling_a_keys_deletion_raises_an_alarm_in_each_region():
    graph = built()
    keys = [*only(graph, "aws:kms/key:Key"), *only(graph, "aws:kms/replicaKey:ReplicaKey")]
    watched = {graph.target(r, "eventPattern").urn for r in only(graph, "aws:cloudwatch/eventRule:EventRule")}
    assert {k.urn for k in keys} == watched


def test_access_logs_are_kept_and_cannot_use_a_customer_key():
    (archive,) = [r for r in only(built(), "aws:s3/bucket:Bucket") if r.get("bucket").endswith("access-logs")]
    assert archive.tags["hospital-cloud:record-kind"] == "audit-log"
    assert archive.protect


def test_a_name_that_would_be_too_long_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="AWS allows 63"):
        physical_name(placement(), "cn-northwest-1", "r" * 40)

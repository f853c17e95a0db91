"""AuditTrail and AuditTrailBucket: what is recorded, where it goes, who can touch it."""

import json
from typing import Any

import pulumi
import pytest

import jurisdictions
from components.audit_trail import AuditTrail
from components.audit_trail_bucket import AuditTrailBucket
from jurisdictions import RecordKind
from policies.graph import Graph
from tests.components.accounts import ACCOUNT, LOG_ACCOUNT, REGIONS, document, graph_of, named, placement
from tests.components.iam_evaluation import decision


def _bucket(jurisdiction: str = "cn-mainland", lifecycle: str = "live") -> Graph:
    def make(opts: pulumi.ResourceOptions) -> None:
        AuditTrailBucket(
            "log",
            {
                "placement": placement(jurisdiction, lifecycle, LOG_ACCOUNT),
                "region": REGIONS[jurisdiction][0],
                "writer_account_ids": [LOG_ACCOUNT, ACCOUNT],
            },
            opts=opts,
        )

    return graph_of(make, jurisdiction)


def _trail(jurisdiction: str = "cn-mainland", log_account_id: str = LOG_ACCOUNT, **more: Any) -> Graph:
    def make(opts: pulumi.ResourceOptions) -> None:
        AuditTrail(
            "trail",
            {
                "placement": placement(jurisdiction),
                "region": REGIONS[jurisdiction][0],
                "regions": REGIONS[jurisdiction],
                "log_account_id": log_account_id,
                "key_arn": "arn:aws-cn:kms:cn-north-1:444455556666:key/1",
                "sensitive_buckets": [],
                "sensitive_tables": [],
                **more,
            },
            opts=opts,
        )

    return graph_of(make, jurisdiction)


@pytest.mark.parametrize(("jurisdiction", "days"), [("cn-mainland", 180), ("eu", 365)])
def test_logs_are_locked_as_long_as_the_law_asks(jurisdiction: str, days: int) -> None:
    assert jurisdictions.load(jurisdiction).retention[RecordKind.AUDIT_LOG].minimum_days == days
    graph = _bucket(jurisdiction)
    assert named(graph, "log-lock").get("rule.defaultRetention") == {"mode": "COMPLIANCE", "days": days}
    assert named(graph, "trails-lifecycle").get("rules[0].expiration.days") > days


@pytest.mark.parametrize(("lifecycle", "mode"), [("retiring", "GOVERNANCE"), ("trial", "GOVERNANCE")])
def test_the_lock_can_be_lifted_when_not_live(lifecycle: str, mode: str) -> None:
    graph = _bucket(lifecycle=lifecycle)
    assert named(graph, "log-lock").get("rule.defaultRetention.mode") == mode
    assert all(b.get("forceDestroy") is (lifecycle == "trial") for b in graph.by_type["aws:s3/bucket:Bucket"])
    # Whether a bucket can hold locked objects is decided for good when it is made.
    assert named(graph, "log-trails-bucket-bucket").get("objectLockEnabled") is True


def test_configuration_history_has_no_default_lock() -> None:
    graph = _bucket()
    assert named(graph, "log-config-bucket-bucket").get("objectLockEnabled") is False
    assert len(graph.by_type["aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"]) == 1


def _asked(graph: Graph, bucket: str, action: str, path: str, **context: Any) -> str:
    policy = document(named(graph, f"log-{bucket}-bucket-policy"))
    service = context.pop("service", None)
    statements = [
        s for s in policy["Statement"] if s["Principal"] == "*" or (service and service in s["Principal"].values())
    ]
    keys = {key.replace("__", ":"): value for key, value in context.items()}
    keys.setdefault("aws:SecureTransport", "true")
    keys["aws:PrincipalIsAWSService"] = "true" if service else "false"
    name = {"trails": "audit-trail", "config": "config-history"}[bucket]
    arn = f"arn:aws-cn:s3:::tjemc-{LOG_ACCOUNT}-cn-north-1-{name}"
    return decision([{"Statement": statements}], action, f"{arn}{path}", keys)


def test_only_the_trails_named_write_each_below_its_own_account() -> None:
    graph = _bucket()
    trail = f"arn:aws-cn:cloudtrail:cn-north-1:{ACCOUNT}:trail/tjemc-{ACCOUNT}-cn-north-1-audit"
    put = {
        "service": "cloudtrail.amazonaws.com",
        "aws__SourceArn": trail,
        "s3__x-amz-acl": "bucket-owner-full-control",
        "s3__x-amz-server-side-encryption": "aws:kms",
    }
    assert _asked(graph, "trails", "s3:PutObject", f"/AWSLogs/{ACCOUNT}/CloudTrail/x", **put) == "allow"
    # Digests are written with S3's own key.
    digest = {**put, "s3__x-amz-server-side-encryption": "AES256"}
    assert _asked(graph, "trails", "s3:PutObject", f"/AWSLogs/{ACCOUNT}/CloudTrail-Digest/x", **digest) == "allow"
    foreign = {**put, "aws__SourceArn": trail.replace(ACCOUNT, "999999999999")}
    assert _asked(graph, "trails", "s3:PutObject", f"/AWSLogs/{ACCOUNT}/CloudTrail/x", **foreign) == "nothing"
    assert _asked(graph, "trails", "s3:PutObject", "/AWSLogs/999999999999/CloudTrail/x", **put) == "nothing"
    plain = {**put, "aws__SecureTransport": "false"}
    assert _asked(graph, "trails", "s3:PutObject", f"/AWSLogs/{ACCOUNT}/CloudTrail/x", **plain) == "deny"


def test_nobody_forges_or_deletes_logs() -> None:
    for action in ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"):
        assert _asked(_bucket(), "trails", action, f"/AWSLogs/{ACCOUNT}/CloudTrail/x") == "deny"
    assert _asked(_bucket(lifecycle="trial"), "trails", "s3:DeleteObjectVersion", "/x") == "nothing"


def test_configuration_history_comes_from_the_accounts_named() -> None:
    put = {"service": "config.amazonaws.com", "s3__x-amz-acl": "bucket-owner-full-control"}
    path = f"/AWSLogs/{ACCOUNT}/Config/cn-north-1/x"
    assert _asked(_bucket(), "config", "s3:PutObject", path, **put, aws__SourceAccount=ACCOUNT) == "allow"
    assert _asked(_bucket(), "config", "s3:PutObject", path, **put, aws__SourceAccount="999999999999") == "nothing"


def test_the_key_serves_the_trails_named() -> None:
    statements = document(named(_bucket(), "log-key-key"))["Statement"]
    (trails,) = [s for s in statements if s["Sid"] == "TrailsEncrypt"]
    assert len(trails["Condition"]["StringEquals"]["aws:SourceArn"]) == 2
    assert "kms:Decrypt" not in trails["Action"]


@pytest.mark.parametrize(("jurisdiction", "days"), [("cn-mainland", 180), ("eu", 365)])
def test_the_trail_sees_all_regions_and_shows_tampering(jurisdiction: str, days: int) -> None:
    graph = _trail(jurisdiction)
    trail = named(graph, "trail-trail")
    for setting in ("enableLogging", "enableLogFileValidation", "isMultiRegionTrail", "includeGlobalServiceEvents"):
        assert trail.get(setting) is True
    assert trail.get("kmsKeyId")
    group = named(graph, "trail-log-group")
    assert group.get("retentionInDays") == days
    assert graph.target(group, "kmsKeyId") == named(graph, "trail-key-key")
    assert graph.target(trail, "cloudWatchLogsGroupArn") == group


def _selected(graph: Graph) -> dict[str, dict[str, Any]]:
    selectors = named(graph, "trail-trail").get("advancedEventSelectors")
    return {
        s["name"]: {f["field"]: f.get("equals") or f.get("startsWiths") for f in s["fieldSelectors"]} for s in selectors
    }


def test_each_access_to_class_4_is_recorded() -> None:
    selected = _selected(_trail(sensitive_buckets=["b-images", "a-documents"], sensitive_tables=["sessions"]))
    assert selected["Management"] == {"eventCategory": ["Management"]}
    assert selected["Objects of class 4 and 5"]["resources.ARN"] == [
        "arn:aws-cn:s3:::a-documents/",
        "arn:aws-cn:s3:::b-images/",
    ]
    assert selected["Items of class 4 and 5"]["resources.ARN"] == [
        f"arn:aws-cn:dynamodb:cn-north-1:{ACCOUNT}:table/sessions",
        f"arn:aws-cn:dynamodb:cn-northwest-1:{ACCOUNT}:table/sessions",
    ]
    assert "Reads of the audit trail" not in selected


def test_reads_of_the_own_audit_bucket_are_recorded_and_writes_are_not() -> None:
    selected = _selected(_trail(log_account_id=ACCOUNT))
    assert set(selected) == {"Management", "Reads of the audit trail"}
    assert selected["Reads of the audit trail"]["readOnly"] == ["true"]


def test_touching_the_guard_rails_raises_an_alarm() -> None:
    graph = _trail()
    pattern = named(graph, "trail-watch").get("pattern")
    for word in (
        f"arn:aws-cn:iam::{ACCOUNT}:role/tjemc-break-glass",
        "policy/tjemc-boundary",
        "StopLogging",
        "ScheduleKeyDeletion",
    ):
        assert word in pattern
    assert len(pattern) <= 1024
    alarm = named(graph, "trail-alarm")
    assert alarm.get("alarmActions") == [f"arn:aws-cn:sns:cn-north-1:{ACCOUNT}:tjemc-{ACCOUNT}-cn-north-1-alarms"]
    transformed = named(graph, "trail-watch").get("metricTransformation")
    assert (transformed["namespace"], transformed["name"]) == (alarm.get("namespace"), alarm.get("metricName"))


def test_cloudtrail_writes_its_own_streams_only() -> None:
    (statement,) = document(named(_trail(), "trail-delivery-policy"))["Statement"]
    assert statement["Resource"].endswith(f":log-stream:{ACCOUNT}_CloudTrail_cn-north-1*")
    trust = json.dumps(document(named(_trail(), "trail-delivery"), "assumeRolePolicy"))
    assert f"tjemc-{ACCOUNT}-cn-north-1-audit" in trust

"""AccountBaseline: managed makes everything, existing makes nothing and says what to show."""

import pulumi
import pytest

from components.account_baseline import AccountBaseline, BaselineMode, evidence
from components.account_guardrail import boundary_arn
from components.audit_trail_bucket import AuditTrailBucket
from components.placement import role_arn
from policies.graph import Unknown, is_known, walk
from tests.components.accounts import ACCOUNT, LOG_ACCOUNT, REGIONS, baseline, document, graph_of, named, placement

JURISDICTIONS = sorted(REGIONS)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
@pytest.mark.parametrize("strict", [False, True])
def test_managed_makes_one_of_what_an_account_or_region_can_have_one_of(jurisdiction: str, strict: bool) -> None:
    graph = baseline(jurisdiction, strict=strict)
    for type_token in ("aws:cloudtrail/trail:Trail", "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"):
        assert len(graph.by_type[type_token]) == 1
    for type_token in (
        "aws:accessanalyzer/analyzer:Analyzer",
        "aws:cfg/deliveryChannel:DeliveryChannel",
        "aws:cfg/recorder:Recorder",
        "aws:ebs/encryptionByDefault:EncryptionByDefault",
        "aws:guardduty/detector:Detector",
        "aws:securityhub/account:Account",
    ):
        assert [r.region for r in graph.by_type[type_token]] == REGIONS[jurisdiction]


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_existing_makes_nothing_and_names_what_must_be_shown(jurisdiction: str) -> None:
    graph = baseline(jurisdiction, mode=BaselineMode.EXISTING)
    assert [r.name for r in graph.resources if r.custom and not r.type.startswith("pulumi:")] == []
    shown = evidence({"placement": placement(jurisdiction), "regions": REGIONS[jurisdiction]})  # type: ignore[typeddict-item]
    for word in ("CloudTrail", "Config", "GuardDuty", "disks", "public-access block", jurisdiction, "break-glass"):
        assert any(word in line for line in shown), word


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_every_policy_is_known_at_preview(jurisdiction: str) -> None:
    graph = baseline(jurisdiction, strict=True)
    unknown = [
        f"{resource.name}.{path}"
        for resource in graph.resources
        for path, value in walk(resource.inputs)
        if path.lower().endswith("policy") and (isinstance(value, Unknown) or not is_known(value))
    ]
    assert unknown == []


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_every_child_has_provider_and_place(jurisdiction: str) -> None:
    for resource in baseline(jurisdiction).resources:
        if resource.custom and not resource.type.startswith("pulumi:"):
            assert resource.provider, resource.name
            assert resource.region, resource.name
            assert resource.parent, resource.name


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_every_role_carries_the_boundary(jurisdiction: str) -> None:
    graph = baseline(jurisdiction)
    roles = graph.by_type["aws:iam/role:Role"]
    assert {role.get("permissionsBoundary") for role in roles} == {boundary_arn(placement(jurisdiction))}


def test_what_bounds_the_deploying_hands_is_not_made_by_them() -> None:
    graph = baseline()
    made = {r.get("name") for r in graph.of_type("aws:iam/role:Role", "aws:iam/policy:Policy")}
    assert not made & {"tjemc-boundary", "tjemc-deploy", "tjemc-audit", "tjemc-break-glass"}


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_each_use_of_the_break_glass_role_raises_an_alarm_in_each_region(jurisdiction: str) -> None:
    graph = baseline(jurisdiction)
    arn = role_arn(placement(jurisdiction), "break-glass")
    for region in REGIONS[jurisdiction]:
        rule = named(graph, f"break-glass-{region}")
        assert rule.region == region
        assert document(rule, "eventPattern")["detail"]["requestParameters"] == {"roleArn": [arn]}
        assert named(graph, f"break-glass-{region}-target").get("arn").endswith(f"{ACCOUNT}-{region}-alarms")


def test_names_fit_at_the_longest_the_stack_file_allows() -> None:
    def make(opts: pulumi.ResourceOptions) -> None:
        AccountBaseline(
            "workload",
            {
                "placement": {**placement(), "hospital": "abcdefghijkl"},
                "mode": BaselineMode.MANAGED,
                "region": "cn-northwest-1",
                "regions": ["cn-northwest-1"],
                "sensitive_buckets": [],
                "sensitive_tables": [],
            },
            opts=opts,
        )

    limits = {"aws:s3/bucket:Bucket": 63, "aws:iam/role:Role": 64}
    graph = graph_of(make, "cn-mainland")
    for type_token, limit in limits.items():
        for resource in graph.by_type[type_token]:
            name = resource.get("bucket") or resource.get("name")
            assert len(name) <= limit, name


def test_a_log_account_keeps_the_trail_out_of_reach() -> None:
    def make(opts: pulumi.ResourceOptions) -> None:
        where = {"placement": placement(account_id=LOG_ACCOUNT), "region": "cn-north-1"}
        log = AuditTrailBucket("log", {**where, "writer_account_ids": [ACCOUNT]}, opts=opts)  # type: ignore[typeddict-item]
        AccountBaseline(
            "workload",
            {
                "placement": placement(),
                "mode": BaselineMode.MANAGED,
                "region": "cn-north-1",
                "regions": REGIONS["cn-mainland"],
                "sensitive_buckets": [],
                "sensitive_tables": [],
                "log_account_id": LOG_ACCOUNT,
                "log_key_arn": log.key_arn,
            },
            opts=pulumi.ResourceOptions(provider=opts.provider, depends_on=[log]),
        )

    graph = graph_of(make, "cn-mainland")
    assert not any(r.get("bucket") and ACCOUNT in r.get("bucket") for r in graph.by_type["aws:s3/bucket:Bucket"])
    trail = named(graph, "workload-trail-trail")
    assert trail.get("s3BucketName") == f"tjemc-{LOG_ACCOUNT}-cn-north-1-audit-trail"
    channels = [named(graph, f"workload-{region}-channel") for region in REGIONS["cn-mainland"]]
    for waiting in (trail, *channels):
        assert any("log-trails-bucket" in urn for urn in waiting.depends_on), waiting.name
    assert {c.get("s3BucketName") for c in channels} == {f"tjemc-{LOG_ACCOUNT}-cn-north-1-config-history"}


def test_trial_can_be_torn_down_and_live_cannot() -> None:
    assert not [r.name for r in baseline(lifecycle="trial").resources if r.protect]
    assert not [r.name for r in baseline(lifecycle="retiring").resources if r.protect]
    protected = {r.name for r in baseline(lifecycle="live").resources if r.protect}
    assert {
        "workload-log-key-key",
        "workload-log-trails-bucket-bucket",
        "workload-log-config-bucket-bucket",
        "workload-trail-log-group",
        "workload-trail-trail",
    } <= protected

"""ThreatDetection and AccountDefaults: each region watched, each account closed before anything is made in it."""

from typing import Any

import pulumi
import pytest

from components.account_defaults import AccountDefaults, ServiceRole
from components.threat_detection import ThreatDetection, fallbacks
from policies.graph import Graph
from tests.components.accounts import ACCOUNT, REGIONS, document, graph_of, named, placement

JURISDICTIONS = sorted(REGIONS)


def _detection(jurisdiction: str, home: bool = True) -> Graph:
    def make(opts: pulumi.ResourceOptions) -> None:
        ThreatDetection(
            "watch",
            {
                "placement": placement(jurisdiction),
                "region": REGIONS[jurisdiction][0],
                "records_global_types": home,
                "config_bucket_name": "history",
                "key_arn": "arn:aws:kms:::key/1",
                "config_role_arn": "arn:aws:iam:::role/x",
            },
            opts=opts,
        )

    return graph_of(make, jurisdiction)


def _defaults(jurisdiction: str = "cn-mainland", **more: Any) -> Graph:
    def make(opts: pulumi.ResourceOptions) -> None:
        args = {"placement": placement(jurisdiction), "regions": REGIONS[jurisdiction], **more}
        AccountDefaults("defaults", args, opts=opts)  # type: ignore[arg-type]

    return graph_of(make, jurisdiction)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_detection_is_on(jurisdiction: str) -> None:
    graph = _detection(jurisdiction)
    assert named(graph, "watch-detector").get("enable") is True
    assert named(graph, "watch-recording").get("isEnabled") is True
    assert named(graph, "watch-recorder").get("recordingGroup.allSupported") is True
    region, partition = REGIONS[jurisdiction][0], {"cn-mainland": "aws-cn", "eu": "aws"}[jurisdiction]
    standard = f"arn:{partition}:securityhub:{region}::standards/aws-foundational-security-best-practices/v/1.0.0"
    assert named(graph, "watch-best-practices").get("standardsArn") == standard


def test_what_china_lacks_is_left_out_and_said() -> None:
    assert not list(_detection("cn-mainland").of_type("aws:guardduty/detectorFeature:DetectorFeature"))
    said = fallbacks(placement(), "cn-north-1")
    assert any("runtime-monitoring: absent in cn-north-1; instead: Falco" in line for line in said)


def test_runtime_monitoring_where_offered() -> None:
    feature = named(_detection("eu"), "watch-runtime-monitoring")
    assert feature.get("status") == "ENABLED"
    agents = {a["name"]: a["status"] for a in feature.get("additionalConfigurations")}
    assert len(agents) == 3
    assert agents["EKS_ADDON_MANAGEMENT"] == "ENABLED"
    assert fallbacks(placement("eu"), "eu-central-1") == []


def test_global_types_are_recorded_once() -> None:
    for home in (True, False):
        recorder = named(_detection("cn-mainland", home), "watch-recorder")
        assert recorder.get("recordingGroup.includeGlobalResourceTypes") is home


def test_findings_reach_the_alarm_topic() -> None:
    graph = _detection("cn-mainland")
    assert document(named(graph, "watch-findings"), "eventPattern")["detail"] == {"severity": [{"numeric": [">=", 7]}]}
    for target in graph.by_type["aws:cloudwatch/eventTarget:EventTarget"]:
        assert target.get("arn") == f"arn:aws-cn:sns:cn-north-1:{ACCOUNT}:tjemc-{ACCOUNT}-cn-north-1-alarms"


def test_the_recorder_starts_after_its_channel() -> None:
    graph = _detection("cn-mainland")
    assert any(urn.endswith("watch-channel") for urn in named(graph, "watch-recording").depends_on)
    assert any(urn.endswith("watch-recorder") for urn in named(graph, "watch-channel").depends_on)


# --- defaults ---------------------------------------------------------------------------------------------------------


def test_no_bucket_of_the_account_can_be_public() -> None:
    block = named(_defaults(), "defaults-public-access")
    settings = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(block.get(setting) is True for setting in settings)
    assert block.get("accountId") == ACCOUNT


def test_passwords_are_as_mlps_asks() -> None:
    policy = named(_defaults(), "defaults-passwords")
    assert policy.get("minimumPasswordLength") >= 14
    assert policy.get("passwordReusePrevention") == 24
    assert policy.get("maxPasswordAge") <= 90


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_disks_are_encrypted_with_the_hospital_s_key_in_each_region(jurisdiction: str) -> None:
    graph = _defaults(jurisdiction)
    for region in REGIONS[jurisdiction]:
        assert named(graph, f"{region}-encryption").get("enabled") is True
        key = named(graph, f"{region}-disks-key")
        assert graph.target(named(graph, f"{region}-default-key"), "keyArn") == key
        assert any(urn.endswith("defaults-autoscaling") for urn in key.depends_on)
        users = [s["Principal"].get("AWS") for s in document(key)["Statement"]]
        assert any("AWSServiceRoleForAutoScaling" in str(user) for user in users)


def test_roles_that_exist_are_left_alone() -> None:
    made = {r.get("awsServiceName") for r in _defaults().of_type("aws:iam/serviceLinkedRole:ServiceLinkedRole")}
    assert made == {"autoscaling.amazonaws.com", "config.amazonaws.com"}
    graph = _defaults(existing_service_roles=list(ServiceRole))
    assert not list(graph.of_type("aws:iam/serviceLinkedRole:ServiceLinkedRole"))
    assert "AWSServiceRoleForAutoScaling" in named(graph, "cn-north-1-disks-key").get("policy")

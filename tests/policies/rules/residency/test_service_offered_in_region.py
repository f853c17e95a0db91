import pytest

from tests.resources import assert_fails, assert_passes, outcomes, resource

RULE = "service-offered-in-region"


def test_a_service_that_the_region_offers_passes():
    assert_passes(RULE, resource("aws:sqs/queue:Queue"))


def test_a_service_that_is_absent_fails_and_names_what_replaces_it():
    pool = resource("aws:cognito/userPool:UserPool")
    assert_fails(RULE, pool, found="cognito.user-pools: absent in cn-north-1", wanted="Keycloak")
    assert_passes(RULE, resource("aws:cognito/userPool:UserPool", region_="eu-central-1"), jurisdiction="eu")


@pytest.mark.parametrize(
    ("type_token", "inputs", "capability"),
    [
        ("aws:sns/topicSubscription:TopicSubscription", {"protocol": "sms"}, "sns.sms"),
        (
            "aws:sfn/stateMachine:StateMachine",
            {"definition": '{"Resource": "arn:aws-cn:states:::http:invoke"}'},
            "http-task",
        ),
        ("aws:kms/key:Key", {"customerMasterKeySpec": "ML_KEM_768"}, "kms.ml-kem"),
        ("aws:dynamodb/table:Table", {"replicas": [{"consistencyMode": "STRONG"}]}, "multi-region-strong"),
        ("aws:eks/cluster:Cluster", {"kubernetesNetworkConfig": {"ipFamily": "ipv6"}}, "eks.ipv6"),
        ("aws:ec2/vpnConnection:VpnConnection", {}, "site-to-site-vpn"),
        ("aws:apigateway/restApi:RestApi", {"endpointConfiguration": {"types": "EDGE"}}, "edge-optimized"),
    ],
)
def test_a_feature_that_is_absent_fails(type_token, inputs, capability):
    assert_fails(RULE, resource(type_token, **inputs), found=capability)


def test_a_global_service_is_looked_up_where_its_provider_stands():
    assert_fails(RULE, resource("aws:globalaccelerator/accelerator:Accelerator"), found="globalaccelerator: absent")


def test_what_nobody_has_verified_is_left_to_another_rule():
    assert all(o.verdict.value == "pass" for o in outcomes(RULE, resource("aws:lb/listener:Listener", protocol="QUIC")))


def test_outside_the_jurisdiction_it_says_nothing():
    assert outcomes(RULE, resource("aws:sqs/queue:Queue", region_="us-east-1")) == []


def test_odd_shapes_do_not_raise():
    outcomes(RULE, resource("aws:apigateway/restApi:RestApi", endpointConfiguration=[7, None, {"types": {"a": 1}}]))
    outcomes(RULE, resource("aws:kms/key:Key", customerMasterKeySpec=["ML_KEM_768"]))

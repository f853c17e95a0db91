import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "machine-without-public-address"
INSTANCE = "aws:ec2/instance:Instance"
SUBNET = "aws:ec2/subnet:Subnet"


@pytest.mark.parametrize("type_token", [INSTANCE, SUBNET])
def test_private_ones_pass(type_token):
    assert_passes(RULE, resource(type_token))


@pytest.mark.parametrize(
    ("type_token", "inputs"),
    [
        (INSTANCE, {"associatePublicIpAddress": True}),
        (SUBNET, {"mapPublicIpOnLaunch": True}),
        ("aws:ec2/launchTemplate:LaunchTemplate", {"networkInterfaces": [{"associatePublicIpAddress": "true"}]}),
        ("aws:ecs/service:Service", {"networkConfiguration": {"assignPublicIp": True}}),
    ],
)
def test_a_public_address_fails(type_token, inputs):
    assert_fails(RULE, resource(type_token, **inputs), found="true", wanted="false")


def test_default_subnets_give_addresses_unless_told_not_to():
    assert_fails(RULE, resource("aws:ec2/defaultSubnet:DefaultSubnet"), found="nothing", wanted="false")
    assert_passes(RULE, resource("aws:ec2/defaultSubnet:DefaultSubnet", mapPublicIpOnLaunch=False))
    assert_fails(RULE, resource(INSTANCE, subnetId=None), found="nothing", wanted="a private subnet")


def test_an_elastic_address_belongs_to_no_machine():
    assert_fails(RULE, resource("aws:ec2/eip:Eip", instance="i-1"), found="i-1")
    assert outcomes(RULE, resource("aws:ec2/eip:Eip", domain="vpc")) == []


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(SUBNET, mapPublicIpOnLaunch=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(SUBNET, mapPublicIpOnLaunch=["no"]), found="no")
    assert_fails(RULE, resource(SUBNET, mapPublicIpOnLaunch=0), found="0")

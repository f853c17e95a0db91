import pytest

from policies.graph import Unknown
from tests.resources import arn, assert_fails, assert_passes, assert_unknown, resource

RULE = "network-flow-logged"
VPC = "aws:ec2/vpc:Vpc"
LOG = "aws:ec2/flowLog:FlowLog"


def test_a_network_with_a_flow_log_passes():
    assert_passes(RULE, resource(VPC), resource(LOG))


def test_two_halves_are_a_whole():
    accepted, rejected = resource(LOG, "accepted", trafficType="ACCEPT"), resource(LOG, "no", trafficType="REJECT")
    assert_passes(RULE, resource(VPC), accepted, rejected)


def test_a_network_without_fails():
    assert_fails(RULE, resource(VPC), found="no flow log", wanted="traffic_type ALL")


def test_another_networks_log_does_not_count():
    assert_fails(RULE, resource(VPC), resource(LOG, vpcId="vpc-0123"), found="no flow log")


def test_half_a_log_fails():
    assert_fails(RULE, resource(VPC), resource(LOG, trafficType="REJECT"), found="REJECT only")


def test_unknown_values_are_unknown():
    assert_unknown(RULE, resource(VPC), resource(LOG, trafficType=Unknown()))
    assert_unknown(RULE, resource(VPC), resource(LOG, vpcId=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(VPC), resource(LOG, trafficType=["ALL"]), found="only")
    assert_fails(RULE, resource(VPC), resource(LOG, vpcId={"odd": 1}), found="no flow log")


@pytest.mark.parametrize(
    "destination",
    [
        {"logDestination": arn("logs", "log-group:flows")},
        {"logDestination": Unknown()},
        {"logDestination": None, "logGroupName": "flows"},
        {"logDestinationType": "s3", "logDestination": "arn:aws-cn:s3:::flows"},
        {"logDestinationType": "kinesis-data-firehose", "logDestination": arn("firehose", "deliverystream/flows")},
    ],
)
def test_flows_may_go_to_a_log_group_a_bucket_or_a_stream(destination: dict):
    assert_passes(RULE, resource(VPC), resource(LOG, **destination))


@pytest.mark.parametrize(
    "destination",
    [
        {"logDestination": None},
        {"logDestination": "flows"},
        {"logDestination": "arn:aws-cn:s3:::flows"},
        {"logDestinationType": "s3", "logDestination": arn("logs", "log-group:flows")},
    ],
)
def test_flows_that_go_nowhere_fail(destination: dict):
    assert_fails(RULE, resource(VPC), resource(LOG, **destination), found="delivered to", wanted="log group")

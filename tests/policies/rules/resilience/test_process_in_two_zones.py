from typing import Any

import pytest

from policies.graph import Resource, Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, ref, resource

RULE = "process-in-two-zones"
SUBNET = "aws:ec2/subnet:Subnet"
SERVICE = "aws:ecs/service:Service"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"


def _subnet(name: str, zone: Any) -> Resource:
    return resource(SUBNET, name, availabilityZone=zone)


A, B = _subnet("a", "cn-north-1a"), _subnet("b", "cn-north-1b")
TWIN = _subnet("twin", "cn-north-1a")
BOTH = [ref(SUBNET, "a", "id"), ref(SUBNET, "b", "id")]
SAME = [ref(SUBNET, "a", "id"), ref(SUBNET, "twin", "id")]

PLACED: dict[str, Any] = {
    SERVICE: lambda subnets: {"desiredCount": 2, "networkConfiguration": {"subnets": subnets}},
    BALANCER: lambda subnets: {"subnets": subnets},
    "aws:autoscaling/group:Group": lambda subnets: {"minSize": 2, "vpcZoneIdentifiers": subnets},
    "aws:eks/cluster:Cluster": lambda subnets: {"vpcConfig": {"subnetIds": subnets}},
    "aws:eks/nodeGroup:NodeGroup": lambda subnets: {"scalingConfig": {"minSize": 2}, "subnetIds": subnets},
    "aws:lambda/function:Function": lambda subnets: {"vpcConfig": {"subnetIds": subnets}},
    "aws:rds/subnetGroup:SubnetGroup": lambda subnets: {"subnetIds": subnets},
}


@pytest.mark.parametrize("token", PLACED)
def test_two_zones_pass_one_fails(token: str):
    assert_passes(RULE, resource(token, **PLACED[token](BOTH)), A, B)
    assert_fails(RULE, resource(token, **PLACED[token](BOTH[:1])), A, found="one zone: cn-north-1a", wanted="two zones")
    assert_fails(RULE, resource(token, **PLACED[token](SAME)), A, TWIN, found="one zone: cn-north-1a")


def test_one_copy_is_not_enough():
    for token, inputs in (
        (SERVICE, {"networkConfiguration": {"subnets": BOTH}, "desiredCount": 1}),
        ("aws:autoscaling/group:Group", {"vpcZoneIdentifiers": BOTH, "minSize": 1}),
        ("aws:eks/nodeGroup:NodeGroup", {"subnetIds": BOTH, "scalingConfig": {"minSize": 1}}),
    ):
        assert_fails(RULE, resource(token, **inputs), A, B, found="1", wanted="2 or more")


def test_what_runs_on_every_machine_has_no_number():
    daemon = resource(SERVICE, schedulingStrategy="DAEMON", networkConfiguration={"subnets": BOTH})
    assert_passes(RULE, daemon, A, B)


def test_a_function_outside_a_network_is_not_asked():
    assert_passes(RULE, resource("aws:lambda/function:Function", runtime="python3.13"))


def test_a_balancer_without_subnets_fails():
    assert_fails(RULE, resource(BALANCER, subnets=None), found="nothing")


def test_subnets_by_id_or_of_unstated_zones_count_by_themselves():
    assert_passes(RULE, resource(BALANCER, subnets=["subnet-1", "subnet-2"]))
    assert_fails(RULE, resource(BALANCER, subnets=["subnet-1", "subnet-1"]), found="one zone")
    bare = [_subnet("a", None), _subnet("b", None)]
    assert_passes(RULE, resource(BALANCER, subnets=BOTH), *bare)


def test_subnets_that_are_not_known_are_undecided():
    assert_unknown(RULE, resource(BALANCER, subnets=Unknown()))
    assert_unknown(RULE, resource(SERVICE, networkConfiguration={"subnets": BOTH}, desiredCount=Unknown()), A, B)


def test_odd_shapes_never_pass():
    for odd in (7, {"a": 1}, [7], [None], "x"):
        found = outcomes(RULE, resource(BALANCER, subnets=odd))
        assert found and all(o.verdict.value != "pass" for o in found)

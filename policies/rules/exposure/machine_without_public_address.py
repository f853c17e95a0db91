from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import expect, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of

ADDRESSES: Final[Mapping[str, str]] = {
    "aws:cloudwatch/eventTarget:EventTarget": "ecsTarget.networkConfiguration.assignPublicIp",
    "aws:ec2/instance:Instance": "associatePublicIpAddress",
    "aws:ec2/launchConfiguration:LaunchConfiguration": "associatePublicIpAddress",
    "aws:ec2/launchTemplate:LaunchTemplate": "networkInterfaces[*].associatePublicIpAddress",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": "associatePublicIpAddress",
    "aws:ec2/subnet:Subnet": "mapPublicIpOnLaunch",
    "aws:ecs/service:Service": "networkConfiguration.assignPublicIp",
    "aws:ecs/taskSet:TaskSet": "networkConfiguration.assignPublicIp",
    "aws:scheduler/schedule:Schedule": "target.ecsParameters.networkConfiguration.assignPublicIp",
}
"""Type -> the input that gives a machine a public address."""

_DEFAULT_SUBNET = "aws:ec2/defaultSubnet:DefaultSubnet"
_ADDRESS = ("aws:ec2/eip:Eip", "aws:ec2/eipAssociation:EipAssociation")
_MACHINE = "aws:ec2/instance:Instance"
_WANTED = "false: a load balancer or endpoint in front of it"


@rule(
    title="Machines have no public address",
    title_zh="计算节点没有公网地址",
    severity=Severity.HIGH,
    types=(*ADDRESSES, _DEFAULT_SUBNET, *_ADDRESS),
    why="A public address puts every open port of a machine one rule away from the internet, and gives it a way out.",
    fix="Place machines in private subnets; leave the address to load balancers and NAT gateways.",
    good='aws.ec2.Subnet("application", map_public_ip_on_launch=False, ...)',
    bad='aws.ec2.Instance("viewer", associate_public_ip_address=True, ...)',
)
def machine_without_public_address(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the switches of machines, templates, tasks and subnets that give public addresses, and Elastic IPs that are
    bound to a machine. Not set is the closed state for all of them but two: an AWS-made default subnet gives addresses
    unless told not to, and a machine without a subnet stands in one."""
    if resource.type in _ADDRESS:
        for name in ("instance", "instanceId"):
            if resource.get(name) not in (None, ""):
                yield failed(resource, name, resource.get(name), "a NAT gateway or load balancer")
        return
    if resource.type == _DEFAULT_SUBNET:
        yield from expect(resource, "mapPublicIpOnLaunch", lambda value: one_of(value, False), "false")
        return
    if resource.type == _MACHINE and not any(
        resource.get(k) for k in ("subnetId", "networkInterfaces", "launchTemplate")
    ):
        yield failed(resource, "subnetId", None, "a private subnet; without one it stands in a public default subnet")
    for path, value in each(resource.inputs, ADDRESSES[resource.type]):
        if is_hidden(value):
            yield undecided(resource, path, value, _WANTED)
        elif value is None and "." in path:
            continue  # no network settings at all
        elif one_of(value, None, False, ""):
            yield passed(resource, path, "not set" if value is None else value)
        else:
            yield failed(resource, path, value, _WANTED)

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "security-group-ingress-limited"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
LEGACY = "aws:ec2/securityGroupRule:SecurityGroupRule"
PUBLIC = resource("aws:lb/loadBalancer:LoadBalancer", internal=False)
INTERNAL = resource("aws:lb/loadBalancer:LoadBalancer")


def everyone(port: object = 443, **more: object):
    return resource(INGRESS, cidrIpv4="0.0.0.0/0", **{"fromPort": port, "toPort": port, **more})


def test_named_networks_and_groups_pass():
    assert_passes(RULE, resource(INGRESS), resource(GROUP))


@pytest.mark.parametrize("port", [80, 443])
def test_everyone_may_reach_a_public_load_balancer(port):
    assert_passes(RULE, everyone(port), resource(GROUP), PUBLIC)


@pytest.mark.parametrize("port", [22, 5432, 8443])
def test_everyone_may_reach_no_other_port_of_it(port):
    assert_fails(RULE, everyone(port), resource(GROUP), PUBLIC, found=f"tcp {port} from 0.0.0.0/0")


def test_everyone_may_reach_nothing_else():
    assert_fails(RULE, everyone(), resource(GROUP), found="tcp 443 from 0.0.0.0/0", wanted="internet-facing")
    assert_fails(RULE, everyone(), resource(GROUP), INTERNAL, found="tcp 443")
    assert_fails(RULE, everyone(), found="tcp 443")
    instance = resource("aws:ec2/instance:Instance", vpcSecurityGroupIds=PUBLIC.inputs["securityGroups"])
    assert_fails(RULE, everyone(), resource(GROUP), PUBLIC, instance, found="tcp 443")
    assert_fails(RULE, everyone(toPort=65535), resource(GROUP), PUBLIC, found="tcp 443-65535")
    assert_fails(RULE, everyone(ipProtocol="-1"), resource(GROUP), PUBLIC, found="all protocols")


@pytest.mark.parametrize("cidr", ["::/0", "0.0.0.0/1", "128.0.0.0/2", "nonsense"])
def test_everyone_has_many_names(cidr):
    field = "cidrIpv6" if ":" in cidr else "cidrIpv4"
    rule = resource(INGRESS, **{"cidrIpv4": None, field: cidr}, fromPort=22, toPort=22)
    assert_fails(RULE, rule, resource(GROUP), found=cidr)


def test_all_ways_of_writing_it_are_read():
    ssh = {"protocol": "tcp", "fromPort": 22, "toPort": 22}
    assert_fails(RULE, resource(GROUP, ingress=[{**ssh, "cidrBlocks": ["10.0.0.0/8", "0.0.0.0/0"]}]), found="tcp 22")
    assert_fails(RULE, resource(LEGACY, type="ingress", ipv6CidrBlocks=["::/0"], **ssh), found="tcp 22 from ::/0")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(INGRESS, cidrIpv4=Unknown()))
    assert_unknown(RULE, resource(GROUP, ingress=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(GROUP, ingress=[7]), found="7")
    assert_fails(RULE, resource(GROUP, ingress="all"), found="all")

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, ref, resource

RULE = "security-group-egress-limited"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
LEGACY = "aws:ec2/securityGroupRule:SecurityGroupRule"
EVERYTHING = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}


def test_https_to_everywhere_and_anything_to_named_networks_pass():
    assert_passes(RULE, resource(EGRESS))
    assert_passes(RULE, resource(EGRESS, cidrIpv4="10.16.0.0/16", fromPort=5432, toPort=5432))
    assert_passes(RULE, resource(EGRESS, cidrIpv4=ref("aws:ec2/vpc:Vpc", "vpc", "cidrBlock"), ipProtocol="-1"))


@pytest.mark.parametrize(
    "change",
    [
        {"ipProtocol": "-1"},
        {"fromPort": 22, "toPort": 22},
        {"fromPort": 0, "toPort": 65535},
        {"ipProtocol": "udp"},
        {"fromPort": None},
        {"cidrIpv4": "0.0.0.0/1", "fromPort": 80, "toPort": 80},
        {"cidrIpv4": None, "cidrIpv6": "::/0", "ipProtocol": "-1"},
    ],
)
def test_anything_else_to_everywhere_fails(change):
    assert_fails(RULE, resource(EGRESS, **change), found="/", wanted="only tcp 443")


def test_all_four_ways_of_writing_it_are_read():
    assert_fails(RULE, resource(GROUP, egress=[EVERYTHING]), found="all protocols to 0.0.0.0/0")
    assert_fails(RULE, resource(LEGACY, type="egress", **EVERYTHING), found="all protocols to 0.0.0.0/0")
    assert outcomes(RULE, resource(LEGACY, type="ingress", **EVERYTHING)) == []
    assert outcomes(RULE, resource(GROUP)) == []


def test_a_prefix_list_of_the_program_is_looked_into():
    lists = "aws:ec2/managedPrefixList:ManagedPrefixList"
    rule = resource(EGRESS, cidrIpv4=None, ipProtocol="-1", prefixListId=ref(lists, "managedPrefixList", "id"))
    assert_fails(RULE, rule, resource(lists, entries=[{"cidr": "0.0.0.0/0"}]), found="0.0.0.0/0")
    assert_passes(RULE, rule, resource(lists, entries=[{"cidr": "10.0.0.0/8"}]))


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(EGRESS, cidrIpv4=Unknown()))
    assert_unknown(RULE, resource(GROUP, egress=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(GROUP, egress=["0.0.0.0/0"]), found="0.0.0.0/0")
    assert_fails(RULE, resource(EGRESS, cidrIpv4="everywhere", ipProtocol="-1"), found="everywhere")

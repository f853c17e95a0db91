import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "ports-named"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
LEGACY = "aws:ec2/securityGroupRule:SecurityGroupRule"
OWN = ref(GROUP, "securityGroup", "id")
OTHER = ref(GROUP, "other", "id")


def ports(first: object, last: object, direction: str = INGRESS, **inputs: object):
    return resource(direction, **{"cidrIpv4": "10.16.0.0/16", "fromPort": first, "toPort": last, **inputs})


@pytest.mark.parametrize(
    ("first", "last"),
    [(5432, 5432), (137, 139), (11112, 11127), (30000, 32767), (1024, 65535), (1025, 65535), (49152, 65535)],
)
def test_one_port_some_side_by_side_and_the_usual_ranges_pass(first: int, last: int):
    assert_passes(RULE, ports(first, last))
    assert_passes(RULE, ports(first, last, EGRESS))


@pytest.mark.parametrize(("first", "last"), [(0, 443), (221, 443), (26, 53), (2716, 5432), (512, 65535), (1025, 60000)])
def test_a_wide_range_fails(first: int, last: int):
    assert_fails(RULE, ports(first, last), found=f"tcp {first}-{last}", wanted="by name")
    assert_fails(RULE, ports(first, last, EGRESS), found=f"tcp {first}-{last}")
    assert_fails(RULE, ports(first, last, ipProtocol="udp"), found=f"udp {first}-{last}")


def test_all_ports_fail_in_and_pass_out():
    assert_fails(RULE, ports(0, 65535), found="tcp 0-65535")
    assert_fails(RULE, ports(None, None, ipProtocol="-1"), found="all protocols")
    assert_passes(RULE, ports(0, 65535, EGRESS))
    assert_passes(RULE, ports(None, None, EGRESS, ipProtocol="-1"))


def test_a_group_may_talk_to_itself():
    everything = {"cidrIpv4": None, "ipProtocol": "-1"}
    itself = ports(None, None, **everything, referencedSecurityGroupId=OWN)
    assert_passes(RULE, itself, resource(GROUP))
    another = ports(None, None, **everything, referencedSecurityGroupId=OTHER)
    assert_fails(RULE, another, resource(GROUP), resource(GROUP, "other"), found="all protocols")


@pytest.mark.parametrize(("bond", "good"), [({"self": True}, True), ({"securityGroups": [OTHER]}, False)])
def test_rules_inside_a_group_are_read(bond: dict[str, object], good: bool):
    group = resource(GROUP, ingress=[{"protocol": "tcp", "fromPort": 0, "toPort": 65535, **bond}])
    if good:
        assert_passes(RULE, group)
    else:
        assert_fails(RULE, group, resource(GROUP, "other"), found="tcp 0-65535")


def test_the_older_form_is_read():
    stated = {"type": "ingress", "securityGroupId": OWN, "protocol": "tcp", "fromPort": 0, "toPort": 5432}
    assert_fails(RULE, resource(LEGACY, **stated, sourceSecurityGroupId=OTHER), found="tcp 0-5432")
    assert_passes(RULE, resource(LEGACY, **{**stated, "fromPort": 5432}, sourceSecurityGroupId=OTHER))


def test_messages_without_ports_pass():
    assert_passes(RULE, ports(-1, -1, ipProtocol="icmp"))


def test_unknown_is_unknown():
    assert_unknown(RULE, ports(Unknown(), 443))
    assert_unknown(RULE, ports(443, Unknown()))

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "default-security-group-closed"
VPC = "aws:ec2/vpc:Vpc"
GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"


def test_a_network_whose_default_group_is_managed_passes():
    assert_passes(RULE, resource(VPC), resource(GROUP))
    assert_passes(RULE, resource(GROUP))


def test_a_network_without_it_fails():
    assert_fails(RULE, resource(VPC), found="no DefaultSecurityGroup", wanted="without rules")


def test_a_default_group_with_a_rule_fails():
    rule = [{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}]
    assert_fails(RULE, resource(GROUP, ingress=rule), found="self", wanted="no rule")
    assert_fails(RULE, resource(GROUP, egress=rule), found="self", wanted="no rule")
    ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    other = resource(ingress, securityGroupId=ref(GROUP, "defaultSecurityGroup", "id"))
    assert_fails(RULE, resource(GROUP), other, found="the rule securityGroupIngressRule")


def test_empty_lists_are_no_rules():
    assert_passes(RULE, resource(GROUP, ingress=[], egress=[]))


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(GROUP, ingress=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(GROUP, ingress="all"), found="all")

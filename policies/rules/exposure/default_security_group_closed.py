from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden
from policies.rules.exposure._security_groups import (
    DEFAULT_GROUP,
    EGRESS_RULE,
    INGRESS_RULE,
    LEGACY_RULE,
)

_VPC = "aws:ec2/vpc:Vpc"
_DEFAULT_VPC = "aws:ec2/defaultVpc:DefaultVpc"


@rule(
    title="The default security group of each network is closed",
    title_zh="每个网络的默认安全组不含任何规则",
    severity=Severity.MEDIUM,
    types=(_VPC, _DEFAULT_VPC, DEFAULT_GROUP),
    scope=Scope.GRAPH,
    why="Whatever is made without a group gets the default one, whose members all talk to each other and to the world.",
    fix="Manage it without rules: aws.ec2.DefaultSecurityGroup(vpc_id=vpc.id).",
    good='aws.ec2.DefaultSecurityGroup("closed", vpc_id=vpc.id)',
    bad='aws.ec2.Vpc("network", ...)  # nobody takes the rules of its default group away',
)
def default_security_group_closed(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Each VPC needs a DefaultSecurityGroup of the program, and that one states no rule in either direction, nor does a
    rule resource refer to it."""
    if resource.type != DEFAULT_GROUP:
        found = facts.graph.referring(resource, DEFAULT_GROUP, path="vpcId")
        if found:
            yield passed(resource, "", f"its default group is {found[0].name}")
        else:
            yield failed(resource, "", "no DefaultSecurityGroup for it", "one without rules")
        return
    stated = [row for direction in ("ingress", "egress") for row in each(resource.inputs, f"{direction}[*]")]
    others = facts.graph.referring(resource, LEGACY_RULE, INGRESS_RULE, EGRESS_RULE, path="securityGroupId")
    for path, row in stated:
        if is_hidden(row):
            yield undecided(resource, path, row, "no rule")
        else:
            yield failed(resource, path, row, "no rule")
    for other in others:
        yield failed(resource, "", f"the rule {other.name}", "no rule")
    if not stated and not others:
        yield passed(resource, "", "no rule")

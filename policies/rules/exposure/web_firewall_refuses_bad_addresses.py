from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules.exposure._web_firewall import ACL, ADDRESSES, OTHER, refuses

_REPUTE: Final = "AWSManagedRulesAmazonIpReputationList"


@rule(
    title="A web application firewall refuses addresses of bad repute",
    title_zh="Web 应用防火墙拒绝信誉不良的地址",
    severity=Severity.LOW,
    types=(ACL,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="Machines that are known to attack others come back with attacks that no pattern knows yet.",
    fix="Add the group AWSManagedRulesAmazonIpReputationList, without an override to count.",
    good='{"name": "bad-repute", "override_action": {"none": {}}, '
    '"statement": {"managed_rule_group_statement": {"name": "AWSManagedRulesAmazonIpReputationList", ...}}, ...}',
    bad='aws.wafv2.WebAcl("entry", default_action={"allow": {}}, rules=[rate, common], ...)',
)
def web_firewall_refuses_bad_addresses(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the same rules as web-firewall-refuses-attacks. One of those that refuse must be AWS's list of addresses of bad
    repute, a list of addresses of the hospital's own (a set of IP addresses), or a group of a vendor or of its own, whose
    contents no program shows. A web ACL that blocks by default needs none.

    Source: AWS WAF developer guide, "IP reputation rule groups" (K)."""
    yield from refuses(resource, facts, (_REPUTE, ADDRESSES, OTHER))

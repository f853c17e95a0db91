from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.exposure._web_firewall import ACL, ADDRESSES, OTHER, blocks_by_default, refused

_REPUTE: Final = "AWSManagedRulesAmazonIpReputationList"
_ANY_OF: Final = (_REPUTE, ADDRESSES, OTHER)


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
    if blocks_by_default(resource):
        yield passed(resource, "defaultAction", "blocks what no rule allows")
        return
    kept, hidden = refused(resource, facts)
    found = next((kind for kind in _ANY_OF if kind in kept), "")
    if found:
        yield passed(resource, "rules", f"refuses by {found}")
    elif hidden:
        yield undecided(resource, "rules", hidden[0], f"a rule that refuses by {_REPUTE}")
    else:
        yield failed(
            resource,
            "rules",
            f"rules that refuse: {', '.join(sorted(kept)) or 'none'}",
            f"one that refuses by {_REPUTE}",
        )

from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden

FIREWALL: Final = "aws:networkfirewall/firewall:Firewall"
POLICY: Final = "aws:networkfirewall/firewallPolicy:FirewallPolicy"
GROUP: Final = "aws:networkfirewall/ruleGroup:RuleGroup"
_OF_AWS: Final = ":aws-managed:"
"""What the ARNs of AWS's own groups hold; those forbid what is known to be bad, and pass nothing."""
_STATEFUL: Final = "firewallPolicy.statefulRuleGroupReferences"
_STATELESS: Final = "firewallPolicy.statelessRuleGroupReferences"


@rule(
    title="A firewall has its policy, and the policy its rules",
    title_zh="网络防火墙绑定策略，策略绑定规则组",
    severity=Severity.HIGH,
    types=(FIREWALL, POLICY, GROUP),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A list of allowed domains protects nothing while the firewall that stands in the way follows another policy.",
    fix="Name the policy in the firewall and the rule groups in the policy, all of the same program.",
    good='aws.networkfirewall.Firewall("out", firewall_policy_arn=policy.arn, ...)',
    bad='aws.networkfirewall.Firewall("out", firewall_policy_arn="arn:aws-cn:network-firewall:...:firewall-policy/other", ...)',
)
def firewall_has_rules(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Follows a network firewall to its policy, the policy to its rule groups, and looks whether these hold any rule; what
    the rules let pass is another rule's matter (firewall-allows-by-list). A policy needs one stateful group at least: only
    that engine reads names. AWS's own groups count as known. A policy or group that the program does not show leaves it
    undecided: it may let pass everything.

    Sources: Security Hub controls NetworkFirewall.3 and NetworkFirewall.6 (K); API reference, UpdateFirewallPolicy (M)."""
    if resource.type == FIREWALL:
        yield _named(resource, "firewallPolicyArn", resource.get("firewallPolicyArn"), POLICY, facts)
    elif resource.type == POLICY:
        yield from _groups(resource, facts)
    else:
        yield _filled(resource)


def _named(resource: Resource, path: str, value: Value, type_token: str, facts: Facts) -> Outcome:
    wanted = f"a {type_token.rpartition(':')[2]} of this program"
    target = facts.target(resource, path, type_token)
    if target is not None and not target.external:
        return passed(resource, path, target.name)
    if isinstance(value, str) and value and type_token == GROUP and _OF_AWS in value:
        return passed(resource, path, value)
    if value in (None, "") or not (isinstance(value, str) or is_hidden(value)):
        return failed(resource, path, value, wanted)
    return undecided(resource, path, value, wanted)


def _groups(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    stateful = list(each(resource.inputs, f"{_STATEFUL}[*]"))
    if not stateful:
        yield failed(resource, _STATEFUL, resource.get(_STATEFUL), "at least one stateful rule group")
    for at in (_STATEFUL, _STATELESS):
        for path, value in each(resource.inputs, f"{at}[*].resourceArn"):
            yield _named(resource, path, value, GROUP, facts)


def _filled(resource: Resource) -> Outcome:
    wanted = "rules: a list, single rules or rules in Suricata's language"
    stated = [("rules", resource.get("rules")), *each(resource.inputs, "ruleGroup.rulesSource")]
    for path, value in stated:
        if is_hidden(value):
            return undecided(resource, path, value, wanted)
        rows = value.values() if isinstance(value, dict) else [value]
        if any(row not in (None, "", [], {}) for row in rows) and not isinstance(value, (bool, int, float)):
            return passed(resource, path, "holds rules")
    return failed(resource, "ruleGroup.rulesSource", stated[-1][1], wanted)

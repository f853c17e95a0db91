import pytest

from policies.graph import Unknown
from tests.resources import arn, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "firewall-has-rules"
FIREWALL = "aws:networkfirewall/firewall:Firewall"
POLICY = "aws:networkfirewall/firewallPolicy:FirewallPolicy"
GROUP = "aws:networkfirewall/ruleGroup:RuleGroup"
NAMED = resource(POLICY)
DOMAINS = resource(GROUP, ruleGroup={"rulesSource": {"rulesSourceList": {"targets": ["api.insurance.example"]}}})
OF_AWS = (
    "arn:aws-cn:network-firewall:cn-north-1:aws-managed:stateful-rulegroup/BotNetCommandAndControlDomainsStrictOrder"
)


def policy(*arns: object, stateless: object = None):
    rows = [{"priority": 1, "resourceArn": value} for value in arns]
    inner = {"statefulRuleGroupReferences": rows, "statelessRuleGroupReferences": stateless}
    return resource(POLICY, firewallPolicy={k: v for k, v in inner.items() if v})


def test_a_firewall_follows_a_policy_of_the_program():
    assert_passes(RULE, resource(FIREWALL, firewallPolicyArn=ref(POLICY, "firewallPolicy")), NAMED)


def test_a_policy_that_is_not_in_sight_is_not_passed():
    other = arn("network-firewall", "firewall-policy/other")
    assert_unknown(RULE, resource(FIREWALL, firewallPolicyArn=other), NAMED)
    assert_unknown(RULE, resource(FIREWALL, firewallPolicyArn=Unknown()), NAMED)
    assert_fails(RULE, resource(FIREWALL, firewallPolicyArn=None), NAMED, found="nothing", wanted="FirewallPolicy")


def test_a_policy_names_groups_of_the_program():
    assert_passes(RULE, policy(ref(GROUP, "ruleGroup")), DOMAINS)
    assert_passes(RULE, policy(ref(GROUP, "ruleGroup"), OF_AWS), DOMAINS)
    assert_unknown(RULE, policy(arn("network-firewall", "stateful-rulegroup/other")), DOMAINS)
    assert_unknown(RULE, policy(Unknown()), DOMAINS)
    before = [{"priority": 1, "resourceArn": arn("network-firewall", "stateless-rulegroup/other")}]
    assert_unknown(RULE, policy(ref(GROUP, "ruleGroup"), stateless=before), DOMAINS)


def test_a_policy_without_groups_fails():
    assert_fails(RULE, policy(), found="nothing", wanted="stateful rule group")
    assert_fails(RULE, policy(None), found="nothing", wanted="RuleGroup")
    assert_unknown(RULE, resource(POLICY, firewallPolicy=Unknown()))


@pytest.mark.parametrize(
    "source",
    [
        {"rulesSourceList": {"targets": ["api.insurance.example"]}},
        {"rulesString": "drop ip any any -> any any (sid:1;)"},
        {"statefulRules": [{"action": "DROP"}]},
        {"statelessRulesAndCustomActions": {"statelessRules": [{"priority": 1}]}},
    ],
)
def test_a_group_holds_rules(source: dict):
    assert_passes(RULE, resource(GROUP, ruleGroup={"rulesSource": source}))
    empty = {next(iter(source)): None}
    assert_fails(RULE, resource(GROUP, ruleGroup={"rulesSource": empty}), found="ule", wanted="rules")


def test_an_empty_group_fails():
    assert_passes(RULE, resource(GROUP, rules="drop ip any any -> any any (sid:1;)"))
    for odd in (None, {}, 7, {"rulesSource": 7}, {"rulesSource": {}}):
        assert_fails(RULE, resource(GROUP, ruleGroup=odd), found="", wanted="rules")
    assert_unknown(RULE, resource(GROUP, ruleGroup=Unknown()))

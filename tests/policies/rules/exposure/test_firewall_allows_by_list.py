import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "firewall-allows-by-list"
POLICY = "aws:networkfirewall/firewallPolicy:FirewallPolicy"
GROUP = "aws:networkfirewall/ruleGroup:RuleGroup"
GOOD = {
    "statelessDefaultActions": ["aws:forward_to_sfe"],
    "statelessFragmentDefaultActions": ["aws:drop"],
    "statefulEngineOptions": {"ruleOrder": "STRICT_ORDER"},
    "statefulDefaultActions": ["aws:alert_established", "aws:drop_established"],
}


def policy(**changes: object):
    return resource(POLICY, firewallPolicy={k: v for k, v in {**GOOD, **changes}.items() if v is not None})


def group(kind: object):
    return resource(GROUP, ruleGroup={"rulesSource": {"rulesSourceList": {"generatedRulesType": kind}}})


def test_what_no_rule_allows_is_dropped():
    assert_passes(RULE, policy())
    assert_passes(RULE, group("ALLOWLIST"))


@pytest.mark.parametrize(
    ("change", "found", "wanted"),
    [
        ({"statelessDefaultActions": ["aws:pass"]}, "aws:pass", "aws:forward_to_sfe"),
        ({"statelessDefaultActions": None}, "nothing", "aws:forward_to_sfe"),
        ({"statelessFragmentDefaultActions": ["aws:pass"]}, "aws:pass", "aws:drop"),
        ({"statefulEngineOptions": None}, "nothing", "STRICT_ORDER"),
        ({"statefulEngineOptions": {"ruleOrder": "DEFAULT_ACTION_ORDER"}}, "DEFAULT_ACTION_ORDER", "STRICT_ORDER"),
        ({"statefulDefaultActions": None}, "nothing", "aws:drop_established"),
        ({"statefulDefaultActions": ["aws:alert_strict"]}, "aws:alert_strict", "aws:drop_established"),
    ],
)
def test_each_way_to_let_pass_what_no_rule_forbids_fails(change, found, wanted):
    assert_fails(RULE, policy(**change), found=found, wanted=wanted)


def test_a_list_of_what_is_forbidden_fails():
    assert_fails(RULE, group("DENYLIST"), found="DENYLIST", wanted="ALLOWLIST")


def test_rules_in_another_language_are_not_read():
    assert_passes(RULE, resource(GROUP, ruleGroup={"rulesSource": {"rulesString": "pass tcp any any"}}))


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(POLICY, firewallPolicy=Unknown()))
    assert_unknown(RULE, policy(statefulDefaultActions=Unknown()))
    assert_unknown(RULE, group(Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(POLICY, firewallPolicy="strict"), found="strict")
    assert_fails(RULE, resource(POLICY), found="nothing")
    assert_fails(RULE, policy(statelessDefaultActions="aws:drop"), found="aws:drop")
    assert_fails(RULE, group(["ALLOWLIST"]), found="ALLOWLIST")

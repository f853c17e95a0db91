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
    source = {"generatedRulesType": kind, "targets": ["api.insurance.example"]}
    return resource(GROUP, ruleGroup={"rulesSource": {"rulesSourceList": source}})


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


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(POLICY, firewallPolicy=Unknown()))
    assert_unknown(RULE, policy(statefulDefaultActions=Unknown()))
    assert_unknown(RULE, group(Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(POLICY, firewallPolicy="strict"), found="strict")
    assert_fails(RULE, resource(POLICY, firewallPolicy=None), found="nothing")
    assert_fails(RULE, policy(statelessDefaultActions="aws:drop"), found="aws:drop")
    assert_fails(RULE, group(["ALLOWLIST"]), found="ALLOWLIST")


def listed(*targets: object):
    source = {"generatedRulesType": "ALLOWLIST", "targets": list(targets)}
    return resource(GROUP, ruleGroup={"rulesSource": {"rulesSourceList": source}})


def test_the_list_names_domains():
    assert_passes(RULE, listed("api.insurance.example", ".mirror.example", ".amazonaws.com.cn"))
    for wide in (".com", "*", ".", ".com.cn", ".co.uk", "*.cn"):
        assert_fails(RULE, listed("api.insurance.example", wide), found=wide, wanted="domains by name")
    assert_unknown(RULE, listed(Unknown()))


PASS_ALL = "pass tcp any any -> any any (sid:1;)"


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ('pass tls $HOME_NET any -> any 443 (tls.sni; content:"api.insurance.example"; sid:1;)', True),
        ("pass tcp $HOME_NET any -> 10.16.0.0/16 443 (sid:1;)", True),
        ("drop ip any any -> any any (sid:1;)", True),
        ("# pass ip any any -> any any (sid:1;)", True),
        (PASS_ALL, False),
        ('pass ip $HOME_NET any -> $EXTERNAL_NET any (msg:"all"; sid:2;)', False),
    ],
)
def test_rules_in_suricatas_language(line: str, good: bool):
    subject = resource(
        GROUP, ruleGroup={"rulesSource": {"rulesString": f"drop icmp any any -> any any (sid:9;)\n{line}"}}
    )
    if good:
        assert_passes(RULE, subject)
    else:
        assert_fails(RULE, subject, found="pass", wanted="named domains")
    assert_fails(RULE, resource(GROUP, rules=PASS_ALL), found=PASS_ALL)


def single(action: str, destination: str, *options: str):
    row = {"action": action, "header": {"destination": destination}, "ruleOptions": [{"keyword": o} for o in options]}
    return resource(GROUP, ruleGroup={"rulesSource": {"statefulRules": [row]}})


def test_single_rules():
    assert_passes(RULE, single("PASS", "10.16.0.0/16"))
    assert_passes(RULE, single("DROP", "ANY"))
    assert_passes(RULE, single("PASS", "ANY", "tls.sni"))
    assert_fails(RULE, single("PASS", "ANY", "sid"), found="PASS to ANY")
    assert_fails(RULE, single("PASS", "0.0.0.0/0"), found="PASS to 0.0.0.0/0")


def test_rules_before_the_engine():
    def stateless(action: str, to: str):
        definition = {"actions": [action], "matchAttributes": {"destinations": [{"addressDefinition": to}]}}
        source = {"statelessRulesAndCustomActions": {"statelessRules": [{"ruleDefinition": definition}]}}
        return resource(GROUP, ruleGroup={"rulesSource": source})

    assert_passes(RULE, stateless("aws:forward_to_sfe", "0.0.0.0/0"))
    assert_passes(RULE, stateless("aws:pass", "10.16.0.0/16"))
    assert_fails(RULE, stateless("aws:pass", "0.0.0.0/0"), found="aws:pass to everywhere")

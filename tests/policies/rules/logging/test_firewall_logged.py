import pytest

from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "firewall-logged"
FIREWALL = "aws:networkfirewall/firewall:Firewall"
POLICY = "aws:networkfirewall/firewallPolicy:FirewallPolicy"
GROUP = "aws:networkfirewall/ruleGroup:RuleGroup"
LOGGING = "aws:networkfirewall/loggingConfiguration:LoggingConfiguration"


def log(*kinds: object, **changes: object):
    rows = [{"logType": kind, "logDestination": {"logGroup": "/hospital/egress"}, **changes} for kind in kinds]
    configuration = {"logDestinationConfigs": rows}
    return resource(LOGGING, firewallArn=ref(FIREWALL, "firewall"), loggingConfiguration=configuration)


def test_both_logs_with_a_destination():
    assert_passes(RULE, resource(FIREWALL), log("ALERT", "FLOW"))
    assert_passes(RULE, resource(FIREWALL), log("ALERT", "FLOW", logDestination={"logGroup": Unknown()}))


@pytest.mark.parametrize(("kinds", "missing"), [(["FLOW"], "ALERT"), (["ALERT"], "FLOW"), (["TLS"], "ALERT")])
def test_one_alone_fails(kinds: list[str], missing: str):
    assert_fails(RULE, resource(FIREWALL), log(*kinds), found=kinds[0], wanted=missing)


def test_no_log_or_one_that_goes_nowhere_fails():
    assert_fails(RULE, resource(FIREWALL), found="no log", wanted="ALERT")
    assert_fails(
        RULE, resource(FIREWALL), log("ALERT", "FLOW", logDestination=None), found="ALERT", wanted="destination"
    )
    assert_fails(RULE, resource(FIREWALL), log("ALERT", "FLOW", logDestination={}), found="ALERT", wanted="destination")
    elsewhere = resource(LOGGING, firewallArn=ref(FIREWALL, "another"), loggingConfiguration={})
    assert_fails(RULE, resource(FIREWALL), elsewhere, found="no log")
    odd = resource(LOGGING, firewallArn=ref(FIREWALL, "firewall"), loggingConfiguration="FLOW")
    assert_fails(RULE, resource(FIREWALL), odd, found="")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(FIREWALL), log("ALERT", Unknown()))
    hidden = resource(LOGGING, firewallArn=ref(FIREWALL, "firewall"), loggingConfiguration=Unknown())
    assert_unknown(RULE, resource(FIREWALL), hidden)
    assert_unknown(RULE, resource(POLICY, firewallPolicy={"statefulDefaultActions": Unknown()}))


def test_a_trial_and_a_low_class_are_not_asked():
    assert_passes(RULE, resource(FIREWALL), lifecycle="trial")
    assert_passes(RULE, resource(FIREWALL, tags={**TAGS, "hospital-cloud:data-class": "2"}))


def policy(*actions: str):
    inner = {
        "statefulDefaultActions": list(actions),
        "statefulRuleGroupReferences": [{"priority": 1, "resourceArn": ref(GROUP, "ruleGroup")}],
    }
    return resource(POLICY, firewallPolicy=inner)


def group(**source: object):
    return resource(GROUP, ruleGroup={"rulesSource": source})


def test_what_is_refused_is_written_down():
    assert_passes(RULE, policy("aws:alert_established", "aws:drop_established"))
    assert_fails(RULE, policy("aws:drop_established"), found="aws:drop_established", wanted="aws:alert_established")
    assert_fails(RULE, policy(), found="[]", wanted="aws:alert_established")
    for odd in (None, "drop", 7, {"statefulDefaultActions": {}}):
        assert_fails(RULE, resource(POLICY, firewallPolicy=odd), found="", wanted="aws:alert_established")


def test_a_rule_that_tells_of_everything_does_too():
    assert_passes(RULE, policy("aws:drop_strict"), group(rulesString="drop tcp $HOME_NET any -> any any (sid:9;)"))
    assert_passes(
        RULE, policy("aws:drop_strict"), group(statefulRules=[{"action": "ALERT", "header": {"destination": "ANY"}}])
    )
    for narrow in (
        group(rulesString="drop tcp $HOME_NET any -> 10.0.0.0/8 any (sid:9;)"),
        group(rulesString="pass tcp $HOME_NET any -> any any (sid:9;)"),
        group(statefulRules=[{"action": "PASS", "header": {"destination": "ANY"}}]),
    ):
        assert_fails(RULE, policy("aws:drop_strict"), narrow, found="aws:drop_strict")

import json
from typing import Any

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "web-firewall-refuses-attacks"
ACL = "aws:wafv2/webAcl:WebAcl"
ACL_RULE = "aws:wafv2/webAclRule:WebAclRule"
GROUP = "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation"
DATABASE = resource("aws:rds/cluster:Cluster")


def rate(action: str = "block") -> dict[str, Any]:
    return {"action": {action: {}}, "statement": {"rateBasedStatement": {"limit": 20000}}}


def group(name: str, vendor: str = "AWS", override: str = "none") -> dict[str, Any]:
    statement = {"managedRuleGroupStatement": {"vendorName": vendor, "name": name}}
    return {"overrideAction": {override: {}}, "statement": statement}


COMMON = group("AWSManagedRulesCommonRuleSet")
KNOWN = group("AWSManagedRulesKnownBadInputsRuleSet")
SQL = group("AWSManagedRulesSQLiRuleSet")


def acl(*rows: Any, **changes: Any):
    return resource(ACL, **{"rules": list(rows), **changes})


def test_a_rate_and_the_groups_of_known_attacks():
    assert_passes(RULE, acl(rate(), COMMON, KNOWN))
    assert_passes(RULE, acl(rate(), COMMON, KNOWN, SQL), DATABASE)
    for action in ("captcha", "challenge"):
        assert_passes(RULE, acl(rate(action), COMMON, KNOWN))


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([], "a rate"),
        ([COMMON, KNOWN, SQL], "a rate"),
        ([rate("count"), COMMON, KNOWN, SQL], "a rate"),
        ([rate(), KNOWN, SQL], "AWSManagedRulesCommonRuleSet"),
        ([rate(), group("AWSManagedRulesCommonRuleSet", override="count"), KNOWN, SQL], "AWSManagedRulesCommonRuleSet"),
        ([rate(), COMMON, SQL], "AWSManagedRulesKnownBadInputsRuleSet"),
        ([rate(), COMMON, KNOWN], "AWSManagedRulesSQLiRuleSet"),
    ],
)
def test_one_missing_or_counting_fails(rows: list[Any], wanted: str):
    assert_fails(RULE, acl(*rows), DATABASE, found="rules that refuse", wanted=wanted)


def test_a_group_that_cannot_be_read_takes_their_place():
    own = {"overrideAction": {"none": {}}, "statement": {"ruleGroupReferenceStatement": {"arn": "arn:..."}}}
    assert_passes(RULE, acl(rate(), own), DATABASE)
    assert_passes(RULE, acl(rate(), group("OWASP", vendor="Fortinet")), DATABASE)
    assert_fails(RULE, acl(rate(), {**own, "overrideAction": {"count": {}}}), found="a rate", wanted="CommonRuleSet")
    injection = {"action": {"block": {}}, "statement": {"sqliMatchStatement": {}}}
    assert_passes(RULE, acl(rate(), COMMON, KNOWN, injection), DATABASE)


def test_rules_as_json_and_beside_it():
    text = json.dumps(
        [
            {"Action": {"Block": {}}, "Statement": {"RateBasedStatement": {"Limit": 2000}}},
            {
                "OverrideAction": {"None": {}},
                "Statement": {
                    "ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}
                },
            },
        ]
    )
    assert_fails(RULE, acl(ruleJson=text), found="a rate", wanted="KnownBadInputs")
    beside = resource(
        GROUP,
        webAclArn=ref(ACL, "webAcl"),
        managedRuleGroup={"vendorName": "AWS", "name": "AWSManagedRulesKnownBadInputsRuleSet"},
    )
    assert_passes(RULE, acl(ruleJson=text), beside)
    counting = resource(GROUP, **{**beside.inputs, "overrideAction": "count"})
    assert_fails(RULE, acl(ruleJson=text), counting, found="a rate", wanted="KnownBadInputs")
    assert_passes(RULE, acl(COMMON, KNOWN), resource(ACL_RULE, webAclArn=ref(ACL, "webAcl"), **rate()))


def test_what_blocks_by_default_needs_none():
    assert_passes(RULE, acl(defaultAction={"block": {}}))
    assert_fails(RULE, acl(defaultAction={"block": None, "allow": {}}), found="none", wanted="a rate")


def test_unknown_is_unknown():
    assert_unknown(RULE, acl(rules=Unknown()))
    assert_unknown(RULE, acl(rate(), COMMON, Unknown()))
    assert_unknown(RULE, acl(ruleJson=Unknown()))


def test_odd_shapes_fail():
    for odd in (None, 7, "rules", {"statement": 7}, [None], ["x"]):
        assert_fails(RULE, acl(rules=odd), found="none", wanted="a rate")
    assert_fails(RULE, acl(ruleJson="{"), found="none")

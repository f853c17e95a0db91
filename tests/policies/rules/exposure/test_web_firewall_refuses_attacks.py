import json
from typing import Any

import pytest

from policies.graph import Unknown
from tests.policies.web_acls import ACL, COMMON, KNOWN, SQL, acl, group, rate
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "web-firewall-refuses-attacks"
GROUP = "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation"


def test_the_group_of_known_attacks():
    assert_passes(RULE, acl(COMMON))
    assert_passes(RULE, acl(rate(), COMMON, KNOWN))


@pytest.mark.parametrize(
    "rows",
    [[], [rate(), KNOWN, SQL], [rate(), group("AWSManagedRulesCommonRuleSet", override="count"), KNOWN, SQL]],
)
def test_missing_or_counting_fails(rows: list[Any]):
    assert_fails(RULE, acl(*rows), found="rules that refuse", wanted="AWSManagedRulesCommonRuleSet")


def test_a_group_that_cannot_be_read_takes_its_place():
    own = {"overrideAction": {"none": {}}, "statement": {"ruleGroupReferenceStatement": {"arn": "arn:..."}}}
    assert_passes(RULE, acl(rate(), own))
    assert_passes(RULE, acl(rate(), group("OWASP", vendor="Fortinet")))
    assert_fails(RULE, acl(rate(), {**own, "overrideAction": {"count": {}}}), found="a rate", wanted="CommonRuleSet")


def test_rules_as_json_and_beside_it():
    statement = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
    text = json.dumps([{"OverrideAction": {"None": {}}, "Statement": statement}])
    assert_passes(RULE, acl(ruleJson=text))
    beside = resource(
        GROUP,
        webAclArn=ref(ACL, "webAcl"),
        managedRuleGroup={"vendorName": "AWS", "name": "AWSManagedRulesCommonRuleSet"},
    )
    assert_passes(RULE, acl(), beside)
    assert_fails(RULE, acl(), resource(GROUP, **{**beside.inputs, "overrideAction": "count"}), found="none")


def test_what_blocks_by_default_needs_none():
    assert_passes(RULE, acl(defaultAction={"block": {}}))
    assert_fails(RULE, acl(defaultAction={"block": None, "allow": {}}), found="none", wanted="CommonRuleSet")


def test_unknown_is_unknown():
    assert_unknown(RULE, acl(rules=Unknown()))
    assert_unknown(RULE, acl(rate(), KNOWN, Unknown()))
    assert_unknown(RULE, acl(ruleJson=Unknown()))


def test_odd_shapes_fail():
    for odd in (None, 7, "rules", {"statement": 7}, [None], ["x"]):
        assert_fails(RULE, acl(rules=odd), found="none", wanted="CommonRuleSet")
    assert_fails(RULE, acl(ruleJson="{"), found="none")

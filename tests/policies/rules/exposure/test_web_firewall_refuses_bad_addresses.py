import json
from typing import Any

from policies.graph import Unknown
from tests.policies.web_acls import ACL, acl, group
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "web-firewall-refuses-bad-addresses"
REPUTE = "AWSManagedRulesAmazonIpReputationList"


def addresses(action: str) -> dict[str, Any]:
    return {"action": {action: {}}, "statement": {"ipSetReferenceStatement": {"arn": "arn:aws:wafv2:..."}}}


def test_a_list_of_addresses_passes():
    assert_passes(RULE, acl(group(REPUTE)))
    assert_passes(RULE, acl(addresses("block")))
    assert_passes(RULE, acl(group("bad-bots", vendor="F5")))
    assert_passes(RULE, acl(rules=None, ruleJson=json.dumps([group(REPUTE)])))


def test_other_groups_are_not_enough():
    assert_fails(RULE, acl(group("AWSManagedRulesCommonRuleSet")), found="CommonRuleSet", wanted=REPUTE)
    assert_fails(RULE, acl(), found="none", wanted=REPUTE)


def test_one_that_only_counts_or_allows_does_not():
    assert_fails(RULE, acl(group(REPUTE, override="count")), found="none")
    assert_fails(RULE, acl(addresses("allow")), found="none")


def test_a_rule_beside_it_counts():
    beside = resource("aws:wafv2/webAclRule:WebAclRule", webAclArn=ref(ACL, "webAcl"), **group(REPUTE))
    assert_passes(RULE, acl(), beside)


def test_one_that_blocks_by_default_needs_none():
    assert_passes(RULE, acl(defaultAction={"block": {}}))


def test_unknown_is_unknown():
    assert_unknown(RULE, acl(rules=Unknown()))
    assert_unknown(RULE, acl(Unknown()))

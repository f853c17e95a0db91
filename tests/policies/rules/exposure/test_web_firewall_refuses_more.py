from typing import Any

import pytest

from policies.graph import Unknown
from tests.policies.web_acls import ACL, COMMON, KNOWN, SQL, acl, group, rate
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "web-firewall-refuses-more"
ACL_RULE = "aws:wafv2/webAclRule:WebAclRule"
DATABASE = resource("aws:rds/cluster:Cluster")


def test_a_rate_and_the_groups():
    for action in ("block", "captcha", "challenge"):
        assert_passes(RULE, acl(rate(action), KNOWN))
    assert_passes(RULE, acl(rate(), KNOWN, SQL), DATABASE)


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([], "a rate"),
        ([COMMON, KNOWN, SQL], "a rate"),
        ([rate("count"), KNOWN, SQL], "a rate"),
        ([rate(), COMMON, SQL], "AWSManagedRulesKnownBadInputsRuleSet"),
        ([rate(), COMMON, KNOWN], "AWSManagedRulesSQLiRuleSet"),
    ],
)
def test_one_missing_or_counting_fails(rows: list[Any], wanted: str):
    assert_fails(RULE, acl(*rows), DATABASE, found="rules that refuse", wanted=wanted)


def test_what_takes_the_place_of_a_group():
    assert_passes(RULE, acl(rate(), group("OWASP", vendor="Fortinet")), DATABASE)
    injection = {"action": {"block": {}}, "statement": {"sqliMatchStatement": {}}}
    assert_passes(RULE, acl(rate(), KNOWN, injection), DATABASE)


def test_a_rule_beside_it():
    assert_passes(RULE, acl(KNOWN), resource(ACL_RULE, webAclArn=ref(ACL, "webAcl"), **rate()))


def test_what_blocks_by_default_needs_none():
    assert_passes(RULE, acl(defaultAction={"block": {}}), DATABASE)


def test_unknown_is_unknown():
    assert_unknown(RULE, acl(rules=Unknown()))
    assert_unknown(RULE, acl(rate(), COMMON, Unknown()))


def test_odd_shapes_fail():
    for odd in (None, 7, "rules", {"statement": 7}, [None], ["x"]):
        assert_fails(RULE, acl(rules=odd), found="none", wanted="a rate")

from typing import Any

import pytest

from policies.graph import Resource, Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "names-allowed-by-list"
GROUP = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup"
ROW = "aws:route53/resolverFirewallRule:ResolverFirewallRule"
LIST = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList"
ASSOCIATION = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
OF_GROUP = {"firewallRuleGroupId": ref(GROUP, "resolverFirewallRuleGroup", "id")}


def row(name: str, action: str, priority: int, *domains: Any) -> list[Resource]:
    names = resource(LIST, f"{name}-list", domains=list(domains))
    return [
        names,
        resource(
            ROW, name, action=action, priority=priority, firewallDomainListId=ref(LIST, names.name, "id"), **OF_GROUP
        ),
    ]


TAKEN = resource(ASSOCIATION, **OF_GROUP)
ALLOW = row("allow", "ALLOW", 100, "*.amazonaws.com.cn.", "api.insurance.example.")
BLOCK = row("block", "BLOCK", 200, "*.")


def test_named_and_the_rest_blocked_passes():
    assert_passes(RULE, resource(GROUP), TAKEN, *ALLOW, *BLOCK)


def test_a_list_of_what_is_bad_alone_fails():
    bad = row("bad", "BLOCK", 100, "malware.example.")
    assert_fails(RULE, resource(GROUP), TAKEN, *bad, found="no rule that blocks all other names")
    assert_fails(RULE, resource(GROUP), TAKEN, found="no rule that blocks")


@pytest.mark.parametrize("wide", ["*", "*.", "*.com.", "*.com.cn"])
def test_allowing_everything_fails(wide: str):
    assert_fails(RULE, resource(GROUP), TAKEN, *row("wide", "ALLOW", 50, wide), *BLOCK, found=f"ALLOW {wide}")


def test_the_order_counts():
    first = row("first", "BLOCK", 10, "*")
    assert_fails(RULE, resource(GROUP), TAKEN, *ALLOW, *first, found="comes before")


def test_what_cannot_be_seen_is_undecided():
    hidden = resource(ROW, "hidden", action="ALLOW", priority=1, firewallDomainListId=Unknown(), **OF_GROUP)
    assert_unknown(RULE, resource(GROUP), TAKEN, hidden)
    assert_unknown(RULE, resource(GROUP), TAKEN, *BLOCK, hidden)


def test_a_list_that_is_not_in_sight_is_not_passed():
    other = resource(ROW, "other", action="ALLOW", priority=1, firewallDomainListId="rslvr-fdl-1", **OF_GROUP)
    assert_unknown(RULE, resource(GROUP), TAKEN, *ALLOW, *BLOCK, other)
    of_aws = resource(ROW, "bad", action="BLOCK", priority=1, firewallDomainListId="rslvr-fdl-2", **OF_GROUP)
    assert_passes(RULE, resource(GROUP), TAKEN, *ALLOW, *BLOCK, of_aws)
    threats = resource(ROW, "threats", action="BLOCK", priority=2, dnsThreatProtection="DGA", **OF_GROUP)
    assert_passes(RULE, resource(GROUP), TAKEN, *ALLOW, *BLOCK, threats)


def test_a_group_that_no_network_takes_fails_where_there_is_one():
    network = resource("aws:ec2/vpc:Vpc")
    assert_fails(RULE, resource(GROUP), network, *BLOCK, found="no network", wanted="Association")
    assert_passes(RULE, resource(GROUP), *BLOCK)
    assert_passes(RULE, resource(GROUP), resource("aws:ec2/vpc:Vpc", region_="cn-northwest-1"), *BLOCK)
    shared = resource(
        "aws:ram/resourceAssociation:ResourceAssociation", resourceArn=ref(GROUP, "resolverFirewallRuleGroup")
    )
    assert_passes(RULE, resource(GROUP), network, shared, *BLOCK)


def test_a_network_takes_a_group_that_is_in_sight():
    assert_passes(RULE, TAKEN, resource(GROUP), *ALLOW, *BLOCK)
    assert_unknown(RULE, resource(ASSOCIATION, firewallRuleGroupId="rslvr-frg-1"), resource(GROUP))
    assert_unknown(RULE, resource(ASSOCIATION, firewallRuleGroupId=Unknown()), resource(GROUP))
    assert_fails(RULE, resource(ASSOCIATION), resource(GROUP), found="nothing", wanted="of this program")


def test_odd_shapes_fail():
    for odd in (None, 7, "x", {}):
        names = resource(LIST, "odd", domains=odd)
        odd_row = resource(ROW, "odd", action="BLOCK", firewallDomainListId=ref(LIST, "odd", "id"), **OF_GROUP)
        assert_fails(RULE, resource(GROUP), TAKEN, names, odd_row, found="no rule that blocks")

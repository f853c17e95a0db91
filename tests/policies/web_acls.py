"""Web ACLs and their rules, as the tests of the rules on web firewalls write them."""

from typing import Any

from policies.graph import Resource
from tests.resources import resource

ACL = "aws:wafv2/webAcl:WebAcl"


def rate(action: str = "block") -> dict[str, Any]:
    return {"action": {action: {}}, "statement": {"rateBasedStatement": {"limit": 20000}}}


def group(name: str, vendor: str = "AWS", override: str = "none") -> dict[str, Any]:
    statement = {"managedRuleGroupStatement": {"vendorName": vendor, "name": name}}
    return {"overrideAction": {override: {}}, "statement": statement}


COMMON = group("AWSManagedRulesCommonRuleSet")
KNOWN = group("AWSManagedRulesKnownBadInputsRuleSet")
SQL = group("AWSManagedRulesSQLiRuleSet")


def acl(*rows: Any, **changes: Any) -> Resource:
    return resource(ACL, **{"rules": list(rows), **changes})

from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules.exposure._web_firewall import ACL, COMMON, OTHER, refuses


@rule(
    title="A web application firewall refuses known attacks",
    title_zh="Web 应用防火墙阻断已知攻击",
    severity=Severity.MEDIUM,
    types=(ACL,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A web ACL without rules, or with rules that only count, stands before the entry and lets everyone in.",
    fix="Add AWSManagedRulesCommonRuleSet or a group of your own, without an override to count.",
    good='{"name": "common", "override_action": {"none": {}}, "statement": {"managed_rule_group_statement": {...}}, ...}',
    bad='aws.wafv2.WebAcl("entry", default_action={"allow": {}}, rules=[], ...)',
)
def web_firewall_refuses_attacks(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the rules of a web ACL whose default is to allow: in it, as JSON, or beside it as resources of their own.
    AWS's common group must be among them; a group of a vendor or of the hospital's own, whose contents no program shows,
    takes its place. A rule counts where it blocks, challenges or asks for a captcha; one that only counts does not, nor a
    group that is overridden to count. A web ACL that blocks by default needs none. What else should be refused is advice
    (web-firewall-refuses-more).

    Sources: AWS WAF developer guide, "Baseline rule groups" (K); Security Hub control WAF.10 (K)."""
    yield from refuses(resource, facts, (COMMON, OTHER))

from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.exposure._web_firewall import ACL, OTHER, RATE, SQL, blocks_by_default, refused

_DATABASES: Final = ("aws:rds/cluster:Cluster", "aws:rds/instance:Instance")
_BASELINE: Final = ("AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet")


@rule(
    title="A web application firewall refuses known attacks and floods of requests",
    title_zh="Web 应用防火墙阻断已知攻击与请求洪泛",
    severity=Severity.MEDIUM,
    types=(ACL,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A web ACL without rules, or with rules that only count, stands before the entry and lets everyone in.",
    fix="Add a rate-based rule that blocks, and the groups that the finding names, without an override to count.",
    good='{"name": "common", "override_action": {"none": {}}, "statement": {"managed_rule_group_statement": {...}}, ...}',
    bad='aws.wafv2.WebAcl("entry", default_action={"allow": {}}, rules=[], ...)',
)
def web_firewall_refuses_attacks(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the rules of a web ACL whose default is to allow: in it, as JSON, or beside it as resources of their own. One must
    limit the rate of requests. AWS's common group and its group of known bad inputs must be among them, and its group
    against SQL injection where the program has a relational database; a group of a vendor or of the hospital's own, whose
    contents no program shows, takes their place. A rule counts where it blocks, challenges or asks for a captcha; one that
    only counts does not, nor a group that is overridden to count. A web ACL that blocks by default needs none.

    Sources: AWS WAF developer guide, "Baseline rule groups" and "Rate-based rule statement" (K); Security Hub control
    WAF.10 (K)."""
    if blocks_by_default(resource):
        yield passed(resource, "defaultAction", "blocks what no rule allows")
        return
    kept, hidden = refused(resource, facts)
    for wanted in _wanted(facts):
        if wanted in kept or (wanted != RATE and OTHER in kept):
            yield passed(resource, "rules", f"refuses by {wanted if wanted in kept else OTHER}")
        elif hidden:
            yield undecided(resource, "rules", hidden[0], f"a rule that refuses by {wanted}")
        else:
            found = f"rules that refuse: {', '.join(sorted(kept)) or 'none'}"
            yield failed(resource, "rules", found, f"one that refuses by {wanted}")


def _wanted(facts: Facts) -> Iterator[str]:
    yield RATE
    yield from _BASELINE
    if next(facts.graph.of_type(*_DATABASES), None) is not None:
        yield SQL

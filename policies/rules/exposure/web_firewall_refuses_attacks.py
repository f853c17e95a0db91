from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.facts import Facts
from policies.graph import Resource, Value, as_list
from policies.registry import Scope, failed, passed, rule, undecided
from policies.resolve import decoded
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_ACL: Final = "aws:wafv2/webAcl:WebAcl"
_BESIDE: Final = (
    "aws:wafv2/webAclRule:WebAclRule",
    "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation",
)
_DATABASES: Final = ("aws:rds/cluster:Cluster", "aws:rds/instance:Instance")
_REFUSING: Final = ("block", "captcha", "challenge")
_BASELINE: Final = ("AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet")
_SQL: Final = "AWSManagedRulesSQLiRuleSet"
_RATE: Final = "a rate"
_OTHER: Final = "a group of its own or of a vendor"


@rule(
    title="A web application firewall refuses known attacks and floods of requests",
    title_zh="Web 应用防火墙阻断已知攻击与请求洪泛",
    severity=Severity.MEDIUM,
    types=(_ACL,),
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
    default = resource.get("defaultAction")
    if isinstance(default, Mapping) and default.get("block") is not None and default.get("allow") is None:
        yield passed(resource, "defaultAction", "blocks what no rule allows")
        return
    rows = _rows(resource, facts)
    hidden = [row for row in rows if is_hidden(row)]
    kept = {kind for row in rows if isinstance(row, Mapping) for kind in _refused_by(row)}
    for wanted in _wanted(facts):
        if wanted in kept or (wanted != _RATE and _OTHER in kept):
            yield passed(resource, "rules", f"refuses by {wanted if wanted in kept else _OTHER}")
        elif hidden:
            yield undecided(resource, "rules", hidden[0], f"a rule that refuses by {wanted}")
        else:
            found = f"rules that refuse: {', '.join(sorted(kept)) or 'none'}"
            yield failed(resource, "rules", found, f"one that refuses by {wanted}")


def _wanted(facts: Facts) -> Iterator[str]:
    yield _RATE
    yield from _BASELINE
    if next(facts.graph.of_type(*_DATABASES), None) is not None:
        yield _SQL


def _rows(resource: Resource, facts: Facts) -> list[Value]:
    """The rules, each as a mapping in the provider's own writing, or hidden."""
    text = resource.get("ruleJson")
    rows = [
        *_several(resource.get("rules")),
        *_several(_uncapitalised(decoded(text)) if isinstance(text, str) else text),
    ]
    return [*rows, *(other.inputs for other in facts.satellites(resource, *_BESIDE, path="webAclArn"))]


def _several(value: Value) -> list[Value]:
    return [value] if is_hidden(value) else as_list(value)


def _uncapitalised(value: Any) -> Any:
    """JSON as the service's own interface writes it: `OverrideAction` for `overrideAction`."""
    if isinstance(value, Mapping):
        return {str(key)[:1].lower() + str(key)[1:]: _uncapitalised(inner) for key, inner in value.items()}
    return [_uncapitalised(inner) for inner in value] if isinstance(value, list) else value


def _refused_by(row: Mapping[str, Value]) -> Iterator[str]:
    """What a rule refuses by; nothing where it only counts or allows."""
    statement = row.get("statement") if "statement" in row else row
    if not isinstance(statement, Mapping):
        return
    action, override = row.get("action"), row.get("overrideAction")
    if isinstance(action, Mapping) and any(action.get(word) is not None for word in _REFUSING):
        if statement.get("rateBasedStatement") is not None:
            yield _RATE
        elif statement.get("sqliMatchStatement") is not None:
            yield _SQL
    counts = override == "count" or (isinstance(override, Mapping) and override.get("count") is not None)
    if counts:
        return
    for key in ("managedRuleGroupStatement", "managedRuleGroup"):
        group = statement.get(key)
        if isinstance(group, Mapping):
            yield str(group.get("name")) if group.get("vendorName") == "AWS" else _OTHER
    if any(statement.get(key) is not None for key in ("ruleGroupReferenceStatement", "ruleGroupReference")):
        yield _OTHER

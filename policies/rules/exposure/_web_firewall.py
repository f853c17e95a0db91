"""What a web ACL refuses by: its rules in it, as JSON, or beside it as resources of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.facts import Facts
from policies.graph import Resource, Value, as_list
from policies.registry import failed, passed, undecided
from policies.resolve import decoded
from policies.results import Outcome
from policies.rules._paths import is_hidden

ACL: Final = "aws:wafv2/webAcl:WebAcl"
COMMON: Final = "AWSManagedRulesCommonRuleSet"
KNOWN: Final = "AWSManagedRulesKnownBadInputsRuleSet"
SQL: Final = "AWSManagedRulesSQLiRuleSet"
RATE: Final = "a rate"
ADDRESSES: Final = "a list of addresses"
OTHER: Final = "a group of its own or of a vendor"

_BESIDE: Final = (
    "aws:wafv2/webAclRule:WebAclRule",
    "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation",
)
_REFUSING: Final = ("block", "captcha", "challenge")


def _blocks_by_default(resource: Resource) -> bool:
    """Whether a web ACL refuses whatever no rule allows."""
    default = resource.get("defaultAction")
    return isinstance(default, Mapping) and default.get("block") is not None and default.get("allow") is None


def refuses(resource: Resource, facts: Facts, *asked: tuple[str, ...]) -> Iterator[Outcome]:
    """One outcome for each row of kinds, one of which the rules of a web ACL must refuse by; a message names the first of
    them. `OTHER` among them: a group whose contents no program shows may hold it."""
    if _blocks_by_default(resource):
        yield passed(resource, "defaultAction", "blocks what no rule allows")
        return
    kept, hidden = _refused(resource, facts)
    for kinds in asked:
        found = next((kind for kind in kinds if kind in kept), "")
        if found:
            yield passed(resource, "rules", f"refuses by {found}")
        elif hidden:
            yield undecided(resource, "rules", hidden[0], f"a rule that refuses by {kinds[0]}")
        else:
            shown = f"rules that refuse: {', '.join(sorted(kept)) or 'none'}"
            yield failed(resource, "rules", shown, f"one that refuses by {kinds[0]}")


def _refused(resource: Resource, facts: Facts) -> tuple[set[str], list[Value]]:
    """(what its rules refuse by, the rules that cannot be seen before deploy)."""
    rows = _rows(resource, facts)
    kinds = {kind for row in rows if isinstance(row, Mapping) for kind in _refused_by(row)}
    return kinds, [row for row in rows if is_hidden(row)]


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
            yield RATE
        elif statement.get("sqliMatchStatement") is not None:
            yield SQL
        elif statement.get("ipSetReferenceStatement") is not None:
            yield ADDRESSES
    counts = override == "count" or (isinstance(override, Mapping) and override.get("count") is not None)
    if counts:
        return
    for key in ("managedRuleGroupStatement", "managedRuleGroup"):
        group = statement.get(key)
        if isinstance(group, Mapping):
            yield str(group.get("name")) if group.get("vendorName") == "AWS" else OTHER
    if any(statement.get(key) is not None for key in ("ruleGroupReferenceStatement", "ruleGroupReference")):
        yield OTHER

from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import decided, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden
from policies.rules.exposure._allowed import open_rules, open_stateful, open_stateless, takes_in_everything

_POLICY = "aws:networkfirewall/firewallPolicy:FirewallPolicy"
_GROUP = "aws:networkfirewall/ruleGroup:RuleGroup"
_DROPS = ("aws:drop_strict", "aws:drop_established", "aws:drop_established_app_layer")
_FIRST = ("aws:drop", "aws:forward_to_sfe")
_RULES = "ruleGroup.rulesSource"
_SOURCE = f"{_RULES}.rulesSourceList"


@rule(
    title="The way out is a list of what is allowed",
    title_zh="出站流量仅允许白名单域名",
    severity=Severity.HIGH,
    types=(_POLICY, _GROUP),
    data_classes="3-5",
    why="A firewall that lets pass what no rule forbids is no limit: nobody can forbid every address.",
    fix="Drop by default, in strict order, and allow domains by name.",
    good='stateful_default_actions=["aws:drop_established"], generated_rules_type="ALLOWLIST"',
    bad='stateless_default_actions=["aws:pass"]',
)
def firewall_allows_by_list(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads firewall policies: packets may only be dropped or handed to the stateful engine before it, never passed;
    the stateful engine must work in strict order and drop what no rule allowed (without strict order it passes it).
    Reads the rules of groups. Domain lists must allow (ALLOWLIST), not forbid, and name domains: no star, no suffix under
    which anybody registers (.com, .com.cn). Rules written out, one by one or in Suricata's language, may pass traffic to
    everywhere only where they ask for a name or a content. Stateless rules may not pass packets to everywhere: the
    engine that knows names would not see them."""
    if resource.type == _GROUP:
        yield from _group(resource)
        return
    for name in ("statelessDefaultActions", "statelessFragmentDefaultActions"):
        yield from _all_of(resource, f"firewallPolicy.{name}", _FIRST, "aws:drop or aws:forward_to_sfe")
    for path, value in each(resource.inputs, "firewallPolicy.statefulEngineOptions.ruleOrder"):
        yield from _one(resource, path, value, ("STRICT_ORDER",))
    for path, value in each(resource.inputs, "firewallPolicy"):
        actions = value.get("statefulDefaultActions") if isinstance(value, dict) else value
        where = f"{path}.statefulDefaultActions"
        if is_hidden(actions):
            yield undecided(resource, where, actions, _DROPS[1])
        elif isinstance(actions, list) and any(action in _DROPS for action in actions if isinstance(action, str)):
            yield passed(resource, where, actions)
        else:
            yield failed(resource, where, actions, f"{_DROPS[0]} or {_DROPS[1]}")


def _group(resource: Resource) -> Iterator[Outcome]:
    text = resource.get("rules") or resource.get(f"{_RULES}.rulesString")
    stated = [found for found in each(resource.inputs, f"{_SOURCE}.generatedRulesType") if found[1] is not None]
    for path, value in stated:
        yield from _one(resource, path, value, ("ALLOWLIST",))
    if any(value == "ALLOWLIST" for _, value in stated):
        yield from _names(resource)
    if is_hidden(text) or is_hidden(resource.get("ruleGroup")):
        yield undecided(resource, "ruleGroup", text, "rules that can be read")
        return
    wrong: list[tuple[str, Value]] = []
    if isinstance(text, str):
        wrong += [(f"{_RULES}.rulesString", line) for line in open_rules(text)]
    for path, source in each(resource.inputs, _RULES):
        wrong += [*open_stateful(source, path), *open_stateless(source, path)]
    for path, found in wrong:
        yield failed(resource, path, found, "passed only to named domains or networks")
    if not wrong and not stated:
        yield (
            passed(resource, "ruleGroup", "no rule passes traffic to everywhere")
            if _has_rules(resource, text)
            else not_applicable(resource, "no rules in sight")
        )


def _has_rules(resource: Resource, text: Value) -> bool:
    return bool(text) or any(bool(source) for _, source in each(resource.inputs, _RULES))


def _names(resource: Resource) -> Iterator[Outcome]:
    wanted = "domains by name, each registered by somebody who is meant"
    for path, targets in each(resource.inputs, f"{_SOURCE}.targets"):
        wide = [t for t in targets if takes_in_everything(t)] if isinstance(targets, list) else targets
        if is_hidden(targets):
            yield undecided(resource, path, targets, wanted)
        elif wide or not isinstance(targets, list):
            yield failed(resource, path, wide, wanted)
        elif hidden := [t for t in targets if is_hidden(t)]:
            yield undecided(resource, path, hidden[0], wanted)
        else:
            yield passed(resource, path, f"{len(targets)} domains")


def _all_of(resource: Resource, pattern: str, allowed: tuple[str, ...], wanted: str) -> Iterator[Outcome]:
    for path, value in each(resource.inputs, pattern):
        yield decided(resource, path, value, lambda found: _are_all(found, allowed), wanted)


def _are_all(found: Value, allowed: tuple[str, ...]) -> bool:
    """Whether a list is there, whose words are all allowed."""
    return (
        isinstance(found, list) and bool(found) and all(v in allowed for v in found if not isinstance(v, (list, dict)))
    )


def _one(resource: Resource, path: str, value: Value, allowed: tuple[str, ...]) -> Iterator[Outcome]:
    yield decided(resource, path, value, lambda v: isinstance(v, str) and v in allowed, allowed[0])

from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden

_POLICY = "aws:networkfirewall/firewallPolicy:FirewallPolicy"
_GROUP = "aws:networkfirewall/ruleGroup:RuleGroup"
_DROPS = ("aws:drop_strict", "aws:drop_established", "aws:drop_established_app_layer")
_FIRST = ("aws:drop", "aws:forward_to_sfe")
_SOURCE = "ruleGroup.rulesSource.rulesSourceList"


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
    Reads domain lists of rule groups: they must allow (ALLOWLIST), not forbid. Rule groups written in Suricata's
    language or as single rules are not read: not applicable."""
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
    stated = [found for found in each(resource.inputs, f"{_SOURCE}.generatedRulesType") if found[1] is not None]
    for path, value in stated:
        yield from _one(resource, path, value, ("ALLOWLIST",))
    if not stated:
        yield not_applicable(resource, "no list of domains")


def _all_of(resource: Resource, pattern: str, allowed: tuple[str, ...], wanted: str) -> Iterator[Outcome]:
    for path, value in each(resource.inputs, pattern):
        if is_hidden(value):
            yield undecided(resource, path, value, wanted)
        elif isinstance(value, list) and value and all(v in allowed for v in value if not isinstance(v, (list, dict))):
            yield passed(resource, path, value)
        else:
            yield failed(resource, path, value, wanted)


def _one(resource: Resource, path: str, value: Value, allowed: tuple[str, ...]) -> Iterator[Outcome]:
    if is_hidden(value):
        yield undecided(resource, path, value, allowed[0])
    elif isinstance(value, str) and value in allowed:
        yield passed(resource, path, value)
    else:
        yield failed(resource, path, value, allowed[0])

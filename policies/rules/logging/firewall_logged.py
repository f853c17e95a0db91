import re
from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden

_FIREWALL: Final = "aws:networkfirewall/firewall:Firewall"
_POLICY: Final = "aws:networkfirewall/firewallPolicy:FirewallPolicy"
_GROUP: Final = "aws:networkfirewall/ruleGroup:RuleGroup"
_LOGGING: Final = "aws:networkfirewall/loggingConfiguration:LoggingConfiguration"
_KINDS: Final = ("ALERT", "FLOW")
_ACTIONS: Final = "firewallPolicy.statefulDefaultActions"
_TOLD: Final = re.compile(r"^\s*(alert|drop|reject)\s+\S+\s+\S+\s+\S+\s+(->|<>)\s+any\b", re.IGNORECASE | re.MULTILINE)
"""A rule in Suricata's language that writes down what goes anywhere."""


@rule(
    title="Network firewalls write down what they refuse and what they let pass",
    title_zh="网络防火墙记录被拒绝与被放行的流量",
    severity=Severity.MEDIUM,
    types=(_FIREWALL, _POLICY),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="Who tried to send data out, and who did, is asked after every incident; only the firewall has both answers.",
    fix="Give the firewall a logging configuration with an ALERT and a FLOW log, and its policy an alert action.",
    good='stateful_default_actions=["aws:alert_established", "aws:drop_established"]',
    bad='stateful_default_actions=["aws:drop_established"]  # refused, and nobody knows',
)
def firewall_logged(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """A network firewall needs a logging configuration with a destination for its ALERT log (what was refused) and its FLOW
    log (what passed). Its policy needs a default action that alerts (`aws:alert_strict`, `aws:alert_established`): packets
    that a default action drops are in no log by themselves. A rule to everywhere that alerts, drops or rejects does the
    same. Not applicable: a trial.

    Sources: Network Firewall developer guide, "Logging network traffic" and "Strict evaluation order" (K); Security Hub
    control NetworkFirewall.2 (K)."""
    stated = facts.data_class(resource)
    if facts.context.lifecycle == "trial" or (stated is not None and stated < 3):
        yield not_applicable(resource, "a trial" if stated is None or stated > 2 else f"class {stated}: below 3")
    elif resource.type == _FIREWALL:
        yield from _logs(resource, facts)
    else:
        yield _alerts(resource, facts)


def _logs(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    rows = [
        (other, kind, destination)
        for other in facts.satellites(resource, _LOGGING, path="firewallArn")
        for path, row in each(other.inputs, "loggingConfiguration.logDestinationConfigs[*]")
        for kind, destination in [_row(row)]
    ]
    for wanted in _KINDS:
        found = [(other, destination) for other, kind, destination in rows if kind == wanted]
        hidden = [kind for _, kind, _ in rows if is_hidden(kind)]
        if any(_is_stated(destination) for _, destination in found):
            yield passed(resource, "", f"{wanted} logged by {found[0][0].name}")
        elif hidden:
            yield undecided(resource, "", hidden[0], f"an {wanted} log")
        else:
            kinds = [kind for _, kind, _ in rows]
            yield failed(resource, "", kinds or "no log", f"an {wanted} log (LoggingConfiguration) with a destination")


def _row(row: Value) -> tuple[Value, Value]:
    """(kind, destination) of one log."""
    if is_hidden(row):
        return row, row
    return (row.get("logType"), row.get("logDestination")) if isinstance(row, dict) else (None, None)


def _is_stated(destination: Value) -> bool:
    if isinstance(destination, dict):
        return any(is_hidden(value) or (isinstance(value, str) and value) for value in destination.values())
    return is_hidden(destination)


def _alerts(resource: Resource, facts: Facts) -> Outcome:
    wanted = "aws:alert_established or aws:alert_strict beside what drops"
    hidden: Value = None
    for path, value in each(resource.inputs, _ACTIONS):
        for action in value if isinstance(value, list) else [value]:
            if isinstance(action, str) and action.startswith("aws:alert_"):
                return passed(resource, path, action)
            hidden = action if is_hidden(action) else hidden
    for path, _ in each(resource.inputs, "firewallPolicy.statefulRuleGroupReferences[*].resourceArn"):
        group = facts.target(resource, path, _GROUP)
        if group is not None and _tells(group):
            return passed(resource, path, f"{group.name} writes down what goes anywhere")
    if hidden is not None:
        return undecided(resource, _ACTIONS, hidden, wanted)
    return failed(resource, _ACTIONS, resource.get(_ACTIONS), wanted)


def _tells(group: Resource) -> bool:
    texts = [group.get("rules"), *(v for _, v in each(group.inputs, "ruleGroup.rulesSource.rulesString"))]
    if any(isinstance(text, str) and _TOLD.search(text) for text in texts):
        return True
    return any(
        isinstance(row, dict)
        and str(row.get("action")).upper() in ("ALERT", "DROP", "REJECT")
        and isinstance(row.get("header"), dict)
        and str(row["header"].get("destination")).upper() == "ANY"
        for _, row in each(group.inputs, "ruleGroup.rulesSource.statefulRules[*]")
    )

from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, whole_number
from policies.rules.exposure._allowed import takes_in_everything

_GROUP: Final = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup"
_RULE: Final = "aws:route53/resolverFirewallRule:ResolverFirewallRule"
_LIST: Final = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList"
_ASSOCIATION: Final = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
_WANTED: Final = "a rule that blocks every other name (*.), after those that allow"


@rule(
    title="The network resolves only names that are allowed",
    title_zh="网络仅解析白名单内的域名",
    severity=Severity.MEDIUM,
    types=(_GROUP,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A question for a name carries data out too, a few letters at a time, past every firewall of addresses.",
    fix="Allow the names that are needed, and block `*.` with a rule of lower precedence (a higher number).",
    good='aws.route53.ResolverFirewallRule("others", action="BLOCK", firewall_domain_list_id=everything.id, priority=200, ...)',
    bad='aws.route53.ResolverFirewallRule("bad", action="BLOCK", firewall_domain_list_id=known_bad.id, ...)  # alone',
)
def names_allowed_by_list(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the rules of a DNS firewall's group and their lists of domains: one rule must block all names, no rule may allow
    all names or a suffix under which anybody registers, and the one that blocks comes last. Undecided where a list is not
    in the program. Not applicable: a stack without patients' data; a group that no network of the program takes."""
    if not facts.context.holds_patient_data:
        yield not_applicable(resource, "the stack holds no patients' data")
        return
    if not facts.satellites(resource, _ASSOCIATION, path="firewallRuleGroupId"):
        yield not_applicable(resource, "no network of the program takes it")
        return
    blocks: list[int] = []
    allows: list[int] = []
    unclear = False
    for row in facts.satellites(resource, _RULE, path="firewallRuleGroupId"):
        action, priority = row.get("action"), whole_number(row.get("priority"))
        names = facts.target(row, "firewallDomainListId", _LIST)
        domains = names.get("domains") if names is not None else None
        if is_hidden(action) or is_hidden(domains) or (names is None and row.get("dnsThreatProtection") is None):
            unclear = unclear or action != "BLOCK"
            continue
        listed = domains if isinstance(domains, list) else []
        wide = [d for d in listed if takes_in_everything(d) or d in ("*", "*.")]
        if action == "BLOCK" and any(d in ("*", "*.") for d in listed):
            blocks.append(priority or 0)
        elif action in ("ALLOW", "ALERT") and wide:
            yield failed(
                row, "firewallDomainListId", f"{action} {wide[0]}", "names, or a domain that somebody registered"
            )
        elif action == "ALLOW":
            allows.append(priority or 0)
    if not blocks:
        yield (undecided if unclear else failed)(resource, "", "no rule that blocks all other names", _WANTED)
    elif allows and min(blocks) < max(allows):
        yield failed(resource, "", "the rule that blocks comes before one that allows", _WANTED)
    else:
        yield passed(resource, "", f"{len(allows)} lists allowed, the rest blocked")

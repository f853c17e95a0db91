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
_VPC: Final = "aws:ec2/vpc:Vpc"
_SHARE: Final = "aws:ram/resourceAssociation:ResourceAssociation"
_WANTED: Final = "a rule that blocks every other name (*.), after those that allow"


@rule(
    title="The network resolves only names that are allowed",
    title_zh="网络仅解析白名单内的域名",
    severity=Severity.MEDIUM,
    types=(_GROUP, _ASSOCIATION),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A question for a name carries data out too, a few letters at a time, past every firewall of addresses.",
    fix="Allow the names that are needed, and block `*.` with a rule of lower precedence (a higher number).",
    good='aws.route53.ResolverFirewallRule("others", action="BLOCK", firewall_domain_list_id=everything.id, priority=200, ...)',
    bad='aws.route53.ResolverFirewallRule("bad", action="BLOCK", firewall_domain_list_id=known_bad.id, ...)  # alone',
)
def names_allowed_by_list(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the rules of a DNS firewall's group and their lists of domains: one rule must block all names, no rule may allow
    all names or a suffix under which anybody registers, and the one that blocks comes last. A group that no network takes
    fails where the program has a network in the same region and does not share the group with other accounts. Undecided
    where a network takes a group, or a rule allows a list, that is not in the program. Not applicable: a group for networks
    that other programs make."""
    if resource.type == _ASSOCIATION:
        yield _taken(resource, facts)
    elif facts.satellites(resource, _ASSOCIATION, path="firewallRuleGroupId"):
        yield from _rules(resource, facts)
    elif facts.satellites(resource, _SHARE, path="resourceArn") or not _has_network(resource, facts):
        yield not_applicable(resource, "no network of the program takes it")
    else:
        yield failed(resource, "", "no network of the program takes it", "a ResolverFirewallRuleGroupAssociation")


def _taken(resource: Resource, facts: Facts) -> Outcome:
    path, wanted = "firewallRuleGroupId", "a ResolverFirewallRuleGroup of this program"
    group = facts.target(resource, path, _GROUP)
    value = resource.get(path)
    if group is not None and not group.external:
        return passed(resource, path, group.name)
    if value in (None, "") or not (isinstance(value, str) or is_hidden(value)):
        return failed(resource, path, value, wanted)
    return undecided(resource, path, value, wanted)


def _has_network(resource: Resource, facts: Facts) -> bool:
    return any(vpc.region == resource.region and not vpc.external for vpc in facts.graph.of_type(_VPC))


def _rules(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    blocks: list[int] = []
    allows: list[int] = []
    unclear = False
    for row in facts.satellites(resource, _RULE, path="firewallRuleGroupId"):
        action, priority = row.get("action"), whole_number(row.get("priority"))
        names = facts.target(row, "firewallDomainListId", _LIST)
        domains = names.get("domains") if names is not None else None
        if is_hidden(action) or is_hidden(domains) or (names is None and row.get("dnsThreatProtection") is None):
            unclear = unclear or action != "BLOCK"
            if action in ("ALLOW", "ALERT"):
                found = row.get("firewallDomainListId") if names is None else domains
                yield undecided(row, "firewallDomainListId", found, "a list of domains of this program")
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

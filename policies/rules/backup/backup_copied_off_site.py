from collections.abc import Iterator, Mapping

from policies.facts import Facts
from policies.graph import Resource, Unknown, as_list
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.backup._plans import PLAN, daily_rules, vault_region


@rule(
    title="Daily backups are copied off-site",
    title_zh="每日备份异地复制",
    severity=Severity.HIGH,
    types=(PLAN,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A backup in the same region is lost with the region.",
    fix="Give each daily rule of the plan a copy action to a vault in the partner region of the same jurisdiction.",
    good='copy_actions=[{"destination_vault_arn": partner_vault.arn}]',
    bad="copy_actions=[]",
)
def backup_copied_off_site(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Each rule that runs every day must copy to a vault of another region of the jurisdiction (that the region is
    inside is judged by a residency rule). A daily copy does not replace replication where the law asks for off-site
    copies in real time (GB/T 22239-2019, 8.1.4.9 b). A trial stack, which holds synthetic data, needs no second
    region."""
    if facts.context.is_dispensable:
        yield not_applicable(resource, "synthetic data needs no second region")
        return
    others = [name for name in facts.context.jurisdiction.regions if name != resource.region]
    wanted = f"a copy action to a vault in one of {', '.join(others)}"
    if not others:
        yield not_applicable(resource, f"{facts.context.jurisdiction.title} has one region only")
        return
    rules = daily_rules(resource)
    if not rules:
        yield undecided(resource, "rules", resource.get("rules"), "a rule that runs every day")
    for path, plan_rule in rules:
        copies = [c for c in as_list(plan_rule.get("copyActions")) if isinstance(c, Mapping)]
        regions = [vault_region(c.get("destinationVaultArn"), facts) for c in copies]
        away = [r for r in regions if r and r != resource.region]
        if away:
            yield passed(resource, f"{path}.copyActions", f"copied to {', '.join(away)}")
        elif isinstance(plan_rule.get("copyActions"), Unknown) or (copies and None in regions):
            yield undecided(resource, f"{path}.copyActions", "a vault whose region cannot be told", wanted)
        else:
            yield failed(resource, f"{path}.copyActions", regions or None, wanted)

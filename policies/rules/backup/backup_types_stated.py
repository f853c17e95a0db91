from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule
from policies.results import Outcome, Severity
from policies.rules._accounts import is_prepared
from policies.rules.backup._opt_in import SETTINGS, taken
from policies.rules.backup._plans import PLAN


@rule(
    title="Which types AWS Backup takes is written down in each region with a plan",
    title_zh="有备份计划的每个区域均写明 AWS Backup 启用的存储类型",
    severity=Severity.LOW,
    types=(PLAN,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A plan passes over types that the region has not opted in; what is written nowhere, anybody may switch off in the console.",
    fix="Make an aws.backup.RegionSettings in the region, with each type that a plan takes set to True.",
    good='aws.backup.RegionSettings("types", resource_type_opt_in_preference={"Aurora": True, "S3": True}, ...)',
    bad="a plan in a prepared account and no region settings",
)
def backup_types_stated(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked in accounts that the program prepares as a whole (see account-audited), where a selection of the plan's
    region takes a store: the region must have its settings in the program. What they say is asked by
    backup-types-opted-in. Not applicable: trials and synthetic data.

    Source: AWS Backup developer guide, "Service opt-in" (K)."""
    if facts.context.is_dispensable:
        yield not_applicable(resource, "synthetic data")
        return
    if not is_prepared(resource, facts):
        yield not_applicable(resource, "another program may hold the region's settings")
        return
    settings = [
        s for s in facts.graph.of_type(SETTINGS) if (s.region, s.account) == (resource.region, resource.account)
    ]
    stores = taken(resource, facts)
    if settings:
        yield passed(resource, "", f"settings {settings[0].name}")
    elif stores:
        found = f"no settings of the region, where plans take {', '.join(sorted(stores))}"
        yield failed(resource, "", found, "an aws.backup.RegionSettings in the region")
    else:
        yield not_applicable(resource, "no plan of the region takes a store")

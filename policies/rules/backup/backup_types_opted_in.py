from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, decided, not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import one_of
from policies.rules.backup._opt_in import SETTINGS, taken

_OPT_IN: Final = "resourceTypeOptInPreference"
_MANAGED: Final = "resourceTypeManagementPreference"


@rule(
    title="AWS Backup is switched on for every type of store that a plan takes",
    title_zh="备份计划涉及的存储类型均已在 AWS Backup 中启用",
    severity=Severity.HIGH,
    types=(SETTINGS,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A plan passes over the types that the region has not opted in, without an error: the store is just not there.",
    fix="Set the type that the finding names to True.",
    good='resource_type_opt_in_preference={"Aurora": True, "DynamoDB": True, "S3": True}',
    bad='resource_type_opt_in_preference={"Aurora": True, "DynamoDB": False, "S3": True}',
)
def backup_types_opted_in(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads a region's settings for AWS Backup beside the stores of the same region and account that a selection takes: each
    one's type must be opted in, and for DynamoDB AWS Backup must manage the backups too, for otherwise they are not copied
    to another region or account, nor under the vault's key. Replicas of tables count in their region. Types of which no plan
    takes a store are the hospital's choice.

    Sources: AWS Backup developer guide, "Service opt-in" and "Advanced DynamoDB backup" (K)."""
    stores = taken(resource, facts)
    for name in sorted(stores):
        yield _judged(resource, _OPT_IN, name, stores[name])
    if "DynamoDB" in stores:
        yield _judged(resource, _MANAGED, "DynamoDB", stores["DynamoDB"])
    if not stores:
        yield not_applicable(resource, "no plan of the region takes a store")


def _judged(resource: Resource, block: str, name: str, store: str) -> Outcome:
    settings = resource.get(block)
    value = settings.get(name) if isinstance(settings, Mapping) else settings
    path, wanted = f"{block}.{name}", f"true: a plan takes {store}"
    return decided(resource, path, value, lambda v: one_of(v, True), wanted)

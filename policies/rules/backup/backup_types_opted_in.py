from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of
from policies.rules.backup._plans import choices, takes

_OPT_IN: Final = "resourceTypeOptInPreference"
_MANAGED: Final = "resourceTypeManagementPreference"
_TABLE: Final = "aws:dynamodb/table:Table"

NAMES: Final[Mapping[str, str]] = {
    "aws:docdb/cluster:Cluster": "DocumentDB",
    _TABLE: "DynamoDB",
    "aws:ebs/volume:Volume": "EBS",
    "aws:ec2/instance:Instance": "EC2",
    "aws:efs/fileSystem:FileSystem": "EFS",
    "aws:fsx/lustreFileSystem:LustreFileSystem": "FSx",
    "aws:fsx/ontapFileSystem:OntapFileSystem": "FSx",
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": "FSx",
    "aws:fsx/windowsFileSystem:WindowsFileSystem": "FSx",
    "aws:neptune/cluster:Cluster": "Neptune",
    "aws:rds/cluster:Cluster": "Aurora",
    "aws:rds/instance:Instance": "RDS",
    "aws:redshift/cluster:Cluster": "Redshift",
    "aws:s3/bucket:Bucket": "S3",
}
"""Store -> what AWS Backup calls its type."""


@rule(
    title="AWS Backup is switched on for every type of store that a plan takes",
    title_zh="备份计划涉及的存储类型均已在 AWS Backup 中启用",
    severity=Severity.HIGH,
    types=("aws:backup/regionSettings:RegionSettings",),
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
    stores = _taken(resource, facts)
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
    if is_hidden(value):
        return undecided(resource, path, value, wanted)
    return passed(resource, path, value) if one_of(value, True) else failed(resource, path, value, wanted)


def _taken(resource: Resource, facts: Facts) -> dict[str, str]:
    """Type of store, as AWS Backup calls it -> the name of one that a plan takes here."""
    here = [c for c in facts.derived(choices).get(resource.region, ()) if c.selection.account == resource.account]
    found: dict[str, str] = {}
    for store in facts.graph.of_type(*NAMES):
        regions = {store.region, *_replicas(store)}
        if resource.region in regions and any(takes(choice, store, facts.tags(store), facts) for choice in here):
            found.setdefault(NAMES[store.type], store.name)
    return found


def _replicas(store: Resource) -> list[str]:
    if store.type != _TABLE:
        return []
    return [region for _, region in each(store.inputs, "replicas[*].regionName") if isinstance(region, str)]

"""What AWS Backup calls each type of store, and of which types a region's plans take any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.rules._paths import each
from policies.rules.backup._plans import choices, takes

SETTINGS: Final = "aws:backup/regionSettings:RegionSettings"
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


def taken(resource: Resource, facts: Facts) -> dict[str, str]:
    """Type of store, as AWS Backup calls it -> the name of one that a plan takes in the resource's region and account."""
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

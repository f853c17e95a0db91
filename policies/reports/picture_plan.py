"""What a picture of a graph shows: regions as columns, kinds of components as rows, what crosses regions as arrows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from jurisdictions import find_region
from policies.graph import Graph, Resource, as_list, is_known, walk
from policies.reports.inventory import is_held, region_of, short_type
from policies.resolve import GLOBAL

MOST_REGIONS = 4
"""Columns; the regions of fewer resources share the last one."""
ELSEWHERE = "other regions"

GROUPS = ("entry", "compute", "data", "backup", "network", "guard")
"""From the patient's side down; a row belongs to one."""

_SIGNATURES = (
    ("guard", ("aws:cloudtrail/", "aws:guardduty/", "aws:securityhub/", "aws:cfg/", "aws:sns/topic:")),
    ("backup", ("aws:backup/",)),
    ("entry", ("aws:lb/loadBalancer:", "aws:alb/", "aws:cloudfront/", "aws:apigateway")),
    ("compute", ("aws:eks/cluster:", "aws:ecs/", "aws:lambda/", "aws:ec2/instance:", "aws:sagemaker/")),
    ("network", ("aws:ec2/vpc:", "aws:ec2transitgateway/", "aws:dx/", "aws:rolesanywhere/", "aws:networkfirewall/")),
    ("data", ("aws:rds/", "aws:dynamodb/", "aws:s3/", "aws:efs/", "aws:opensearch/", "aws:sqs/", "aws:kms/")),
)
"""The first group that a component's resources give away."""

_FLOWS = {
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ("aws:s3/bucket", "objects, in real time", False),
    "aws:rds/cluster:Cluster": ("aws:rds/", "database, in real time", True),
    "aws:rds/instance:Instance": ("aws:rds/", "database, in real time", True),
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": (
        "aws:rds/",
        "its backups",
        True,
    ),
    "aws:backup/plan:Plan": ("aws:backup/vault", "daily copy", False),
    "aws:kms/replicaKey:ReplicaKey": ("aws:kms/", "key", True),
    "aws:cfg/deliveryChannel:DeliveryChannel": ("aws:s3/bucket", "records of changes", False),
    "aws:ec2transitgateway/peeringAttachment:PeeringAttachment": (
        "aws:ec2transitgateway/transitGateway",
        "peering",
        False,
    ),
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": ("aws:ec2/vpc:", "peering", False),
}
"""Type that makes the connection -> (what it must refer to, label, whether data flow against the reference)."""

_REPLICAS = {
    "aws:dynamodb/table:Table": ("replicas", "regionName", "table, in real time"),
    "aws:secretsmanager/secret:Secret": ("replicas", "region", "secret"),
}
"""Type -> the input that lists regions of copies, the key of the region in it, label."""

_ARN_REGION = re.compile(r"arn:aws[a-z-]*:backup:([a-z]{2}(?:-[a-z]+)+-\d):")


@dataclass
class Cell:
    """What one kind of component has in one region."""

    names: list[str] = field(default_factory=list)
    count: int = 0


@dataclass
class Row:
    """One kind of component."""

    kind: str
    group: str
    cells: dict[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Arrow:
    """Something that crosses regions."""

    row: str
    source: str
    target_row: str
    target: str
    label: str


@dataclass(frozen=True)
class PicturePlan:
    """All that is drawn."""

    title: str
    count: int
    regions: tuple[str, ...]
    """Columns, most resources first."""
    by_region: Mapping[str, int]
    rows: tuple[Row, ...]
    arrows: tuple[Arrow, ...]


def picture_plan(graph: Graph) -> PicturePlan:
    """The plan of the picture of a graph."""
    held = [resource for resource in graph.resources if is_held(resource)]
    tops = {resource.urn: _top(graph, resource) for resource in held}
    columns = _columns(held)
    kinds: dict[str, list[Resource]] = {}
    for resource in held:
        kinds.setdefault(_kind(tops[resource.urn]), []).append(resource)
    rows = [Row(kind, _group(resources)) for kind, resources in kinds.items()]
    for row in rows:
        _fill(row, kinds[row.kind], tops, columns)
    rows.sort(key=lambda row: (GROUPS.index(row.group), row.kind))
    regions = tuple(dict.fromkeys(columns[region] for region in columns if region != GLOBAL))
    counts = Counter(columns[region_of(resource)] for resource in held)
    title = graph.stack or graph.project or "resources"
    return PicturePlan(title, len(held), regions, counts, tuple(rows), _straight(_arrows(graph, tops, columns), rows))


def city_of(region: str) -> str:
    """The city of a region; empty where it is not known."""
    found = find_region(region)
    return found[1].city if found else ""


def _top(graph: Graph, resource: Resource) -> Resource:
    """The outermost component of a resource; itself where it has none."""
    top = resource
    for ancestor in graph.ancestors(resource):
        if not ancestor.custom:
            top = ancestor
    return top


def _kind(top: Resource) -> str:
    """The name of the row: the component's class, or the service of a resource without component."""
    return top.type.partition("/")[0].replace(":", " ") if top.custom else short_type(top.type)


def _columns(held: list[Resource]) -> dict[str, str]:
    """Region -> its column, most resources first."""
    counts = Counter(region_of(resource) for resource in held)
    ordered = sorted((region for region in counts if region != GLOBAL), key=lambda region: (-counts[region], region))
    shown = ordered if len(ordered) <= MOST_REGIONS else ordered[: MOST_REGIONS - 1]
    columns = {region: region if region in shown else ELSEWHERE for region in ordered}
    return {**columns, GLOBAL: GLOBAL}


def _group(resources: list[Resource]) -> str:
    types = {resource.type for resource in resources}
    for group, heads in _SIGNATURES:
        if any(type_token.startswith(heads) for type_token in types):
            return group
    return "guard"


def _fill(row: Row, resources: list[Resource], tops: Mapping[str, Resource], columns: Mapping[str, str]) -> None:
    for resource in resources:
        cell = row.cells.setdefault(columns[region_of(resource)], Cell())
        name = tops[resource.urn].name
        cell.count += 1
        if name not in cell.names:
            cell.names.append(name)
    for cell in row.cells.values():
        cell.names.sort()


def _straight(arrows: set[Arrow], rows: list[Row]) -> tuple[Arrow, ...]:
    """Arrows end at the same kind of component where the other region has one: what it joins is in the same pair."""
    regions = {row.kind: row.cells.keys() for row in rows}
    ends = {a: a.row if a.target in regions.get(a.row, ()) else a.target_row for a in arrows}
    return tuple(sorted({replace(arrow, target_row=end) for arrow, end in ends.items()}))


def _arrows(graph: Graph, tops: Mapping[str, Resource], columns: Mapping[str, str]) -> set[Arrow]:
    found: set[Arrow] = set()
    crossing: list[tuple[Resource, Resource | str, str]] = [*_by_edges(graph), *_by_inputs(graph)]
    for source, target, label in crossing:
        near = columns.get(region_of(source))
        far = columns.get(target if isinstance(target, str) else region_of(target))
        if near is None or far is None or near == far or GLOBAL in (near, far) or source.urn not in tops:
            continue
        row = _kind(tops[source.urn])
        if isinstance(target, str):
            found.add(Arrow(row, near, row, far, label))
        elif target.urn in tops:
            found.add(Arrow(row, near, _kind(tops[target.urn]), far, label))
    return found


def _by_edges(graph: Graph) -> Iterator[tuple[Resource, Resource, str]]:
    """Connections between two resources of this graph."""
    for edge in graph.edges:
        source, target = graph.by_urn[edge.source], graph.by_urn.get(edge.target)
        if target is None or source.type not in _FLOWS:
            continue
        head, label, against = _FLOWS[source.type]
        if target.type.startswith(head):
            yield (target, source, label) if against else (source, target, label)


def _by_inputs(graph: Graph) -> Iterator[tuple[Resource, str, str]]:
    """Copies whose region an input names."""
    for type_token, (listed, key, label) in _REPLICAS.items():
        for resource in graph.of_type(type_token):
            for replica in as_list(resource.get(listed)):
                region = replica.get(key) if isinstance(replica, Mapping) else None
                if isinstance(region, str) and is_known(region):
                    yield resource, region, label
    for plan in graph.of_type("aws:backup/plan:Plan"):
        for _path, value in walk(plan.inputs):
            found = _ARN_REGION.search(value) if isinstance(value, str) else None
            if found:
                yield plan, found.group(1), "daily copy"

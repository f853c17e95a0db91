from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, whole_number
from policies.rules.resilience._zones import exempt, zones_of

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:autoscaling/group:Group": ("vpcZoneIdentifiers", "availabilityZones"),
    "aws:ecs/service:Service": ("networkConfiguration.subnets",),
    "aws:eks/cluster:Cluster": ("vpcConfig.subnetIds",),
    "aws:eks/fargateProfile:FargateProfile": ("subnetIds",),
    "aws:eks/nodeGroup:NodeGroup": ("subnetIds",),
    "aws:elb/loadBalancer:LoadBalancer": ("subnets", "availabilityZones"),
    "aws:lambda/function:Function": ("vpcConfig.subnetIds",),
    "aws:lb/loadBalancer:LoadBalancer": ("subnets", "subnetMappings[*].subnetId"),
    "aws:rds/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:docdb/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:neptune/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:elasticache/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:memorydb/subnetGroup:SubnetGroup": ("subnetIds",),
}
"""Type -> the inputs that say where it stands: subnets or zones, one of them."""

COPIES: Final[Mapping[str, str]] = {
    "aws:autoscaling/group:Group": "minSize",
    "aws:ecs/service:Service": "desiredCount",
    "aws:eks/nodeGroup:NodeGroup": "scalingConfig.minSize",
}
"""Type -> the input that says how many there are at least."""

_NETWORK_BY_CHOICE: Final = ("aws:lambda/function:Function", "aws:ecs/service:Service")
_WANTED = "subnets of two zones or more"


@rule(
    title="What serves runs in two zones at least, and twice",
    title_zh="业务进程至少在两个可用区各有实例",
    severity=Severity.MEDIUM,
    types=tuple(PLACES),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="One machine, or all machines of one zone, is a single point at which care stops.",
    fix="Give it subnets of two zones or more, and two copies at least.",
    good='aws.ecs.Service("viewer", desired_count=2, network_configuration={"subnets": [a.id, b.id]})',
    bad='aws.ecs.Service("viewer", desired_count=1, network_configuration={"subnets": [a.id]})',
)
def process_in_two_zones(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Counts the zones of the subnets that balancers, groups of machines, services of containers, clusters, functions in a
    network and databases' subnet groups name, and reads how many copies run at least. Not applicable: functions
    outside a network, which run in every zone; services that run once on every machine; a trial; what states class 1 or 2.
    A subnet whose zone nobody states counts as one of its own."""
    stated = facts.data_class(resource)
    if why := exempt(facts, stated):
        yield not_applicable(resource, why)
        return
    found = [(path, value) for pattern in PLACES[resource.type] for path, value in _lists(resource, pattern)]
    if not found and resource.type in _NETWORK_BY_CHOICE:
        yield not_applicable(resource, "names no network of its own")
    elif not found:
        yield failed(resource, PLACES[resource.type][0].partition("[")[0], None, _WANTED)
    else:
        yield _zones(resource, found, facts)
    if resource.type in COPIES and resource.get("schedulingStrategy") != "DAEMON":
        yield _copies(resource, COPIES[resource.type])


def _lists(resource: Resource, pattern: str) -> Iterator[tuple[str, object]]:
    for path, value in each(resource.inputs, pattern):
        if value not in (None, "", []):
            yield path, value


def _zones(resource: Resource, found: list[tuple[str, object]], facts: Facts) -> Outcome:
    path = found[0][0]
    values: list[object] = []
    for _, value in found:
        values += value if isinstance(value, list) else [value]
    zones, unclear = zones_of(values, facts)
    if len(zones) > 1:
        return passed(resource, path, f"{len(zones)} zones")
    if unclear:
        return undecided(resource, path, values, _WANTED)
    return failed(
        resource, path, f"one zone: {', '.join(sorted(z.rpartition('::')[2] for z in zones)) or 'none'}", _WANTED
    )


def _copies(resource: Resource, path: str) -> Outcome:
    value = resource.get(path)
    if is_hidden(value):
        return undecided(resource, path, value, "2 or more")
    number = whole_number(value)
    return (
        passed(resource, path, value)
        if number is not None and number > 1
        else failed(resource, path, value, "2 or more")
    )

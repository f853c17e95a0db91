from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.exposure._network import (
    DEFAULT_TABLE,
    ROUTE,
    TABLE,
    WayOut,
    firewalls_in,
    processes_in,
    subnets_of,
    ways_out,
)

_WANTED = "a firewall endpoint with an allow-list, or no default route"
_PRIVATE = ("firewall", "transit gateway", "core network", "private gateway", "local gateway", "peering")


@rule(
    title="Processes have no open way to the internet",
    title_zh="能读取患者数据的进程没有不受控的互联网出口",
    severity=Severity.HIGH,
    types=(ROUTE, TABLE, DEFAULT_TABLE),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A process that reads records and reaches any address can send them there, by mistake or by intrusion.",
    fix="Lead the default route through a network firewall with a list of domains, or do without: private endpoints "
    "reach the cloud's own services.",
    good='aws.ec2.Route("out", destination_cidr_block="0.0.0.0/0", vpc_endpoint_id=firewall_endpoint)',
    bad='aws.ec2.Route("out", destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)  # table of the applications',
)
def no_open_way_out(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads every route to (nearly) everywhere, IPv4 and IPv6, and who takes it. To an internet gateway: only subnets
    in which nothing runs code or keeps data may (load balancers, NAT gateways, firewall and other endpoints). To a NAT
    or egress-only gateway: only subnets in which a firewall's endpoint stands and no process, for then the firewall
    has seen the traffic. To a firewall endpoint, a transit gateway, a private gateway: passes, and is judged again
    where it leaves that network. Through a single machine, network interface or carrier gateway: fails. Not applicable
    where the stack states that it holds no patients' data."""
    for way in ways_out(resource, facts):
        if not facts.context.holds_patient_data:
            yield not_applicable(resource, "the stack holds no patients' data")
        elif way.kind in _PRIVATE:
            yield passed(resource, way.path, f"by {way.kind}")
        elif way.kind == "internet gateway":
            yield from _to_the_internet(resource, way, facts)
        elif way.kind in ("NAT gateway", "egress-only gateway"):
            yield from _behind_a_gateway(resource, way, facts)
        elif way.kind:
            yield failed(resource, way.path, f"{way.kind}, without a firewall", _WANTED)
        else:
            yield undecided(resource, way.path, way.value, _WANTED)


def _to_the_internet(resource: Resource, way: WayOut, facts: Facts) -> Iterator[Outcome]:
    if way.table is None:
        yield undecided(resource, "routeTableId", resource.get("routeTableId"), "a route table of this program")
        return
    names = [f"{p.name} in {s.name}" for s in subnets_of(way.table, facts) for p in processes_in(s, facts)]
    if way.table.type == DEFAULT_TABLE:
        names.append("every subnet without a table of its own")
    if names:
        yield failed(resource, way.path, f"an internet gateway for {', '.join(names[:5])}", _WANTED)
    else:
        yield passed(resource, way.path, "an internet gateway, for subnets in which no process stands")


def _behind_a_gateway(resource: Resource, way: WayOut, facts: Facts) -> Iterator[Outcome]:
    if way.table is None:
        yield undecided(resource, "routeTableId", resource.get("routeTableId"), "a route table of this program")
        return
    subnets = subnets_of(way.table, facts)
    names = [f"{p.name} in {s.name}" for s in subnets for p in processes_in(s, facts)]
    if names:
        yield failed(resource, way.path, f"{way.kind} without a firewall for {', '.join(names[:5])}", _WANTED)
    elif subnets and all(firewalls_in(subnet, facts) for subnet in subnets):
        yield passed(resource, way.path, f"{way.kind} behind a firewall")
    else:
        yield failed(resource, way.path, f"{way.kind} without a firewall before it", _WANTED)

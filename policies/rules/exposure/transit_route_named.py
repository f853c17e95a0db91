from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, references_in
from policies.iam_access import is_open_network
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of

_PEERINGS: Final = (
    "aws:ec2transitgateway/peeringAttachment:PeeringAttachment",
    "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter",
)
_PATH: Final = "destinationCidrBlock"
_WANTED: Final = "the networks on the other side by name"


@rule(
    title="Joined transit gateways carry named networks only",
    title_zh="互联的中转网关仅传送具名网络",
    severity=Severity.LOW,
    types=("aws:ec2transitgateway/route:Route",),
    scope=Scope.GRAPH,
    why="A default route between two regions leads whatever is lost in one to the way out of the other, past the firewall "
    "that was meant for it.",
    fix="Name the other side's networks; drop the rest (blackhole=True), or lead it to a firewall in the same region.",
    good='aws.ec2transitgateway.Route("far", destination_cidr_block="10.17.0.0/16", transit_gateway_attachment_id=peering.id)',
    bad='aws.ec2transitgateway.Route("far", destination_cidr_block="0.0.0.0/0", transit_gateway_attachment_id=peering.id)',
)
def transit_route_named(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the destination of routes of a transit gateway whose attachment is a peering with another one; it may not be
    (nearly) all addresses. Not applicable: routes that drop (`blackhole`), and routes to a network of the same gateway, where
    a default route may lead to an inspection network: no-open-way-out judges where it leaves that one."""
    attachment = facts.target(resource, "transitGatewayAttachmentId", *_PEERINGS)
    if one_of(resource.get("blackhole"), True):
        yield not_applicable(resource, "drops what it concerns")
        return
    if attachment is None:
        yield not_applicable(resource, "no peering of this program")
        return
    value = resource.get(_PATH)
    if is_hidden(value):
        yield undecided(resource, _PATH, value, _WANTED)
    elif isinstance(value, str) and references_in(value):
        yield passed(resource, _PATH, value)
    elif is_open_network(value):
        yield failed(resource, _PATH, value, _WANTED)
    else:
        yield passed(resource, _PATH, value)

"""RegionLink: each side knows the way to the other and no further."""

import pytest

import jurisdictions
from policies.graph import Graph
from tests.components.accounts import REGIONS
from tests.components.networks import CIDRS, linked, only, violations

PEERING = "aws:ec2transitgateway/peeringAttachment:PeeringAttachment"
ACCEPTER = "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter"
WAY = "aws:ec2transitgateway/route:Route"
GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway"
ROUTE, TABLE = "aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable"


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
def test_the_near_side_asks_and_the_far_side_accepts(jurisdiction: str) -> None:
    graph = linked(jurisdiction)
    peering, accepted = only(graph, PEERING), only(graph, ACCEPTER)
    near, far = REGIONS[jurisdiction]
    assert (peering.region, peering.get("peerRegion"), accepted.region) == (near, far, far)
    assert graph.target(accepted, "transitGatewayAttachmentId") == peering


def test_each_transit_gateway_knows_its_own_network_and_the_others() -> None:
    graph = linked()
    ways = {
        way.region: (way.get("destinationCidrBlock"), graph.target(way, "transitGatewayAttachmentId"))
        for way in graph.of_type(WAY)
    }
    peering = only(graph, PEERING)
    assert ways == {"cn-north-1": (CIDRS["far"], peering), "cn-northwest-1": (CIDRS["near"], peering)}
    assert {g.get("defaultRouteTableAssociation") for g in graph.of_type(GATEWAY)} == {"disable"}
    assert {g.get("autoAcceptSharedAttachments") for g in graph.of_type(GATEWAY)} == {"disable"}


def test_applications_and_stores_of_both_sides_find_each_other_by_a_transit_gateway_of_their_own_region() -> None:
    graph = linked()
    found: dict[str, set[str]] = {}
    for route in graph.of_type(ROUTE):
        gateway, table = graph.target(route, "transitGatewayId"), graph.target(route, "routeTableId")
        assert gateway is not None and table is not None and gateway.region == table.region == route.region
        found.setdefault(f"{route.region} {route.get('destinationCidrBlock')}", set()).add(table.name)
    assert set(found) == {f"cn-north-1 {CIDRS['far']}", f"cn-northwest-1 {CIDRS['near']}"}
    zones = {name: len(region.zones) for name, region in jurisdictions.load("cn-mainland").regions.items()}
    for way, tables in found.items():
        assert len(tables) == zones[way.partition(" ")[0]] + 1, "each zone's applications, and the stores"


def test_nothing_is_routed_before_the_far_side_has_accepted() -> None:
    graph = linked()
    accepted = only(graph, ACCEPTER)
    assert all(accepted.urn in way.depends_on for way in graph.of_type(WAY))
    ways = {way.urn for way in graph.of_type(WAY)}
    assert all(ways & set(route.depends_on) for route in graph.of_type(ROUTE))


def test_two_sides_in_one_region_are_refused() -> None:
    side = {
        "region": "cn-north-1",
        "cidr": "10.16.0.0/16",
        "transit_gateway_id": "a",
        "transit_route_table_id": "b",
        "route_table_ids": {},
    }
    with pytest.raises(ValueError, match="joins two regions"):
        linked(near=side, far=side)


def test_our_own_rules_find_nothing() -> None:
    graph: Graph = linked()
    assert violations(graph) == []

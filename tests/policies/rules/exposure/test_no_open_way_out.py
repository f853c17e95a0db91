import pytest

from policies.graph import Reference, Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, ref, resource, urn

RULE = "no-open-way-out"
ROUTE = "aws:ec2/route:Route"
TABLE = "aws:ec2/routeTable:RouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
SUBNET = "aws:ec2/subnet:Subnet"
GATEWAY = "aws:ec2/internetGateway:InternetGateway"
FIREWALL = "aws:networkfirewall/firewall:Firewall"
NETWORK = [resource(TABLE), resource(ASSOCIATION), resource(SUBNET)]
HERE = ref(SUBNET, "subnet", "id")
CLUSTER = resource("aws:eks/cluster:Cluster")
BALANCER = resource("aws:lb/loadBalancer:LoadBalancer")
NAT_THERE = resource("aws:ec2/natGateway:NatGateway", subnetId=HERE)
FIREWALL_THERE = resource(FIREWALL, subnetMappings=[{"subnetId": HERE}])


def route(**target: object):
    return resource(ROUTE, **{"vpcEndpointId": None, **target})


TO_GATEWAY = route(gatewayId=ref(GATEWAY, "internetGateway", "id"))
TO_NAT = route(natGatewayId=ref("aws:ec2/natGateway:NatGateway", "natGateway", "id"))
INTERNET = resource(GATEWAY)


def test_a_way_through_the_firewall_passes():
    assert_passes(RULE, resource(ROUTE), *NETWORK, resource(FIREWALL), CLUSTER)


def test_an_internet_gateway_for_processes_fails():
    assert_fails(RULE, TO_GATEWAY, *NETWORK, INTERNET, CLUSTER, found="cluster in subnet", wanted="a firewall endpoint")
    inline = resource(TABLE, routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": ref(GATEWAY, "internetGateway", "id")}])
    assert_fails(RULE, inline, *NETWORK[1:], INTERNET, CLUSTER, found="cluster in subnet")
    six = resource(
        ROUTE, destinationCidrBlock=None, destinationIpv6CidrBlock="::/0", vpcEndpointId=None, gatewayId="igw-1"
    )
    assert_fails(RULE, six, *NETWORK, CLUSTER, found="cluster in subnet")


def test_an_internet_gateway_for_load_balancers_and_nat_gateways_passes():
    assert_passes(RULE, TO_GATEWAY, *NETWORK, INTERNET, BALANCER, NAT_THERE)
    assert_passes(RULE, TO_GATEWAY, *NETWORK, INTERNET)


def test_a_nat_gateway_needs_a_firewall_before_it():
    assert_fails(RULE, TO_NAT, *NETWORK, CLUSTER, found="NAT gateway without a firewall for cluster")
    assert_fails(RULE, TO_NAT, *NETWORK, found="without a firewall before it")
    assert_passes(RULE, TO_NAT, *NETWORK, FIREWALL_THERE)
    assert_fails(RULE, TO_NAT, *NETWORK, FIREWALL_THERE, CLUSTER, found="cluster in subnet")


@pytest.mark.parametrize("target", ["networkInterfaceId", "carrierGatewayId", "egressOnlyGatewayId"])
def test_other_ways_around_the_firewall_fail(target):
    assert_fails(RULE, route(**{target: "x-1"}), *NETWORK, found="without a firewall")


@pytest.mark.parametrize("target", [{"transitGatewayId": "tgw-1"}, {"gatewayId": "vgw-1"}, {"gatewayId": "local"}])
def test_private_ways_pass(target):
    assert_passes(RULE, route(**target), *NETWORK)


def test_halves_of_the_internet_are_the_internet():
    assert_fails(RULE, route(destinationCidrBlock="0.0.0.0/1", gatewayId="igw-1"), *NETWORK, CLUSTER, found="cluster")


def test_a_route_to_a_network_is_no_way_out():
    assert outcomes(RULE, route(destinationCidrBlock="10.17.0.0/16", gatewayId="igw-1"), *NETWORK, CLUSTER) == []


def test_where_there_are_no_patients_data_it_is_not_asked():
    assert_passes(RULE, TO_NAT, *NETWORK, CLUSTER, holds_patient_data=False)


def test_a_way_of_which_nothing_is_known_is_unknown():
    assert_unknown(RULE, route(vpcEndpointId=Unknown()), *NETWORK)
    assert_unknown(RULE, route(gatewayId=Unknown()), *NETWORK)
    assert_unknown(RULE, route(gatewayId="igw-1", routeTableId="rtb-1"))
    hidden = Unknown((Reference(urn("aws:ec2/vpcEndpoint:VpcEndpoint", "vpcEndpoint"), ""),))
    assert_passes(
        RULE,
        route(vpcEndpointId=hidden),
        *NETWORK,
        resource("aws:ec2/vpcEndpoint:VpcEndpoint", vpcEndpointType="GatewayLoadBalancer"),
    )


def test_the_main_table_serves_every_other_subnet():
    table = "aws:ec2/defaultRouteTable:DefaultRouteTable"
    main = resource(table, routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}])
    assert_fails(RULE, main, found="every subnet without a table of its own")


def test_odd_shapes_do_not_pass():
    assert_unknown(RULE, resource(TABLE, routes=["0.0.0.0/0"]))
    assert_unknown(RULE, resource(TABLE, routes=[{"cidrBlock": "nonsense"}]))
    assert_unknown(RULE, route(gatewayId=7), *NETWORK)

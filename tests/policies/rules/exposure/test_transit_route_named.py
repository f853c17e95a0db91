from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "transit-route-named"
PEERING = "aws:ec2transitgateway/peeringAttachment:PeeringAttachment"
NETWORK = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"


def route(destination: object, to: str = PEERING, **inputs: object):
    attachment = ref(to, "peeringAttachment" if to == PEERING else "vpcAttachment", "id")
    stated = {"destinationCidrBlock": destination, "transitGatewayAttachmentId": attachment}
    return resource("aws:ec2transitgateway/route:Route", **stated, **inputs)


def test_named_networks_pass():
    assert_passes(RULE, route("10.17.0.0/16"), resource(PEERING))
    assert_passes(RULE, route(ref("aws:ec2/vpc:Vpc", "vpc", "cidrBlock")), resource(PEERING))


def test_everything_fails():
    assert_fails(RULE, route("0.0.0.0/0"), resource(PEERING), found="0.0.0.0/0", wanted="by name")
    assert_fails(RULE, route("::/0"), resource(PEERING), found="::/0")


def test_what_is_dropped_or_goes_to_a_network_is_not_asked():
    assert_passes(RULE, route("0.0.0.0/0", blackhole=True), resource(PEERING))
    assert_passes(RULE, route("0.0.0.0/0", NETWORK), resource(NETWORK))


def test_unknown_is_unknown():
    assert_unknown(RULE, route(Unknown()), resource(PEERING))


def test_odd_shapes_fail():
    assert_fails(RULE, route(7), resource(PEERING), found="7")

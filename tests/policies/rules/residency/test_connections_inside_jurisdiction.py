from policies.graph import Unknown
from tests.resources import PARTNER, assert_fails, assert_passes, assert_unknown, resource

RULE = "connections-inside-jurisdiction"
PEERING = "aws:ec2transitgateway/peeringAttachment:PeeringAttachment"


def test_a_peering_with_the_partner_region_passes():
    assert_passes(RULE, resource(PEERING, peerRegion=PARTNER))


def test_a_peering_abroad_fails():
    assert_fails(RULE, resource(PEERING, peerRegion="ap-northeast-1"), found="ap-northeast-1", wanted="cn-north-1")


def test_a_region_of_which_nothing_is_known_is_unknown():
    assert_unknown(RULE, resource(PEERING, peerRegion=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(PEERING, peerRegion=["cn-north-1"]), found="cn-north-1")

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "listener-source-limited"
ROW = "aws:lb/listenerRule:ListenerRule"
PATH = {"pathPattern": {"values": ["/readyz/deep"]}}


def limited(*networks: object):
    return resource(ROW, conditions=[PATH, {"sourceIp": {"values": list(networks)}}])


def test_named_networks_pass():
    assert_passes(RULE, limited("10.16.0.0/16", "2001:db8::/48"))


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0", "0.0.0.0/1"])
def test_one_open_network_opens_it(network: str):
    assert_fails(RULE, limited("10.16.0.0/16", network), found=network, wanted="networks that are meant")


def test_a_rule_that_asks_for_no_source_is_not_asked():
    assert_passes(RULE, resource(ROW, conditions=[PATH]))
    assert_passes(RULE, resource(ROW, conditions=None))


def test_unknown_is_unknown():
    assert_unknown(RULE, limited(Unknown()))
    assert_unknown(RULE, resource(ROW, conditions=Unknown()))


def test_odd_shapes_fail():
    for odd in (7, "10.16.0.0/16", {}, {"values": []}, {"values": "all"}):
        assert_fails(RULE, resource(ROW, conditions=[{"sourceIp": odd}]), found="", wanted="networks")

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "firewall-deletion-protected"
FIREWALL = "aws:networkfirewall/firewall:Firewall"


def test_while_live_it_cannot_be_deleted():
    assert_passes(RULE, resource(FIREWALL, deleteProtection=True))
    assert_passes(RULE, resource(FIREWALL, deleteProtection="true"))
    assert_fails(RULE, resource(FIREWALL, deleteProtection=False), found="false", wanted="true")
    assert_fails(RULE, resource(FIREWALL, deleteProtection=None), found="nothing", wanted="true")


def test_on_trial_and_when_it_retires_it_can():
    assert_passes(RULE, resource(FIREWALL, deleteProtection=False), lifecycle="trial")
    assert_passes(RULE, resource(FIREWALL, deleteProtection=False), lifecycle="retiring")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(FIREWALL, deleteProtection=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(FIREWALL, deleteProtection=["true"]), found="true", wanted="true")

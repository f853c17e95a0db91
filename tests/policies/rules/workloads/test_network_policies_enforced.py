import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "network-policies-enforced"
ADDON = "aws:eks/addon:Addon"


def addon(settings=None, name="vpc-cni"):
    return resource(ADDON, addonName=name, configurationValues=settings)


@pytest.mark.parametrize("settings", ['{"enableNetworkPolicy": "true"}', '{"enableNetworkPolicy": true}'])
def test_policies_that_are_enforced_pass(settings: str):
    assert_passes(RULE, addon(settings))


@pytest.mark.parametrize("settings", [None, "{}", '{"enableNetworkPolicy": "false"}', "enableNetworkPolicy: true"])
def test_policies_that_nobody_enforces_fail(settings: str | None):
    assert_fails(RULE, addon(settings), found="", wanted="true")


def test_settings_that_cannot_be_seen_are_undecided():
    assert_unknown(RULE, addon(Unknown()))


def test_other_addons_and_trials_are_not_asked():
    assert not outcomes(RULE, addon(name="coredns"))
    assert_passes(RULE, addon(), lifecycle="trial")

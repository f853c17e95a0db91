from dataclasses import replace

import pytest

from policies.context import of_jurisdiction
from policies.facts import Facts
from policies.registry import all_rules
from policies.results import Verdict
from tests.resources import ACCOUNT, PARTNER, REGION, assert_fails, assert_passes, graph, resource

RULE = "account-watched"
DETECTOR, FEATURE = "aws:guardduty/detector:Detector", "aws:guardduty/detectorFeature:DetectorFeature"
HUB, STANDARD = "aws:securityhub/account:Account", "aws:securityhub/standardsSubscription:StandardsSubscription"
ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
WHOLE = {"prepared_accounts": frozenset([ACCOUNT]), "prepared_regions": (REGION, PARTNER)}
EACH = (DETECTOR, HUB, STANDARD, ANALYZER)


def provider():
    return resource("pulumi:providers:aws")


def watched(*regions, without=None):
    """All of each region, but one type in the last."""
    return [resource(t, f"{t}-{r}", region_=r) for r in regions for t in EACH if (t, r) != (without, regions[-1])]


def test_an_account_watched_in_both_regions_passes():
    assert_passes(RULE, provider(), *watched(REGION, PARTNER), **WHOLE)


def test_parts_of_an_account_are_not_asked():
    assert_passes(RULE, provider())


@pytest.mark.parametrize("missing", [DETECTOR, HUB, ANALYZER])
def test_each_is_asked_for_in_each_region(missing):
    found = f"{PARTNER}: no {missing.rpartition(':')[2]}"
    assert_fails(RULE, provider(), *watched(REGION, PARTNER, without=missing), found=found, **WHOLE)


def test_a_hub_has_a_standard():
    assert_passes(RULE, provider(), *watched(REGION, PARTNER, without=STANDARD), **WHOLE)
    hub = resource(HUB, "bare", region_=PARTNER, enableDefaultStandards=False)
    rest = [r for r in watched(REGION, PARTNER, without=STANDARD) if r.region == REGION or r.type != HUB]
    assert_fails(RULE, provider(), hub, *rest, found=f"{PARTNER}: no standard", **WHOLE)


def test_runtime_monitoring_is_asked_where_it_is_offered():
    """Outside mainland China: the regions of the others are not these, so the rule is asked directly."""
    home = "eu-central-1"
    rule = next(r for r in all_rules() if r.id == RULE)
    rows = [provider(), *watched(home)]
    context = of_jurisdiction("eu", prepared_accounts=frozenset([ACCOUNT]), prepared_regions=(home,))

    def failed(*more):
        outcomes = rule.check(provider(), Facts(graph(*rows[1:], *more), context))
        return [o.found for o in outcomes if o.verdict is Verdict.FAIL]

    assert failed() == [f"account {ACCOUNT}, {home}: no RUNTIME_MONITORING"]
    feature = resource(FEATURE, region_=home)
    assert failed(replace(feature, inputs={**feature.inputs, "name": "RUNTIME_MONITORING"})) == []
    assert len(failed(feature)) == 1

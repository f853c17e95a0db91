from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule
from policies.results import Outcome, Severity
from policies.rules._accounts import TYPES, Prepared, in_each_region, not_asked, of_types, prepared
from policies.rules._paths import one_of
from policies.rules.logging._features import DETECTOR, FEATURE, RUNTIME, RUNTIME_CAPABILITY

_HUB = "aws:securityhub/account:Account"
_STANDARD = "aws:securityhub/standardsSubscription:StandardsSubscription"
_ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
_EACH = (
    (DETECTOR, "threat detection (aws.guardduty.Detector)"),
    (_HUB, "a place for findings (aws.securityhub.Account)"),
    (_ANALYZER, "analysis of access from outside (aws.accessanalyzer.Analyzer)"),
)


@rule(
    title="Every account is watched in each region",
    title_zh="每个账号在所用各区域均受安全监测",
    severity=Severity.HIGH,
    types=TYPES,
    scope=Scope.GRAPH,
    why="An intruder takes the region or the account in which nobody looks.",
    fix="Make detector, Security Hub with a standard, and analyzer in each region that the account uses.",
    good='for region in regions: aws.guardduty.Detector(f"{region}-detector", region=region, enable=True)',
    bad="a program that prepares an account and makes a detector in one of its two regions",
)
def account_watched(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of accounts that the program prepares as a whole (see account-audited), in each region that they use: a
    GuardDuty detector; where the jurisdiction's data say that the region offers it, Runtime Monitoring, which a new
    detector does not have on by itself; Security Hub with a standard (its default standards count unless they are
    switched off); an analyzer of access. GB/T 22239-2019, 8.1.3.3 and 8.1.5.4 d) and e)."""
    here = prepared(resource, facts)
    if here is None:
        yield from not_asked(resource)
        return
    for type_token, wanted in _EACH:
        yield from in_each_region(resource, here, facts, type_token, wanted=wanted)
    for region in here.regions:
        yield from _standards(resource, here, region, facts)
        yield from _runtime(resource, here, region, facts)


def _standards(subject: Resource, here: Prepared, region: str, facts: Facts) -> Iterator[Outcome]:
    hubs = [h for h in of_types(facts, _HUB) if here.holds(h) and h.region == region]
    chosen = [s for s in of_types(facts, _STANDARD) if here.holds(s) and s.region == region]
    if chosen:
        yield passed(chosen[0], "", f"{here}, {region}: {chosen[0].name}")
    elif hubs and not one_of(hubs[0].get("enableDefaultStandards"), False):
        yield passed(hubs[0], "enableDefaultStandards", "the default standards")
    else:
        yield failed(
            subject, "", f"{here}, {region}: no standard", "a standard (aws.securityhub.StandardsSubscription)"
        )


def _runtime(subject: Resource, here: Prepared, region: str, facts: Facts) -> Iterator[Outcome]:
    known = facts.context.jurisdiction.regions.get(region)
    if known is None or not known.offers(RUNTIME_CAPABILITY, facts.context.verified):
        return
    features = [f for f in of_types(facts, FEATURE) if here.holds(f) and f.region == region]
    if any(f.get("name") == RUNTIME for f in features):
        yield passed(subject, "", f"{here}, {region}: {RUNTIME}")
    else:
        yield failed(subject, "", f"{here}, {region}: no {RUNTIME}", f"aws.guardduty.DetectorFeature {RUNTIME}")

import json

import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, PARTNER, TAGS, arn, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "database-events-told"
CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
EVENTS, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
SUBSCRIPTION = "aws:rds/eventSubscription:EventSubscription"
WHOLE = {"prepared_accounts": frozenset([ACCOUNT])}
CATEGORIES = ["deletion", "failover", "failure", "maintenance"]


def reported(kind="Cluster", names=("records",), categories=CATEGORIES, **changes):
    detail = {"SourceIdentifier": list(names), "EventCategories": list(categories)}
    pattern = {"source": ["aws.rds"], "detail-type": [f"RDS DB {kind} Event"], "detail": detail}
    return [
        resource(EVENTS, **{"eventPattern": json.dumps(pattern), **changes}),
        resource(TARGET, rule=ref(EVENTS, "eventRule", "name"), arn=arn("sns", "alarms")),
    ]


def test_a_database_that_reports_passes():
    assert_passes(RULE, resource(CLUSTER), *reported(), **WHOLE)
    assert_passes(RULE, resource(CLUSTER), *reported(names=[ref(CLUSTER, "cluster", "id")]), **WHOLE)
    single = [*CATEGORIES, "availability", "low storage"]
    assert_passes(RULE, resource(INSTANCE), *reported("Instance", ["clinic"], single), **WHOLE)


def test_another_program_may_subscribe():
    assert_passes(RULE, resource(CLUSTER))
    assert_passes(RULE, resource(CLUSTER, tags={**TAGS, "hospital-cloud:data-class": "2"}), **WHOLE)


@pytest.mark.parametrize("missing", CATEGORIES)
def test_a_category_that_is_left_out_fails(missing: str):
    rest = [c for c in CATEGORIES if c != missing]
    assert_fails(RULE, resource(CLUSTER), *reported(categories=rest), found=f"told of {missing}", **WHOLE)


def test_what_only_some_databases_report_is_asked_of_those():
    together = resource(CLUSTER, globalClusterIdentifier="world")
    assert_fails(RULE, together, *reported(), found="told of global-failover", **WHOLE)
    replica = resource(INSTANCE, replicateSourceDb="another")
    told = reported("Instance", ["clinic"], [*CATEGORIES, "availability", "low storage"])
    assert_fails(RULE, replica, *told, found="told of read replica", **WHOLE)


def test_a_rule_on_another_database_or_elsewhere_tells_nothing():
    assert_fails(RULE, resource(CLUSTER), *reported(names=["another"]), found="failure", **WHOLE)
    assert_fails(RULE, resource(CLUSTER), *reported(region_=PARTNER), found="failure", **WHOLE)
    assert_fails(RULE, resource(CLUSTER), reported()[0], found="failure", **WHOLE)
    assert_unknown(RULE, resource(CLUSTER), *reported(eventPattern=Unknown()), **WHOLE)


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ({}, True),
        ({"sourceType": "db-cluster", "sourceIds": ["records"], "eventCategories": CATEGORIES}, True),
        ({"sourceType": "db-instance"}, False),
        ({"sourceIds": ["another"]}, False),
        ({"eventCategories": ["backup"]}, False),
        ({"enabled": False}, False),
        ({"region_": PARTNER}, False),
    ],
)
def test_a_subscription_of_rds_tells_too(change: dict, passes: bool):
    subscription = resource(SUBSCRIPTION, snsTopic=arn("sns", "alarms"), **change)
    if passes:
        assert_passes(RULE, resource(CLUSTER), subscription, **WHOLE)
    else:
        assert_fails(RULE, resource(CLUSTER), subscription, found="nobody is told of", **WHOLE)

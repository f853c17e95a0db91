from dataclasses import replace

import pytest

from policies.facts import Facts
from policies.graph import Unknown
from policies.registry import all_rules
from policies.results import Verdict
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, context, graph, outcomes, ref, resource

RULE = "store-deletion-protected"
TABLE, BUCKET = "aws:dynamodb/table:Table", "aws:s3/bucket:Bucket"


def test_a_store_with_both_locks_passes():
    assert_passes(RULE, resource(TABLE))
    assert_passes(RULE, resource(BUCKET))


def test_without_the_engines_lock_it_fails():
    assert_fails(RULE, resource(BUCKET, protect_=False), found="false", wanted="live")


def test_without_the_services_lock_it_fails():
    assert_fails(RULE, resource(TABLE, deletionProtectionEnabled=None), found="nothing", wanted="live")
    assert_unknown(RULE, resource(TABLE, deletionProtectionEnabled=Unknown()))


def test_low_classes_and_other_lifecycles_need_none():
    low = {**TAGS, "hospital-cloud:data-class": "2"}
    assert_passes(RULE, resource(BUCKET, protect_=False, tags=low))
    for lifecycle in ("trial", "retiring"):
        assert_passes(RULE, resource(BUCKET, protect_=False), lifecycle=lifecycle)


def test_a_store_that_states_no_class_is_taken_for_a_record():
    assert any(o.verdict.value == "fail" for o in outcomes(RULE, resource(BUCKET, protect_=False, tags=None)))


def test_where_the_lock_cannot_be_seen_the_services_own_refusal_counts():
    unseen = {"protect_": None}
    assert_passes(RULE, resource(BUCKET, **unseen))
    assert_fails(RULE, resource(BUCKET, forceDestroy=True, **unseen), found="emptied", wanted="live")
    assert_unknown(RULE, resource(BUCKET, forceDestroy=Unknown(), **unseen))
    assert_passes(RULE, resource(TABLE, **unseen))
    assert_fails(RULE, resource(TABLE, deletionProtectionEnabled=None, **unseen), found="nothing", wanted="live")


LOGS = {**TAGS, "hospital-cloud:data-class": "2", "hospital-cloud:record-kind": "audit-log"}


def test_a_bucket_of_logs_is_asked_whatever_its_class():
    assert_fails(RULE, resource("aws:s3/bucket:Bucket", tags=LOGS, protect_=False), found="false")
    plain = {**LOGS, "hospital-cloud:record-kind": "none"}
    assert_passes(RULE, resource("aws:s3/bucket:Bucket", tags=plain, protect_=False))


def test_replicas_and_the_global_cluster_are_asked_too():
    table, whole = "aws:dynamodb/table:Table", "aws:rds/globalCluster:GlobalCluster"
    assert_fails(
        "store-deletion-protected",
        resource(table, replicas=[{"regionName": "cn-northwest-1"}]),
        found="",
        wanted="true",
    )
    replica = {"globalTableArn": ref(table, "table"), "region": "cn-northwest-1"}
    for lock, judged in ((True, assert_passes), (False, assert_fails), (None, assert_fails)):
        beside = resource("aws:dynamodb/tableReplica:TableReplica", deletionProtectionEnabled=lock, **replica)
        more = {} if lock else {"found": "", "wanted": "true while live"}
        judged("store-deletion-protected", resource(table), beside, **more)
    cluster = resource("aws:rds/cluster:Cluster", globalClusterIdentifier="g")
    locked = resource(whole, globalClusterIdentifier="g", deletionProtection=True)
    assert_passes("store-deletion-protected", cluster, locked)
    open_ = resource(whole, globalClusterIdentifier="g", deletionProtection=False)
    assert_fails("store-deletion-protected", cluster, open_, found="false", wanted="true while live")


@pytest.mark.parametrize(
    ("door", "stated", "fails"),
    [
        ("terraform plan", {}, False),
        ("terraform plan", {"deletionProtectionEnabled": False}, True),
        ("program", {}, True),
    ],
)
def test_what_an_older_provider_of_terraform_does_not_know_is_not_asked_of_its_plan(
    door: str, stated: dict[str, object], fails: bool
):
    table = resource(TABLE, replicas=[{"regionName": "cn-northwest-1", **stated}])
    check = next(rule.check for rule in all_rules() if rule.id == RULE)
    facts = Facts(replace(graph(table), door=door), context())
    assert (Verdict.FAIL in {o.verdict for o in check(table, facts)}) is fails


@pytest.mark.parametrize(
    ("token", "inputs", "fails"),
    [
        ("aws:efs/fileSystem:FileSystem", {}, True),
        (TABLE, {}, False),
        (TABLE, {"deletionProtectionEnabled": False}, True),
        (BUCKET, {}, False),
        (BUCKET, {"forceDestroy": True}, True),
    ],
)
def test_a_block_without_prevent_destroy_leaves_it_to_the_service(token: str, inputs: dict[str, object], fails: bool):
    store = resource(token, protect_=False, **inputs)
    check = next(rule.check for rule in all_rules() if rule.id == RULE)
    facts = Facts(replace(graph(store), door="terraform plan"), context())
    assert (Verdict.FAIL in {o.verdict for o in check(store, facts)}) is fails

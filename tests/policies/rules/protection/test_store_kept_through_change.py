from dataclasses import replace

import pytest

from policies.engine import judge
from policies.facts import Facts
from policies.graph import Fate, Graph, Loss, Resource
from policies.results import Finding, Verdict
from tests.resources import context, graph, resource

RULE = "store-kept-through-change"
BUCKET, KEY, TABLE = "aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:dynamodb/table:Table"


def found(*losses: tuple[Resource, Fate], **fields: str) -> list[Finding]:
    left = replace(graph(), losses=tuple(Loss(before, fate) for before, fate in losses))
    return [f for f in judge(left, context(**fields)).findings if f.rule == RULE]


@pytest.mark.parametrize(
    ("fate", "says"),
    [
        (Fate.DELETED, "found deleted by this change"),
        (Fate.REPLACED, "the old one is deleted, and the new one is empty"),
        (Fate.FORGOTTEN, "it stays in the cloud, and no program"),
    ],
)
@pytest.mark.parametrize("type_token", [BUCKET, KEY, TABLE, "aws:s3/bucketV2:BucketV2"])
def test_a_store_or_key_that_a_change_takes_away_fails(type_token: str, fate: Fate, says: str) -> None:
    [finding] = found((resource(type_token), fate))
    assert finding.verdict is Verdict.FAIL and says in finding.message
    assert "wanted kept while the stack is live" in finding.message


def test_without_a_change_nothing_is_said() -> None:
    assert found() == []


def test_what_may_go_does_not_fail() -> None:
    low = resource(TABLE, tags={"hospital-cloud:data-class": "2"})
    replica = resource("aws:rds/instance:Instance", replicateSourceDb="records")
    assert [f.verdict for f in found((low, Fate.DELETED))] == [Verdict.NOT_APPLICABLE]
    assert [f.verdict for f in found((replica, Fate.REPLACED))] == [Verdict.PASS]
    for lifecycle in ("trial", "retiring"):
        [finding] = found((resource(BUCKET), Fate.DELETED), lifecycle=lifecycle)
        assert finding.verdict is Verdict.NOT_APPLICABLE
    assert found((resource("aws:rds/clusterInstance:ClusterInstance"), Fate.DELETED)) == [], (
        "its cluster keeps the records"
    )
    assert found((replace(resource(BUCKET), external=True), Fate.DELETED)) == [], "only read"


def test_a_provider_that_goes_too_still_tells_the_class() -> None:
    provider = resource("pulumi:providers:aws", "leaving", defaultTags='{"tags": {"hospital-cloud:data-class": "1"}}')
    untagged = replace(resource(TABLE), inputs={"name": "t"}, provider=provider.urn)
    assert [f.verdict for f in found((untagged, Fate.DELETED))] == [Verdict.FAIL]
    verdicts = [f.verdict for f in found((untagged, Fate.DELETED), (provider, Fate.DELETED))]
    assert verdicts == [Verdict.NOT_APPLICABLE]


def test_a_graph_keeps_what_it_loses_in_its_json_form() -> None:
    left = replace(graph(), losses=(Loss(resource(BUCKET), Fate.REPLACED),), hidden=3)
    assert Graph.from_json(left.to_json()) == left
    assert Facts(left, context()).graph.fates == {resource(BUCKET).urn: Fate.REPLACED}

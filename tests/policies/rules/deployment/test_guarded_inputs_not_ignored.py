import pytest

from tests.resources import assert_fails, assert_passes, outcomes, ref, resource

RULE = "guarded-inputs-not-ignored"


def test_what_a_controller_changes_may_be_ignored():
    nodes = resource("aws:eks/nodeGroup:NodeGroup", ignore_changes_=["scalingConfig.desiredSize"])
    assert_passes(RULE, nodes)
    assert outcomes(RULE, resource("aws:sqs/queue:Queue")) == []


@pytest.mark.parametrize(
    "path", ["policy", "kmsMasterKeyId", "tags", "tags.team", "*", '["policy"]', "policy[0].x", ""]
)
def test_what_rules_read_may_not(path):
    assert_fails(RULE, resource("aws:sqs/queue:Queue", ignore_changes_=[path]), found=path, wanted="a controller")


def test_what_another_resource_states_in_its_place_may():
    table, replica = "aws:dynamodb/table:Table", "aws:dynamodb/tableReplica:TableReplica"
    ignoring = resource(table, "t", ignore_changes_=["replicas"])
    assert_fails(RULE, ignoring, found="replicas")
    assert_passes(RULE, ignoring, resource(replica, "r", globalTableArn=ref(table, "t")))
    assert_fails(RULE, ignoring, resource(replica, "r", globalTableArn=ref(table, "other")), found="replicas")


def test_a_stores_own_switches_may_not():
    database = resource("aws:redshift/cluster:Cluster", ignore_changes_=["encrypted"])
    assert_fails(RULE, database, found="encrypted")

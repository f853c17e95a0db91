from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "cluster-creator-without-rights"
CLUSTER = "aws:eks/cluster:Cluster"
ENTRY = resource("aws:eks/accessEntry:AccessEntry", clusterName=ref("aws:eks/cluster:Cluster", "platform", "name"))


def cluster(**access: object):
    return resource(CLUSTER, "platform", accessConfig={"authenticationMode": "API", **access})


def test_a_cluster_that_its_entries_describe_passes():
    assert_passes(RULE, cluster(bootstrapClusterCreatorAdminPermissions=False), ENTRY)


def test_a_hidden_administrator_fails():
    assert_fails(
        RULE, cluster(bootstrapClusterCreatorAdminPermissions=True), ENTRY, found="true", wanted="access entries"
    )
    assert_fails(RULE, cluster(), ENTRY, found="", wanted="access entries")
    assert_unknown(RULE, cluster(bootstrapClusterCreatorAdminPermissions=Unknown()), ENTRY)


def test_a_cluster_without_entries_has_no_other_administrator():
    assert_passes(RULE, cluster())

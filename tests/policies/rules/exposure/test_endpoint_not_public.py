import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "endpoint-not-public"
CLUSTER = "aws:eks/cluster:Cluster"


@pytest.mark.parametrize("type_token", [CLUSTER, "aws:rds/instance:Instance", "aws:opensearch/domain:Domain"])
def test_private_endpoints_pass(type_token):
    assert_passes(RULE, resource(type_token))


def test_a_database_is_private_unless_told_otherwise():
    assert_passes(RULE, resource("aws:rds/instance:Instance", publiclyAccessible=None))
    assert_fails(RULE, resource("aws:rds/instance:Instance", publiclyAccessible=True), found="true", wanted="false")


@pytest.mark.parametrize(
    ("type_token", "inputs", "found", "wanted"),
    [
        (CLUSTER, {"vpcConfig": {"endpointPrivateAccess": True}}, "nothing", "false"),
        (CLUSTER, {"vpcConfig": {"endpointPublicAccess": False}}, "nothing", "true"),
        (CLUSTER, {"vpcConfig": None}, "nothing", "false"),
        ("aws:opensearch/domain:Domain", {"vpcOptions": None}, "nothing", "subnets"),
        ("aws:sagemaker/notebookInstance:NotebookInstance", {}, "nothing", "Disabled"),
        ("aws:transfer/server:Server", {"endpointType": "PUBLIC"}, "PUBLIC", "VPC"),
        ("aws:dms/replicationInstance:ReplicationInstance", {}, "nothing", "false"),
        (
            "aws:msk/cluster:Cluster",
            {"brokerNodeGroupInfo": {"connectivityInfo": {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}}}},
            "SERVICE_PROVIDED_EIPS",
            "DISABLED",
        ),
    ],
)
def test_public_endpoints_fail(type_token, inputs, found, wanted):
    assert_fails(RULE, resource(type_token, **inputs), found=found, wanted=wanted)


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(CLUSTER, vpcConfig=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(CLUSTER, vpcConfig="private"), found="private")
    assert_fails(RULE, resource("aws:rds/instance:Instance", publiclyAccessible=["no"]), found="no")

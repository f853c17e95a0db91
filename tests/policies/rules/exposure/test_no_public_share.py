import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, assert_fails, assert_passes, assert_unknown, resource

RULE = "no-public-share"
SNAPSHOT = "aws:rds/snapshot:Snapshot"


def test_a_share_with_a_named_account_passes():
    assert_passes(RULE, resource(SNAPSHOT, sharedAccounts=[ACCOUNT]))


@pytest.mark.parametrize(
    ("type_token", "inputs", "found"),
    [
        (SNAPSHOT, {"sharedAccounts": [ACCOUNT, "all"]}, "all"),
        ("aws:ec2/amiLaunchPermission:AmiLaunchPermission", {"group": "all"}, "all"),
        ("aws:ssm/document:Document", {"permissions": {"account_ids": "All"}}, "All"),
        ("aws:lambda/layerVersionPermission:LayerVersionPermission", {"principal": "*"}, "*"),
        ("aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", {"state": "unblocked"}, "unblocked"),
        ("aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess", {"state": "unblocked"}, "unblocked"),
        ("aws:ram/resourceShare:ResourceShare", {}, "nothing"),
        ("aws:ec2/vpcEndpointService:VpcEndpointService", {}, "nothing"),
        (
            "aws:ec2transitgateway/transitGateway:TransitGateway",
            {"autoAcceptSharedAttachments": "enable"},
            "enable",
        ),
        ("aws:ecrpublic/repository:Repository", {"repositoryName": "viewer"}, "viewer"),
    ],
)
def test_a_share_with_everyone_fails(type_token, inputs, found):
    assert_fails(RULE, resource(type_token, **inputs), found=found)


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(SNAPSHOT, sharedAccounts=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(SNAPSHOT, sharedAccounts=[["all"]]), found="all")
    assert_fails(RULE, resource(SNAPSHOT, sharedAccounts=[7]), found="7")

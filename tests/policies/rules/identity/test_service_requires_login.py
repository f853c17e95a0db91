from typing import Any

import pytest

from policies.graph import SECRET, Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, resource

RULE = "service-requires-login"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
GOOD: dict[str, dict[str, Any]] = {
    CACHE: {"userGroupIds": ["staff"]},
    "aws:elasticache/serverlessCache:ServerlessCache": {"userGroupId": "staff"},
    "aws:memorydb/cluster:Cluster": {"aclName": "staff"},
    "aws:msk/cluster:Cluster": {"clientAuthentication": {"sasl": {"iam": True}}},
    "aws:neptune/cluster:Cluster": {"iamDatabaseAuthenticationEnabled": True},
    "aws:storagegateway/smbFileShare:SmbFileShare": {"authentication": "ActiveDirectory"},
    "aws:storagegateway/nfsFileShare:NfsFileShare": {"clientLists": ["10.16.0.0/16"], "squash": "RootSquash"},
    "aws:cognito/userPool:UserPool": {
        "mfaConfiguration": "ON",
        "deletionProtection": "ACTIVE",
        "adminCreateUserConfig": {"allowAdminCreateUserOnly": True},
    },
}


@pytest.mark.parametrize("token", GOOD)
def test_with_a_login_it_passes(token: str):
    assert_passes(RULE, resource(token, **GOOD[token]))


@pytest.mark.parametrize(
    ("token", "name", "value"),
    [
        (CACHE, "userGroupIds", None),
        ("aws:elasticache/serverlessCache:ServerlessCache", "userGroupId", None),
        ("aws:memorydb/cluster:Cluster", "aclName", "open-access"),
        ("aws:msk/cluster:Cluster", "clientAuthentication", None),
        ("aws:msk/cluster:Cluster", "clientAuthentication", {"unauthenticated": True}),
        ("aws:neptune/cluster:Cluster", "iamDatabaseAuthenticationEnabled", None),
        ("aws:storagegateway/smbFileShare:SmbFileShare", "authentication", "GuestAccess"),
        ("aws:storagegateway/nfsFileShare:NfsFileShare", "clientLists", ["0.0.0.0/0"]),
        ("aws:storagegateway/nfsFileShare:NfsFileShare", "squash", "NoSquash"),
        ("aws:cognito/userPool:UserPool", "mfaConfiguration", "OPTIONAL"),
        ("aws:cognito/userPool:UserPool", "deletionProtection", "INACTIVE"),
        ("aws:cognito/userPool:UserPool", "adminCreateUserConfig", {}),
    ],
)
def test_without_it_fails(token: str, name: str, value: Any):
    assert_fails(RULE, resource(token, **{**GOOD[token], name: value}), found="")


def test_a_token_that_nobody_sees_counts():
    assert_passes(RULE, resource(CACHE, authToken=SECRET))
    assert_passes(RULE, resource(CACHE, globalReplicationGroupId="ldgnf-sessions"))


def test_a_low_class_is_not_asked():
    assert_passes(RULE, resource(CACHE, tags={**TAGS, "hospital-cloud:data-class": "2"}))


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, resource("aws:neptune/cluster:Cluster", iamDatabaseAuthenticationEnabled=Unknown()))


def test_odd_shapes_fail():
    for odd in (7, [], {"a": 1}):
        assert_fails(RULE, resource("aws:memorydb/cluster:Cluster", aclName=odd), found="")

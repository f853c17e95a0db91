import pytest

from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, resource

RULE = "database-entered-by-identity"
CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
BY_TOKEN = {"iamDatabaseAuthenticationEnabled": True}
PASSWORDS = "rds.accepted_password_auth_method"


def group(value):
    return resource(GROUP, parameters=[{"name": PASSWORDS, "value": value}])


@pytest.mark.parametrize("database", [CLUSTER, INSTANCE])
def test_a_database_entered_by_token_passes(database: str):
    assert_passes(RULE, resource(database, **BY_TOKEN))


@pytest.mark.parametrize("database", [CLUSTER, INSTANCE])
@pytest.mark.parametrize("value", [None, False])
def test_passwords_alone_fail(database: str, value: bool | None):
    path = "iamDatabaseAuthenticationEnabled"
    assert_fails(RULE, resource(database, **{path: value}), found="nothing" if value is None else "false")
    assert_unknown(RULE, resource(database, **{path: Unknown()}))


def test_the_data_api_fails():
    assert_passes(RULE, resource(CLUSTER, **BY_TOKEN, enableHttpEndpoint=False))
    assert_fails(RULE, resource(CLUSTER, **BY_TOKEN, enableHttpEndpoint=True), found="true", wanted="left out")


def test_passwords_are_kept_as_scram():
    assert_passes(RULE, resource(CLUSTER, **BY_TOKEN), group("scram"))
    assert_fails(RULE, resource(CLUSTER, **BY_TOKEN), group("md5+scram"), found="md5+scram", wanted="scram")
    assert_fails(RULE, resource(CLUSTER, **BY_TOKEN), resource(GROUP), found="nothing", wanted="scram")
    assert_unknown(RULE, resource(CLUSTER, **BY_TOKEN), group(Unknown()))


def test_engines_without_logins_by_iam_and_low_classes_are_not_asked():
    assert_passes(RULE, resource(INSTANCE, engine="oracle-ee"))
    assert_passes(RULE, resource(INSTANCE, tags={**TAGS, "hospital-cloud:data-class": "2"}))

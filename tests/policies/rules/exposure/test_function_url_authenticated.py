from policies.graph import Unknown
from tests.resources import ACCOUNT, assert_fails, assert_passes, assert_unknown, resource

RULE = "function-url-authenticated"
URL = "aws:lambda/functionUrl:FunctionUrl"
PERMISSION = "aws:lambda/permission:Permission"


def test_an_authenticated_url_and_named_callers_pass():
    assert_passes(RULE, resource(URL, authorizationType="AWS_IAM"))
    assert_passes(RULE, resource(PERMISSION, principal="events.amazonaws.com"))
    assert_passes(RULE, resource(PERMISSION, principal="*", sourceAccount=ACCOUNT))


def test_an_open_url_fails():
    assert_fails(RULE, resource(URL, authorizationType="NONE"), found="NONE", wanted="AWS_IAM")
    assert_fails(RULE, resource(URL), found="nothing", wanted="AWS_IAM")


def test_a_permission_for_everyone_fails():
    assert_fails(RULE, resource(PERMISSION, principal="*"), found="*", wanted="a named principal")
    assert_fails(RULE, resource(PERMISSION), found="nothing")
    open_url = resource(PERMISSION, principal="*", functionUrlAuthType="NONE", sourceAccount=ACCOUNT)
    assert_fails(RULE, open_url, found="NONE")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(URL, authorizationType=Unknown()))
    assert_unknown(RULE, resource(PERMISSION, principal=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(URL, authorizationType=["AWS_IAM"]), found="AWS_IAM")
    assert_fails(RULE, resource(PERMISSION, principal={"AWS": "*"}), found="AWS")

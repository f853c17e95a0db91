from policies.graph import Unknown
from tests.resources import ACCOUNT, arn, assert_fails, assert_passes, assert_unknown, document, resource

RULE = "endpoint-policy-limited"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
OWN = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:ResourceAccount": ACCOUNT}},
}


def endpoint(*statements: dict[str, object], service: str = "s3", **inputs: object):
    policy = {"policy": document(*statements)} if statements else {}
    return resource(ENDPOINT, **{"serviceName": f"com.amazonaws.cn-north-1.{service}", **policy, **inputs})


def test_own_or_named_stores_pass():
    assert_passes(RULE, endpoint(OWN))
    assert_passes(RULE, endpoint({**OWN, "Condition": {}, "Resource": "arn:aws-cn:s3:::records/*"}))
    assert_passes(RULE, endpoint({**OWN, "Condition": {}, "Resource": arn("dynamodb", "table/*")}, service="dynamodb"))


def test_anybodys_stores_fail():
    assert_fails(RULE, endpoint({**OWN, "Condition": {}}), found="*", wanted="aws:ResourceAccount")
    assert_fails(RULE, endpoint({**OWN, "Condition": {}, "Resource": "arn:aws-cn:s3:::*"}), found=":::*")
    loose = {"StringEqualsIfExists": {"aws:ResourceAccount": ACCOUNT}}
    assert_fails(RULE, endpoint({**OWN, "Condition": loose}), found="*")
    assert_fails(RULE, endpoint(OWN, {**OWN, "Condition": {}}), found="*")


def test_without_a_policy_it_fails():
    assert_fails(RULE, endpoint(), found="no policy")


def test_other_services_are_not_asked():
    assert_passes(RULE, endpoint(service="sts"))


def test_unknown_is_unknown():
    assert_unknown(RULE, endpoint(policy=Unknown()))
    assert_unknown(RULE, endpoint(serviceName=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, endpoint(policy="{"), found="not a JSON object")
    assert_fails(RULE, endpoint(policy=[7]), found="not a JSON object")

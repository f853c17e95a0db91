from policies.graph import Unknown
from tests.resources import ACCOUNT, arn, assert_fails, assert_passes, assert_unknown, document, ref, resource

RULE = "endpoint-policy-limited"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
BOTH = {"aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT}
CALLERS = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
STORES = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}
OWN = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"StringEquals": BOTH},
}
KMS = {**OWN, "Action": "kms:*", "Condition": CALLERS}
TABLES = {**OWN, "Action": "dynamodb:*", "Resource": arn("dynamodb", "table/*"), "Condition": CALLERS}
SESSIONS = {**OWN, "Action": "rolesanywhere:CreateSession", "Condition": {}}


def endpoint(*statements: dict[str, object], service: str = "s3", **inputs: object):
    policy = {"policy": document(*statements)} if statements else {}
    return resource(ENDPOINT, **{"serviceName": f"com.amazonaws.cn-north-1.{service}", **policy, **inputs})


def test_own_callers_and_own_or_named_stores_pass():
    assert_passes(RULE, endpoint(OWN))
    assert_passes(RULE, endpoint({**OWN, "Principal": {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:root"}, "Condition": STORES}))
    assert_passes(RULE, endpoint({**OWN, "Condition": {}, "Resource": "arn:aws-cn:s3:::records/*"}))
    assert_passes(RULE, endpoint(TABLES, service="dynamodb"))
    assert_passes(RULE, endpoint(KMS, service="kms"))


def test_anybodys_stores_fail():
    assert_fails(RULE, endpoint({**OWN, "Condition": {}}), found="*", wanted="aws:ResourceAccount")
    assert_fails(RULE, endpoint({**OWN, "Condition": CALLERS}), found="*", wanted="aws:ResourceAccount")
    own_callers = {**OWN, "Condition": CALLERS, "Resource": "arn:aws-cn:s3:::*"}
    assert_fails(RULE, endpoint(own_callers), found=":::*", wanted="aws:ResourceAccount")
    loose = {"StringEqualsIfExists": {"aws:ResourceAccount": ACCOUNT}, **CALLERS}
    assert_fails(RULE, endpoint({**OWN, "Condition": loose}), found="*")
    assert_fails(RULE, endpoint(OWN, {**OWN, "Condition": {}}), found="*")


def test_anybodys_callers_fail():
    assert_fails(RULE, endpoint({**OWN, "Condition": STORES}), found="anybody's callers", wanted="aws:PrincipalAccount")
    assert_fails(RULE, endpoint({**TABLES, "Condition": {}}, service="dynamodb"), found="anybody's callers")
    assert_fails(RULE, endpoint({**KMS, "Condition": {}}, service="kms"), found="anybody's callers")
    everyone = {"StringLike": {"aws:PrincipalAccount": "*"}}
    assert_fails(RULE, endpoint({**KMS, "Condition": everyone}, service="kms"), found="anybody's callers")


def test_a_denial_of_everyone_else_is_as_good():
    refused = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}},
    }
    open_one = {**KMS, "Condition": {}}
    assert_passes(RULE, endpoint(open_one, refused, service="kms"))
    assert_fails(RULE, endpoint(open_one, {**refused, "Action": "kms:Decrypt"}, service="kms"), found="anybody's")
    assert_fails(
        RULE, endpoint(open_one, {**refused, "Resource": arn("kms", "key/1")}, service="kms"), found="anybody's"
    )


def test_who_has_no_principal_yet_and_services_of_aws_are_not_asked():
    assert_passes(RULE, endpoint(SESSIONS, service="rolesanywhere"))
    assert_fails(RULE, endpoint({**SESSIONS, "Action": "rolesanywhere:*"}, service="rolesanywhere"), found="anybody's")
    assert_passes(RULE, endpoint({**OWN, "Condition": {"Bool": {"aws:PrincipalIsAWSService": "true"}}}))


def test_without_a_policy_it_fails():
    assert_fails(RULE, endpoint(), found="no policy", wanted="aws:ResourceAccount")
    assert_fails(RULE, endpoint(service="sts"), found="no policy", wanted="aws:PrincipalAccount")


def test_a_policy_beside_it_counts():
    beside = resource(
        "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
        vpcEndpointId=ref(ENDPOINT, "vpcEndpoint", "id"),
        policy=document(KMS),
    )
    assert_passes(RULE, endpoint(service="kms"), beside)


def test_other_services_are_not_asked():
    assert_passes(RULE, endpoint(service="textract"))


def test_unknown_is_unknown():
    assert_unknown(RULE, endpoint(policy=Unknown()))
    assert_unknown(RULE, endpoint(serviceName=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, endpoint(policy="{"), found="not a JSON object")
    assert_fails(RULE, endpoint(policy=[7]), found="not a JSON object")

import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, assert_fails, assert_passes, assert_unknown, document, ref, resource

RULE = "role-trust-limited"
ROLE = "aws:iam/role:Role"
OIDC = f"arn:aws-cn:iam::{ACCOUNT}:oidc-provider/git.example"
SAML = f"arn:aws-cn:iam::{ACCOUNT}:saml-provider/hospital"
ISSUER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"


def role(condition, provider=OIDC, action="sts:AssumeRoleWithWebIdentity"):
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": action}
    return resource(ROLE, assumeRolePolicy=document({**statement, **({"Condition": condition} if condition else {})}))


def saml(condition):
    return role(condition, SAML, "sts:AssumeRoleWithSAML")


def test_a_role_for_services_is_not_judged():
    assert_passes(RULE, resource(ROLE))


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"git.example:sub": "project_path:platform/cloud:ref_type:branch:ref:main"}},
        {"StringLike": {"git.example:sub": ["repo:hospital/*", "repo:clinic/cloud:*"]}},
        {"StringEquals": {ref(ISSUER, "issuer", "url") + ":sub": "system:serviceaccount:kube-system:aws-node"}},
    ],
)
def test_a_named_subject_passes(condition):
    assert_passes(RULE, role(condition))


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (None, "no test of sub"),
        ({"StringEquals": {"git.example:aud": "sts.amazonaws.com.cn"}}, "no test of sub"),
        ({"StringLike": {"git.example:sub": "*"}}, "*"),
        ({"StringLike": {"git.example:sub": "*:main"}}, "*:main"),
        ({"StringLike": {"git.example:sub": "repo:*"}}, "repo:*"),
        ({"StringLike": {"git.example:sub": ["repo:hospital/*", "?*"]}}, "?*"),
        ({"StringEqualsIfExists": {"git.example:sub": "repo:hospital/cloud"}}, "stringequals"),
        ({"ForAllValues:StringEquals": {"git.example:sub": "repo:hospital/cloud"}}, "stringequals"),
        ({"StringNotEquals": {"git.example:sub": "repo:stranger/cloud"}}, "stringnotequals"),
        ({"StringEquals": {"git.example:sub": []}}, "no test of sub"),
    ],
)
def test_everyone_of_the_provider_fails(condition, found):
    assert_fails(RULE, role(condition), found=found, wanted="StringEquals or StringLike on sub")


def test_saml_names_its_audience():
    assert_passes(RULE, saml({"StringEquals": {"SAML:aud": "https://signin.amazonaws.cn/saml"}}))
    assert_fails(RULE, saml(None), found="no test of saml:aud", wanted="saml:aud")
    assert_fails(RULE, saml({"StringLike": {"SAML:aud": "*"}}), found="*")


def test_cognito_names_its_pool():
    cognito = "cognito-identity.amazonaws.com"
    assert_passes(RULE, role({"StringEquals": {f"{cognito}:aud": "cn-north-1:1234"}}, cognito))
    assert_fails(RULE, role(None, cognito), found="no test of aud")


def test_each_statement_is_judged():
    good = {"Effect": "Allow", "Principal": {"Federated": OIDC}, "Action": "sts:AssumeRoleWithWebIdentity"}
    named = {**good, "Condition": {"StringEquals": {"git.example:sub": "repo:hospital/cloud"}}}
    assert_fails(RULE, resource(ROLE, assumeRolePolicy=document(named, good)), found="no test")
    assert_fails(RULE, resource(ROLE, assumeRolePolicy=document({**good, "Action": "sts:*"})), found="no test")


def test_what_is_not_known_is_unknown():
    assert_unknown(RULE, resource(ROLE, assumeRolePolicy=Unknown()))
    statement = {"Effect": "Allow", "Principal": {"Federated": OIDC}, "Action": "sts:AssumeRoleWithWebIdentity"}
    for condition in (Unknown(), {"StringEquals": {"git.example:sub": Unknown()}}):
        policy = {"Statement": [{**statement, "Condition": condition}]}
        assert_unknown(RULE, resource(ROLE, assumeRolePolicy=policy))


@pytest.mark.parametrize("odd", [None, "{", "none", 7, {"Statement": [1]}])
def test_odd_shapes_fail(odd):
    assert_fails(RULE, resource(ROLE, assumeRolePolicy=odd), found="", wanted="can be read")


def test_a_certificate_is_named_with_its_authority():
    anchor = {"ArnEquals": {"aws:SourceArn": "arn:aws-cn:rolesanywhere:cn-north-1:111122223333:trust-anchor/1"}}
    name = {"StringLike": {"aws:PrincipalTag/x509Subject/CN": "*.health-centre"}}

    def role(condition: dict[str, object]):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "rolesanywhere.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        return resource("aws:iam/role:Role", assumeRolePolicy=document({**statement, "Condition": condition}))

    assert_passes("role-trust-limited", role({**anchor, **name}))
    assert_fails("role-trust-limited", role({**anchor}), found="", wanted="a test of the certificate")
    assert_fails("role-trust-limited", role({**name}), found="", wanted="a test of the trust anchor")
    every = {"StringLike": {"aws:PrincipalTag/x509Subject/CN": "*"}}
    assert_fails("role-trust-limited", role({**anchor, **every}), found="", wanted="a test of the certificate")

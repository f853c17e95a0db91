from policies.graph import Unknown
from tests.resources import ACCOUNT, ROOT, assert_fails, assert_passes, assert_unknown, document, ref, resource

RULE = "no-public-principal"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws-cn:s3:::records/*"}


def policy(**changes: object):
    return resource(POLICY, policy=document({**EVERYONE, **changes}))


def test_named_principals_pass():
    assert_passes(RULE, resource(POLICY))
    assert_passes(RULE, policy(Principal={"AWS": ROOT}))


def test_everyone_fails():
    assert_fails(RULE, policy(), found="everyone may s3:GetObject", wanted="principals by name")
    assert_fails(RULE, policy(Principal={"AWS": "*"}), found="everyone")
    assert_fails(RULE, policy(Principal=None, NotPrincipal={"AWS": ROOT}), found="everyone")
    assert_fails(RULE, policy(Action=None, NotAction="s3:PutObject"), found="everyone may do all but s3:PutObject")


def test_a_condition_that_names_the_caller_closes_it():
    assert_passes(RULE, policy(Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}))
    assert_fails(RULE, policy(Condition={"StringLike": {"aws:PrincipalArn": "*"}}), found="everyone")


def test_roles_that_everyone_may_take_on_fail():
    trust = document({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})
    assert_fails(RULE, resource("aws:iam/role:Role", assumeRolePolicy=trust), found="everyone may sts:AssumeRole")


def test_a_search_domain_in_a_network_with_access_control_is_closed_by_itself():
    domain = "aws:opensearch/domain:Domain"
    anyone = document({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:*", "Resource": "*"})
    guarded = {"advancedSecurityOptions": {"enabled": True}}
    assert_passes(RULE, resource(domain, accessPolicies=anyone, **guarded))
    assert_fails(RULE, resource(domain, accessPolicies=anyone), found="everyone may es:*")
    assert_fails(RULE, resource(domain, accessPolicies=anyone, vpcOptions=None, **guarded), found="everyone")
    apart = resource(
        "aws:opensearch/domainPolicy:DomainPolicy",
        domainName=ref(domain, "domain", "domainName"),
        accessPolicies=anyone,
    )
    assert_passes(RULE, apart, resource(domain, **guarded))
    assert_fails(RULE, apart, resource(domain), found="everyone")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(POLICY, policy=Unknown()))
    assert_unknown(RULE, resource(POLICY, policy={"Statement": [{**EVERYONE, "Principal": Unknown()}]}))


def test_odd_shapes_fail():
    for odd in ("{", 7, {"Statement": [7]}, ["Allow"]):
        assert_fails(RULE, resource(POLICY, policy=odd), found="", wanted="a policy document that can be read")

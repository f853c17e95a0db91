import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, arn, assert_fails, assert_passes, assert_unknown, document, ref, resource

RULE = "resources-named"
POLICY = "aws:iam/policy:Policy"
BUCKET = "arn:aws-cn:s3:::records"
KEYS = arn("kms", "key/*")


def policy(*statements: dict[str, object], **inputs: object):
    rows = [{"Effect": "Allow", **statement} for statement in statements]
    return resource(POLICY, **{"policy": document(*rows), **inputs})


def one(action: object, where: object, **condition: object):
    return policy({"Action": action, "Resource": where, **({"Condition": condition} if condition else {})})


@pytest.mark.parametrize(
    ("action", "where"),
    [
        ("s3:GetObject", f"{BUCKET}/*"),
        ("sqs:ReceiveMessage", arn("sqs", "orders")),
        ("kms:Decrypt", ref("aws:kms/key:Key", "key")),
        ("logs:PutLogEvents", arn("logs", "log-group:/hospital/*")),
        ("ecr:BatchGetImage", "arn:aws-cn:ecr:cn-north-1:918309763551:repository/*"),
    ],
)
def test_named_resources_pass(action: str, where: str):
    assert_passes(RULE, one(action, where))


@pytest.mark.parametrize("action", ["s3:ListAllMyBuckets", "ec2:DescribeInstances", "ecr:GetAuthorizationToken"])
def test_actions_that_take_no_resource_are_not_asked(action: str):
    assert_passes(RULE, one(action, "*"))


@pytest.mark.parametrize(
    ("action", "where"),
    [
        ("s3:GetObject", "*"),
        ("s3:Get*", "arn:aws-cn:s3:::*"),
        ("sqs:SendMessage", "*"),
        ("dynamodb:Query", "arn:aws-cn:dynamodb:*:*:table/*"),
        (["kms:DescribeKey", "kms:Decrypt"], "*"),
        ("iam:PassRole", "*"),
        ("logs:PutLogEvents", [arn("logs", "log-group:/hospital"), "*"]),
    ],
)
def test_everything_of_a_kind_fails(action: object, where: object):
    assert_fails(RULE, one(action, where), found=" on ", wanted="by name")


def test_all_but_named_ones_are_everything():
    assert_fails(RULE, policy({"Action": "s3:GetObject", "NotResource": f"{BUCKET}/*"}), found="s3:GetObject on *")


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:ResourceAccount": ACCOUNT}},
        {"StringEquals": {"aws:ResourceTag/team": "radiology"}},
        {"StringEquals": {"secretsmanager:ResourceTag/team": "radiology"}},
    ],
)
def test_a_condition_on_the_resource_is_as_good(condition: dict[str, object]):
    assert_passes(RULE, one("secretsmanager:GetSecretValue", "*", **condition))


def test_a_condition_that_names_nothing_is_not():
    assert_fails(RULE, one("sqs:SendMessage", "*", StringEqualsIfExists={"aws:ResourceAccount": ACCOUNT}), found="*")
    assert_fails(RULE, one("sqs:SendMessage", "*", StringNotEquals={"aws:ResourceAccount": ACCOUNT}), found="*")
    assert_fails(RULE, one("kms:Decrypt", "*", StringEquals={"kms:ViaService": "s3.amazonaws.com"}), found="*")


def test_all_keys_of_an_account_need_a_bond():
    assert_fails(RULE, one("kms:Decrypt", KEYS), found="key/*", wanted="alias")
    assert_passes(RULE, one("kms:Decrypt", KEYS, StringEquals={"kms:ViaService": "s3.cn-north-1.amazonaws.com.cn"}))
    aliases = {"kms:ResourceAliases": ["alias/records"]}
    assert_passes(RULE, one("kms:Decrypt", KEYS, **{"ForAnyValue:StringEquals": aliases}))
    assert_fails(RULE, one("kms:Decrypt", KEYS, **{"ForAllValues:StringEquals": aliases}), found="key/*")


def test_an_account_that_is_not_ours_fails():
    elsewhere = arn("sqs", "orders", account="999999999999")
    assert_fails(RULE, one("sqs:SendMessage", elsewhere), found="999999999999", wanted="account of this program")
    both = one(["ecr:BatchGetImage", "sqs:SendMessage"], elsewhere)
    assert_fails(RULE, both, found="999999999999", wanted="account of this program")


def test_who_reads_a_prefix_lists_a_prefix():
    reads = {"Action": "s3:GetObject", "Resource": f"{BUCKET}/sites/a/*"}
    lists = {"Action": "s3:ListBucket", "Resource": BUCKET}
    bound = {**lists, "Condition": {"StringLike": {"s3:prefix": "sites/a/*"}}}
    assert_passes(RULE, policy(reads, bound))
    assert_fails(RULE, policy(reads, lists), found="sites/a/*", wanted="s3:prefix")
    assert_passes(RULE, policy({**reads, "Resource": f"{BUCKET}/*"}, lists))
    assert_passes(RULE, policy(lists))


def test_a_permission_boundary_is_not_asked():
    role = resource("aws:iam/role:Role", permissionsBoundary=ref(POLICY, "policy"))
    assert_passes(RULE, one("s3:GetObject", "*"), role)


def test_unknown_is_unknown():
    assert_unknown(RULE, policy(policy=Unknown()))
    assert_unknown(RULE, policy(policy={"Statement": [Unknown()]}))
    hidden = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": Unknown()}
    assert_unknown(RULE, policy(policy={"Statement": [hidden]}))

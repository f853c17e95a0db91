import pytest

from policies.graph import Unknown
from tests.resources import ROOT, assert_fails, assert_passes, assert_unknown, document, outcomes, ref, resource

RULE = "key-policy-decides-use"
KEY = "aws:kms/key:Key"
POLICY = "aws:kms/keyPolicy:KeyPolicy"
ADMINISTRATOR = "arn:aws-cn:iam::111122223333:role/keys"


def allow(action: object, principal: object = ROOT, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": "*", **more}


def key(*statements: dict[str, object]):
    return resource(KEY, policy=document(*statements))


def test_use_that_is_given_by_name_passes():
    assert_passes(RULE, resource(KEY))
    assert_passes(RULE, key(allow(["kms:PutKeyPolicy"]), allow("kms:Decrypt", ADMINISTRATOR)))


def test_a_key_without_policy_fails_for_kms_then_allows_everything():
    assert_fails(RULE, resource(KEY, policy=None), found="kms:* for the whole account")


@pytest.mark.parametrize("root", [ROOT, "111122223333"])
def test_all_rights_for_the_account_fail(root: str):
    assert_fails(RULE, key(allow("kms:*", root)), found="the whole account, may use it (kms:")


def test_use_through_services_for_the_account_passes():
    bound = {"Condition": {"StringEquals": {"kms:ViaService": "s3.cn-north-1.amazonaws.com.cn"}}}
    assert_passes(RULE, key(allow("kms:PutKeyPolicy"), allow("kms:Decrypt", **bound)))


def test_who_administers_makes_no_grants_without_a_bond_to_services():
    administrator = ["kms:Create*", "kms:Put*", "kms:Disable*"]
    assert_fails(RULE, key(allow(administrator, ADMINISTRATOR)), found="pass use on (kms:CreateGrant)")
    bound = {"Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}
    assert_passes(RULE, key(allow("kms:PutKeyPolicy"), allow("kms:CreateGrant", **bound)))


def test_a_policy_resource_of_its_own_is_judged_itself():
    policy = resource(POLICY, keyId=ref(KEY, "key", "id"), policy=document(allow("kms:*")))
    assert outcomes(RULE, resource(KEY, policy=None), policy) == []
    assert_fails(RULE, policy, found="the whole account")


def test_a_policy_of_which_nothing_is_known_is_unknown():
    assert_unknown(RULE, resource(KEY, policy=Unknown()))

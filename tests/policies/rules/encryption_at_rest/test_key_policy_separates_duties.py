from policies.graph import Unknown
from tests.resources import ROOT, assert_fails, assert_passes, assert_unknown, document, outcomes, ref, resource

RULE = "key-policy-separates-duties"
KEY = "aws:kms/key:Key"
POLICY = "aws:kms/keyPolicy:KeyPolicy"
USER = "arn:aws-cn:iam::111122223333:role/application"


def allow(action: object, principal: object = ROOT, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": "*", **more}


def key(*statements: dict[str, object]):
    return resource(KEY, policy=document(*statements))


def test_administration_and_use_through_services_pass():
    assert_passes(RULE, resource(KEY))


def test_administration_and_use_by_different_principals_pass():
    assert_passes(RULE, key(allow(["kms:PutKeyPolicy"]), allow("kms:Decrypt", USER)))


def test_a_key_whose_use_is_left_to_iam_is_another_rules_matter():
    assert_passes(RULE, resource(KEY, policy=None))
    assert_passes(RULE, key(allow("kms:*")))


def test_all_rights_for_one_role_fail():
    assert_fails(RULE, key(allow("kms:*", USER)), found=f"AWS: {USER} may administer (kms:", wanted="kms:ViaService")
    assert_fails(RULE, key(allow("KMS:*", USER)), found="may administer (kms:")
    everything = {**allow("kms:*", USER), "Action": None, "NotAction": "kms:TagResource"}
    assert_fails(RULE, key(everything), found="may administer")


def test_all_rights_for_another_account_fail():
    assert_fails(RULE, key(allow("kms:*", "arn:aws-cn:iam::999999999999:root")), found="may administer (kms:")


def test_rights_in_two_statements_add_up():
    assert_fails(
        RULE, key(allow("kms:ScheduleKeyDeletion", USER), allow("kms:Dec*", USER)), found="may administer (kms:"
    )


def test_a_condition_that_need_not_hold_is_no_bond():
    loose = {"Condition": {"StringEqualsIfExists": {"kms:ViaService": "s3.cn-north-1.amazonaws.com.cn"}}}
    assert_fails(
        RULE, key(allow("kms:PutKeyPolicy", USER), allow("kms:Decrypt", USER, **loose)), found="may administer (kms:"
    )


def test_a_policy_resource_of_its_own_is_judged_itself():
    policy = resource(POLICY, keyId=ref(KEY, "key", "id"), policy=document(allow("kms:*", USER)))
    assert outcomes(RULE, resource(KEY, policy=None), policy) == []
    assert_fails(RULE, policy, found="may administer (kms:")


def test_a_policy_of_which_nothing_is_known_is_unknown():
    assert_unknown(RULE, resource(KEY, policy=Unknown()))


def test_odd_shapes_fail():
    for odd in ("{", [], 7, {"Statement": 7}, {"Statement": []}):
        assert_fails(RULE, resource(KEY, policy=odd), found="")


def test_a_service_never_administers():
    service = {**allow("kms:*"), "Principal": {"Service": "logs.cn-north-1.amazonaws.com.cn"}}
    bound = {**service, "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws-cn:logs:*"}}}
    assert_fails(RULE, key(bound), found="Service: logs.cn-north-1.amazonaws.com.cn may administer")

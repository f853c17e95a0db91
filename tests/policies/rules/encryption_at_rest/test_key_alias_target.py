import pytest

from policies.graph import Unknown
from tests.resources import PARTNER, arn, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "key-alias-target"
ALIAS = "aws:kms/alias:Alias"
KEY = ref("aws:kms/key:Key", "key")
ID = "key/11111111-2222-3333-4444-555555555555"


def test_a_key_of_the_program_or_of_its_account_passes():
    assert_passes(RULE, resource(ALIAS, targetKeyId=KEY))
    assert_passes(RULE, resource(ALIAS, targetKeyId=arn("kms", ID)))


@pytest.mark.parametrize("target", [None, "alias/aws/kms", arn("kms", ID, account="999999999999")])
def test_another_key_or_none_fails(target: object):
    assert_fails(RULE, resource(ALIAS, targetKeyId=target), found="", wanted="customer key")


def test_a_key_of_another_region_fails():
    assert_fails(RULE, resource(ALIAS, targetKeyId=KEY, region_=PARTNER), found="key key in", wanted=PARTNER)


def test_an_unknown_key_is_unknown():
    assert_unknown(RULE, resource(ALIAS, targetKeyId=Unknown()))

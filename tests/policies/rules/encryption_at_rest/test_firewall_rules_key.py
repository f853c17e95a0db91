import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "firewall-rules-key"
KEY = ref("aws:kms/key:Key", "key")
TYPES = [
    f"aws:networkfirewall/{kind}"
    for kind in ("firewall:Firewall", "firewallPolicy:FirewallPolicy", "ruleGroup:RuleGroup")
]


def under(type_token: str, **block: object):
    return resource(type_token, encryptionConfiguration=block or None)


@pytest.mark.parametrize("type_token", TYPES)
def test_the_key_is_the_hospitals_and_used(type_token: str):
    assert_passes(RULE, under(type_token, type="CUSTOMER_KMS", keyId=KEY))
    assert_fails(RULE, under(type_token, type="CUSTOMER_KMS", keyId="alias/aws/networkfirewall"), found="alias/aws/")
    abroad = "arn:aws:kms:us-east-1:999999999999:key/00000000-0000-0000-0000-000000000000"
    assert_fails(RULE, under(type_token, type="CUSTOMER_KMS", keyId=abroad), found="999999999999")
    assert_fails(RULE, under(type_token, type="CUSTOMER_KMS"), found="nothing", wanted="customer key")
    assert_fails(RULE, under(type_token, type="AWS_OWNED_KMS_KEY", keyId=KEY), found="AWS_OWNED", wanted="CUSTOMER_KMS")


@pytest.mark.parametrize("type_token", TYPES)
def test_the_services_own_key_is_enough(type_token: str):
    assert_passes(RULE, under(type_token))
    assert_passes(RULE, under(type_token, type="AWS_OWNED_KMS_KEY"))


def test_unknown_is_unknown():
    assert_unknown(RULE, under(TYPES[0], type=Unknown(), keyId=KEY))
    assert_unknown(RULE, under(TYPES[0], type="CUSTOMER_KMS", keyId=Unknown()))
    assert_unknown(RULE, resource(TYPES[0], encryptionConfiguration=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, under(TYPES[0], type=["CUSTOMER_KMS"], keyId=KEY), found="CUSTOMER_KMS")
    assert_fails(RULE, under(TYPES[0], type="CUSTOMER_KMS", keyId=7), found="7")
